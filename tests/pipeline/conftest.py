import shutil

import pytest


@pytest.fixture
def place(root, tmp_path):
    """A copy of the sources, and a little data."""
    place = tmp_path / "place"
    place.mkdir()
    for name in ("study.yml", "requirements.lock", "_quarto.yml"):
        shutil.copy(root / name, place)
    for name in ("report", "notebooks", "validation"):
        shutil.copytree(root / name, place / name)
    (place / "data_raw" / "sdtm").mkdir(parents=True)
    (place / "data_raw" / "sdtm" / "dm.csv").write_text("USUBJID\nSKNK01-01-001\n")
    return place
