"""The rules of a description: each finds the rows that break it, and no other."""

import pandas as pd
import pytest
from support import ROOT

from citizen_security.tables import catalog, rules
from citizen_security.tables.sheet import Sheet


def test_every_rule_is_known_and_says_itself_in_words():
    # a rule that nothing checks is a promise that nobody keeps
    known = {*rules.RULES, *rules.RULES_ACROSS, *rules.WHOLE}
    for name in catalog.tables(ROOT):
        for rule in catalog.describe(name, ROOT)["rules"]:
            assert rule["rule"] in known
            assert rule["title"]


FRAME = pd.DataFrame(
    {
        "place": ["a", "a", "b", "b"],
        "year": [2000, 2001, 2000, 2001],
        "name": ["A", "A", "B", "C"],
        "main": [True, False, True, True],
        "rate": [10.0, 20.0, None, 5.0],
        "count": [10.0, 2.0, 1.0, None],
        "population": [100_000.0, 100_000.0, 100_000.0, 100_000.0],
        "low": [1.0, 3.0, None, 2.0],
        "high": [2.0, 2.0, 1.0, 2.0],
    }
)
MATCH = {"rate": "rate", "count": "count", "population": "population", "per": 100_000, "tolerance": 0.05, "slack": 1}

# rule as described, rows of FRAME that break it
CASES = [
    ({"rule": "rate_matches_count", **MATCH}, [1]),
    ({"rule": "rate_matches_count", **MATCH, "unless": "name"}, []),
    ({"rule": "not_above", "lower": "low", "upper": "high"}, [1]),
    ({"rule": "ordered", "fields": ["low", "high"]}, [1]),
    ({"rule": "together", "fields": ["rate", "count"]}, [2, 3]),
    ({"rule": "needs", "field": "rate", "requires": "count"}, [3]),
    ({"rule": "blank_where", "field": "rate", "where": {"place": ["a"]}}, [0, 1]),
    ({"rule": "is_log_of", "field": "low", "of": "high", "where": {"place": ["a"]}, "tolerance": 0.5}, [1]),
    ({"rule": "constant_within", "unit": "place", "fields": ["name"]}, [2, 3]),
    ({"rule": "marked_once", "unit": "place", "field": "main"}, [2, 3]),
    ({"rule": "complete_panel", "unit": "place", "time": "year"}, []),
]


@pytest.mark.parametrize(("rule", "rows"), CASES, ids=lambda it: it["rule"] if isinstance(it, dict) else None)
def test_a_rule_finds_the_rows_that_break_it(rule, rows):
    _, broken = rules.RULES[rule["rule"]](FRAME, rule)
    assert list(broken.nonzero()[0]) == rows


def test_a_lost_row_leaves_its_panel_incomplete():
    _, broken = rules.RULES["complete_panel"](FRAME.drop(index=0), {"unit": "place", "time": "year"})
    assert list(broken) == [True, False, False]


def other(name: str) -> Sheet:
    return Sheet({"name": name}, {"code": ("a", "b;c")})


@pytest.mark.parametrize(
    ("reference", "rows"),
    [
        ({"resource": "codes", "field": "code"}, [1, 2]),
        ({"resource": "codes", "field": "code", "separator": ";"}, [2]),
    ],
)
def test_codes_are_looked_up_in_the_other_table(reference, rows):
    frame = pd.DataFrame({"codes": ["a", "a|c", "d", None]})
    rule = {"field": "codes", "separator": "|", "reference": reference}
    _, broken = rules.RULES_ACROSS["codes_known"](frame, rule, other)
    assert list(broken.nonzero()[0]) == rows


def test_codes_are_looked_up_among_the_rows_that_are_chosen():
    fields = [{"name": name, "type": "string"} for name in ("code", "kind")]
    parts = Sheet({"name": "parts", "schema": {"fields": fields}}, {"code": ("a", "b"), "kind": ("threat", "strategy")})
    rule = {"field": "threat", "separator": ";", "reference": {"resource": "parts", "field": "code"}}
    frame = pd.DataFrame({"threat": ["a", "b"]})
    _, broken = rules.RULES_ACROSS["codes_known"](frame, rule, lambda _: parts)
    assert not broken.any()
    rule["reference"]["where"] = {"kind": ["threat"]}
    _, broken = rules.RULES_ACROSS["codes_known"](frame, rule, lambda _: parts)
    assert list(broken) == [False, True]


def test_rows_that_are_alike_are_found_blanks_and_all():
    frame = pd.DataFrame({"cell": ["x", "x", "x", "y"], "code": ["a", None, None, None]})
    _, broken = rules.RULES["each_once"](frame, {"fields": ["cell", "code"]})
    assert list(broken) == [False, True, True, False]
