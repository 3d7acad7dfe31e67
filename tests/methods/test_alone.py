"""The methods are a toolkit of their own: whoever wants only them takes one folder."""

import importlib
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from support import ROOT

FOLDER = ROOT / "src" / "citizen_security" / "methods"
MODULES = sorted(
    ".".join(path.relative_to(FOLDER).with_suffix("").parts)
    for path in FOLDER.rglob("*.py")
    if path.name != "__init__.py"
)
EXAMPLES = sorted(
    {name.split(".")[0] for name in MODULES} - {"arrays", "cholesky", "effort", "gates", "machine_code", "require"}
)
PACKAGES = sorted(path.parent for path in FOLDER.rglob("__init__.py"))


@pytest.fixture(scope="module", params=["citizen_security.methods", "borrowed"])
def alone(request, tmp_path_factory):
    """What became of every module and example where only the methods are there, under their own or another name."""
    place = tmp_path_factory.mktemp("alone")
    folder = place.joinpath(*request.param.split("."))
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    if folder.parent != place:
        (folder.parent / "__init__.py").write_text("")
    script = shutil.copy2(ROOT / "tests" / "methods" / "alone.py", place)
    # Only the folder is on the path: neither this checkout nor what else the caller has put there.
    environment = {**os.environ, "PYTHONPATH": str(place)}
    done = subprocess.run(
        [sys.executable, script, request.param], cwd=place, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["place"].startswith(str(place))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", MODULES)
def test_a_module_of_the_methods_can_be_imported_without_the_rest(alone, name):
    assert alone[name] == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs_without_the_rest(alone, name):
    assert f"example of {name}" in alone, f"write a small example of {name} in tests/methods/alone.py"
    assert alone[f"example of {name}"] == ""


@pytest.mark.slow
def test_no_module_of_the_rest_came_along(alone):
    assert alone["strangers"] == ""


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_a_package_says_what_it_offers_and_from_which_literature(folder):
    words = importlib.import_module(".".join(folder.relative_to(FOLDER.parent.parent).parts)).__doc__
    inside = {path.stem for path in folder.iterdir() if path.name[0] != "_"} - {"names"}
    assert set(re.findall(r"`(\w+)`", words)) == inside, "name each module in backticks, and none that is not there"
    assert re.search(r"\b(?:1[89]|20)\d\d\b", words), "name the literature with its years"
