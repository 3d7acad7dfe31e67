"""The three descriptions of the environment say the same; two machines would otherwise give two books."""

import re
import runpy
import tomllib

import pytest
import yaml
from packaging.specifiers import SpecifierSet
from packaging.version import Version
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


def test_conda_users_get_the_same_direct_dependencies_below_the_next_release_that_may_break_them():
    assert conda().keys() == declared().keys()
    for name, bounds in conda().items():
        allowed = SpecifierSet(bounds.split(";")[0])
        assert Version(locked()[name]) in allowed
        assert Version("10000") not in allowed
        assert all(bound in bounds for bound in declared()[name].split(";")[0].split(",") if bound)


def test_the_environment_is_what_the_lock_gives():
    assert runpy.run_path(str(ROOT / "scripts" / "write-environment.py"))["environment"](ROOT) == (
        ROOT / "environment.yml"
    ).read_text("utf-8")


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


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_workflows_use_is_pinned_by_commit_with_its_release_beside_it(path):
    used = re.findall(r"uses: *(.*)", path.read_text("utf-8"))
    assert used
    assert [use for use in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)] == []
    assert not re.search(r"-latest\b", path.read_text("utf-8"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_job_that_runs_the_dependencies_code_may_write_nothing(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    for job in workflow["jobs"].values():
        allowed = job.get("permissions", workflow["permissions"])
        runs = [step["run"] for step in job["steps"] if "run" in step]
        assert not runs or allowed == {"contents": "read"}
        checkouts = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
        assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_continuous_integration_runs_the_command_of_the_readme_and_installs_nothing_else():
    script = (ROOT / ".ci" / "run").read_text()
    assert "make test" in script
    assert not re.search(r"\b(pip|uv|apt-get|conda) ", script)
