"""Changes are real changes that parse, are drawn alike for a seed, and a test that asks for nothing notices none."""

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
    assert {path.parent.name for path in tests} == {"meta_analysis"}
    with pytest.raises(SystemExit, match="no module 'methods/nothing'"):
        mutants.modules(["methods/nothing"])


JUDGE = """
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from mutants import trials
from mutants.changes import changes
file, folder = Path("citizen_security/methods/rates.py"), Path(sys.argv[1])
change = next(it for it in changes((trials.ROOT / "src" / file).read_text("utf-8")) if it.kind == "formula")
for test in sys.argv[2:]:
    print("NOTICED" if not trials.unnoticed(file, [change], [Path(test)], [folder], 120) else "UNNOTICED", flush=True)
"""


@pytest.mark.slow
def test_a_blind_test_notices_nothing_and_a_seeing_one_does(tmp_path):
    # In a process of its own: this one has imported the package as it is.
    folder = tmp_path / "copy"
    shutil.copytree(trials.ROOT / "src", folder, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    file = folder / "citizen_security" / "methods" / "rates.py"
    source = file.read_text("utf-8")
    blind, seeing = tmp_path / "test_blind.py", tmp_path / "test_seeing.py"
    blind.write_text("def test_nothing():\n    import citizen_security.methods.rates\n")
    seeing.write_text(
        "def test_text():\n    import inspect\n    import citizen_security.methods.rates as rates\n"
        f"    assert inspect.getsource(rates) == {source!r}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, str(folder), str(blind), str(seeing)],
        cwd=trials.ROOT, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["UNNOTICED", "NOTICED"], done.stderr
    # The copy is as it was.
    assert file.read_text("utf-8") == source
