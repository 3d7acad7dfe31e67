"""Changes are real changes that parse, aimed where it is asked, and drawn alike for a seed."""

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
    assert [path.name for path in tests if path.parent.name == "methods"] == ["test_require.py"]
    with pytest.raises(SystemExit, match="no module 'methods/nothing'"):
        mutants.modules(["methods/nothing"])
