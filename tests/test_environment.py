import re
import tomllib

import pytest
import yaml


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_conda_environment_installs_what_pyproject_asks_for(root, project):
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    conda = [item for item in environment["dependencies"] if isinstance(item, str)]
    pip = next(item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    assert sorted(pip) == sorted(project["dependencies"])
    assert project["optional-dependencies"]["quarto"] == ["quarto-cli>=1.6"]
    assert "quarto>=1.6" in conda
    assert f"python{project['requires-python']}" in conda


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_the_lock_holds_every_package_with_hashes_and_no_address(root, project, lock):
    text = (root / lock).read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9_.-]+)==", text, flags=re.MULTILINE))
    wanted = list(project["dependencies"])
    if "test" in lock:
        wanted += project["optional-dependencies"]["test"]
    names = {re.match(r"[A-Za-z0-9_.-]+", item)[0].lower().replace("_", "-") for item in wanted}
    assert names <= locked
    assert text.count("--hash=sha256:") >= len(locked)
    assert "://" not in text


def test_the_test_lock_holds_the_same_versions_as_the_lock(root):
    def versions(name):
        text = (root / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9_.-]+)==(\S+)", text, flags=re.MULTILINE))

    run, test = versions("requirements.lock"), versions("requirements-test.lock")
    assert run.items() <= test.items()
