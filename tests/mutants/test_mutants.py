"""Changes are real changes that parse, aimed where it is asked, drawn alike for a seed, and missed by blind tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants import __main__ as mutants
from tests.mutants import trials
from tests.mutants.changes import AIMED, changes, draw

SOURCE = '''"""Module."""


def half_width(values, confidence_level=0.9):
    """Docstring of 3 words."""
    if len(values) < 2:
        raise ValueError(f"{len(values)} values")
    degrees_of_freedom = len(values) - 1
    return -norm.isf((1 - confidence_level) / 2) * max(degrees_of_freedom, 1)
'''


def test_every_change_is_another_module_that_parses():
    found = changes(SOURCE)
    assert len(found) > 10
    for change in found:
        after = change.applied(SOURCE)
        assert after != SOURCE
        compile(after, "changed", "exec")
        assert change.was != change.becomes
        assert '"""Docstring of 3 words."""' in after
        assert 'f"{len(values)} values"' in after


def test_what_a_statistician_would_look_at_is_changed():
    after = {change.applied(SOURCE) for change in changes(SOURCE)}
    for was, becomes in (
        ("len(values) < 2", "len(values) <= 2"),
        ("len(values) - 1", "len(values) + 1"),
        ("norm.isf", "norm.ppf"),
        ("-norm", "norm"),
        (") / 2)", ") * 2)"),
        ("max(degrees", "min(degrees"),
    ):
        assert SOURCE.replace(was, becomes) in after, was


def test_a_draw_is_the_same_for_a_seed_and_aimed_where_it_is_asked():
    found = changes(SOURCE)
    assert draw(found, 4, "1", aimed=False) == draw(found, 4, "1", aimed=False)
    assert draw(found, 4, "1", aimed=False) != draw(found, 4, "2", aimed=False)
    assert all(change.kind in AIMED for change in draw(found, 6, "1", aimed=True))
    assert len(draw(found, 10**6, "1", aimed=False)) == len(found)


def test_reviewed_entries_are_left_out_and_a_stale_one_is_found():
    text = (mutants.trials.ROOT / "src" / "citizen_security" / "methods" / "rates.py").read_text("utf-8")
    first = changes(text)[0]
    entry = {"file": "methods/rates.py", "was": first.was, "becomes": first.becomes, "reason": "for the test"}
    left = mutants.without(changes(text), Path("citizen_security/methods/rates.py"), [entry])
    assert len(left) < len(changes(text))
    assert mutants.unmatched([entry]) == []
    assert mutants.unmatched([entry | {"was": "no such line"}]) == [entry | {"was": "no such line"}]


def test_a_module_is_tested_by_its_mirror_and_its_neighbours():
    tests = trials.tests_of(Path("citizen_security/methods/meta_analysis/pooling.py"))
    assert tests[0].name == "test_pooling.py"
    # Those around it hold the rules that all methods keep.
    assert {path.parent.name for path in tests} == {"meta_analysis", "methods"}
    general = {path.name for path in tests if path.parent.name == "methods"}
    rules = ("hostile_effects", "require", "unknown_names", "values_named")
    assert general == {f"test_{rule}.py" for rule in rules}
    with pytest.raises(SystemExit, match="no module 'methods/nothing'"):
        mutants.modules(["methods/nothing"])


SEEN_AND_UNSEEN = """
def tail(confidence_level):
    return (1 - confidence_level) / 2


def is_enough(studies):
    return studies >= 10
"""
HALF_A_TEST = """
from citizen_security.small import is_enough, tail


def test_tail():
    assert tail(0.5) == 0.25


def test_enough():
    assert not is_enough(3)
"""


@pytest.fixture
def project(tmp_path):
    """A project of one module, with this tool in it: it knows its sources and tests by where it stands itself."""
    (tmp_path / "src" / "citizen_security").mkdir(parents=True)
    (tmp_path / "src" / "citizen_security" / "__init__.py").touch()
    (tmp_path / "src" / "citizen_security" / "small.py").write_text(SEEN_AND_UNSEEN)
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\nmarkers = ["slow: takes long"]\n')
    shutil.copytree(Path(mutants.__file__).parent, tmp_path / "tests" / "mutants")
    (tmp_path / "tests" / "mutants" / "equivalent.toml").write_text("")
    (tmp_path / "tests" / "test_small.py").write_text(HALF_A_TEST)
    return tmp_path


def tried(project):
    # Neither what is installed here nor how these tests are run is of its concern.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-m", "tests.mutants", "small", "--number", "99"],
        cwd=project, env=env | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_what_no_test_notices_is_listed_and_the_sources_stay(project):
    done = tried(project)
    assert done.returncode == 1, done.stderr
    missed = {line.split("becomes ")[1] for line in done.stdout.splitlines() if "becomes " in line}
    # The tail is tested at a level that nobody would take for another; of the rule only that three are too few.
    assert missed == {"return studies > 10", "return studies >= 11", "return studies >= 9"}
    assert "all " in done.stdout
    assert (project / "src" / "citizen_security" / "small.py").read_text() == SEEN_AND_UNSEEN
    # Who tests both sides of the rule has nothing left to do.
    test = project / "tests" / "test_small.py"
    test.write_text(HALF_A_TEST + "    assert is_enough(10)\n    assert not is_enough(9)\n")
    done = tried(project)
    assert (done.returncode, done.stdout.count("becomes")) == (0, 0), done.stdout + done.stderr


def test_tests_that_fail_without_a_change_are_no_judges(project):
    (project / "tests" / "test_small.py").write_text(HALF_A_TEST.replace("0.25", "0.3"))
    done = tried(project)
    assert done.returncode == 1
    assert "do not pass without a change" in done.stderr
