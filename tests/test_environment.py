"""The three descriptions of the environment say the same; two machines would otherwise give two books."""

import re
import tomllib

import yaml
from support import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def normal(requirement: str) -> tuple[str, str]:
    """Name and bounds of a requirement, spelled one way (PEP 503)."""
    name, bounds = re.fullmatch(r"([A-Za-z0-9._-]+)\s*(.*)", requirement).groups()
    return re.sub(r"[-_.]+", "-", name).lower(), bounds


def declared() -> dict[str, str]:
    return dict(map(normal, PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]))


def conda() -> dict[str, str]:
    entries = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    by_pip = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    names = [entry for entry in entries if isinstance(entry, str) and not entry.startswith(("python=", "pip"))]
    return dict(map(normal, names + [entry for entry in by_pip if not entry.startswith("--editable")]))


def locked() -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", LOCK, flags=re.MULTILINE))


def test_conda_users_get_the_same_direct_dependencies():
    assert conda() == declared()


def test_the_lock_pins_every_direct_dependency():
    assert declared().keys() <= locked().keys()


def test_every_locked_package_has_hashes():
    blocks = re.split(r"^(?=[a-z0-9-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(locked())
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_lock_names_no_address():
    assert re.findall(r"https?://|--(?:extra-)?index-url [^-]", LOCK) == []


def test_one_python_is_named_everywhere():
    version = (ROOT / ".python-version").read_text().strip()
    assert version == "3.12"
    assert f"python={version}" in (ROOT / "environment.yml").read_text()
    assert f">={version}" in PROJECT["project"]["requires-python"]


def test_continuous_integration_runs_the_command_of_the_readme_and_installs_nothing_else():
    script = (ROOT / ".ci" / "run").read_text()
    assert "make test" in script
    assert not re.search(r"\b(pip|uv|apt-get|conda) ", script)
