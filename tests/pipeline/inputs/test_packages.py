"""What is installed, held against the lock file."""

from __future__ import annotations

from importlib import metadata

from csrkit.pipeline.inputs import packages as module
from csrkit.pipeline.inputs.packages import (
    find_lock,
    installed_packages,
    read_lock,
    required_packages,
    used_packages,
)


def test_packages_are_found_as_they_name_themselves():
    found = installed_packages()
    named = {
        module.normalised(one.metadata["Name"]): one.version for one in metadata.distributions()
    }
    named.pop("csrkit", None)
    assert found == named
    assert found["pandas"]


def test_a_lock_file_is_read_with_its_hashes_and_markers():
    text = (
        "# remark\npandas==2.2.3 \\\n    --hash=sha256:00\nPyYAML==6.0 ; python_version > '3'\n"
        "pywin32==306 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"
    )
    assert read_lock(text) == {"pandas": "2.2.3", "pyyaml": "6.0"}


def test_every_pin_of_the_projects_lock_file_is_read(root):
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    plain = [line for line in text.splitlines() if "==" in line and ";" not in line]
    assert len(plain) > 100
    assert len(read_lock(text)) >= len(plain)


def test_versions_other_than_locked_are_told(tmp_path):
    lock = tmp_path / "requirements.lock"
    version = metadata.version("pandas")
    lock.write_text(f"pandas==0.1\nnone-such==1.0\nnumpy=={metadata.version('numpy')}\n")
    found = used_packages(lock)
    assert found.departures == {
        "pandas": ("0.1", version),
        "none-such": ("1.0", "not installed"),
    }
    assert found.say() == f"none-such not installed (1.0 locked), pandas {version} (0.1 locked)"
    assert set(found.used) == {"pandas", "numpy"}


def test_without_a_lock_file_the_requirements_stand_for_it():
    found = used_packages(None)
    assert {"pandas", "numpy", "great-expectations", "papermill"} <= set(found.used)
    assert "pytest" not in found.used
    assert read_lock(found.lock_text) == found.used
    assert found.departures == {}


def test_without_metadata_of_ours_all_that_is_installed_counts(monkeypatch):
    monkeypatch.setattr(module, "OURS", "csrkit-from-a-folder")
    assert required_packages({"a": "1"}) == {"a": "1"}


def test_the_nearest_lock_file_above_is_found(tmp_path):
    below = tmp_path / "studies" / "one"
    below.mkdir(parents=True)
    (tmp_path / "requirements.lock").write_text("")
    assert find_lock(below) == tmp_path / "requirements.lock"
    (below / "requirements.lock").write_text("")
    assert find_lock(below) == below / "requirements.lock"
