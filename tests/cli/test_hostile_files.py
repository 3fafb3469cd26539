"""Files that would hang or run something: exit code 1 and a message, from a shell as well."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def pipe_as_data(study: Path) -> str:
    (study / "data_raw" / "sdtm").mkdir(parents=True)
    os.mkfifo(study / "data_raw" / "sdtm" / "dm.xpt")
    return "a named pipe (FIFO)"


def pipe_as_study(study: Path) -> str:
    (study / "study.yml").unlink()
    os.mkfifo(study / "study.yml")
    return "a named pipe (FIFO)"


def laughs_as_study(study: Path) -> str:
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (study / "study.yml").write_text("\n".join(lines))
    return "more than 1,000,000 values, with aliases written out"


def program_as_suite(study: Path) -> str:
    shutil.copytree(ROOT / "data_raw" / "sdtm", study / "data_raw" / "sdtm")
    file = study / "validation" / "suites" / "dm.json"
    suite = json.loads(file.read_text(encoding="utf-8"))
    program = f"@pd.io.common.os.system('touch {study / 'made'}') == 0"
    suite["expectations"][0]["kwargs"]["row_condition"] = {
        "type": "pass_through",
        "pass_through_filter": program,
    }
    file.write_text(json.dumps(suite), encoding="utf-8")
    return "the sign @"


@pytest.mark.parametrize("harm", [pipe_as_data, pipe_as_study, laughs_as_study, program_as_suite])
@pytest.mark.parametrize("command", ["validate", "run"])
def test_a_hostile_file_ends_a_command_with_a_message(root, tmp_path, harm, command):
    study = tmp_path / "study"
    study.mkdir()
    for name in ("study.yml", "validation", "notebooks", "report", "_quarto.yml"):
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, study / name)
    found = harm(study)
    given = {"validate": ["--out", study / "found"], "run": ["--out", study / "outputs"]}[command]
    call = [sys.executable, "-m", "csrkit", command, "--study", study / "study.yml", *given]
    done = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert found in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not (study / "made").exists()
