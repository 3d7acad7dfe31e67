"""A row that cannot be is refused, one that can be and is odd is doubted, and one at the edge is neither."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from citizen_security.evidence.studies import row_checks
from citizen_security.evidence.studies.coding import coding_tables
from citizen_security.evidence.studies.effect_row_checks import LESS_THAN_SAMPLE, figure_findings
from citizen_security.evidence.studies.row_findings import Row, folded, rows_of
from citizen_security.rows_named import together
from citizen_security.tables import catalog

STUDY = {
    "study_id": "somebody2025", "kind": "primary", "pooled_in": None, "authors": "Somebody, Other", "year": 2025,
    "title": "Cameras in Kingston", "iso3": "JAM", "place": "Kingston", "is_lac": True,
    "intervention_category": "CCTV", "intervention": "cameras", "target": "place", "design": "DiD",
    "maryland_level": 4, "outcome_category": "homicide;trust;antisocial behaviour;recidivism",
    "effect_direction": "beneficial", "facts_read_at": "invented for this test",
}  # fmt: skip

# 0.7 (0.56 to 0.875) at 95%: log −0.3567, error 0.1138, z 3.13, p 0.0017.
RATIO = {
    "effect_id": "E900", "study_id": "somebody2025", "outcome": "homicide", "outcome_category": "homicide",
    "metric": "rate_ratio", "estimate": 0.7, "confidence_low": 0.56, "confidence_high": 0.875,
    "confidence_level": 95.0, "beneficial_sign": -1, "derivation": "as_published",
    "facts_read_at": "invented for this test",
}  # fmt: skip
NO_INTERVAL = {"confidence_low": None, "confidence_high": None, "confidence_level": None}
PERCENT = NO_INTERVAL | {"metric": "percent_change", "estimate": -20.0}
DIFFERENCE = NO_INTERVAL | {"metric": "cohens_d", "estimate": -0.2, "standard_error": 0.1}
ODDS = NO_INTERVAL | {"metric": "log_odds_ratio", "outcome": "recidivism", "outcome_category": "recidivism"}
COUNTS = ODDS | {
    "estimate": -0.410052, "standard_error": 0.480201,
    "derivation": "computed from public 2x2 counts: CBT rec/non 10/19, control rec/non 23/29",
}  # fmt: skip

# The log odds ratio is −0.41 with error 0.48, so that the interval is 0.26 to 1.70.
ODDS_RATIO = COUNTS | {
    "metric": "odds_ratio", "estimate": 0.66, "standard_error": None, "confidence_low": 0.26, "confidence_high": 1.70,
    "confidence_level": 95.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    names = ("effects", "studies", "countries", "row_doubts_answered")
    return {name: catalog.load(name) for name in names} | coding_tables()


def table(columns, rows):
    """A frame with the columns of a table, empty where a row does not say."""
    return pd.DataFrame([dict.fromkeys(columns) | row for row in rows], columns=columns)


def findings(tables, *effects, studies=(STUDY,)):
    """What is found in invented rows that stand alone."""
    return row_checks.row_findings(
        table(list(tables["effects"].columns), [RATIO | effect for effect in effects]),
        table(list(tables["studies"].columns), studies),
        tables["countries"],
    )


def test_the_row_that_all_others_are_changed_from_is_clean(tables):
    for clean in ({}, PERCENT, DIFFERENCE, COUNTS, {"effect_size": -0.356675, "effect_size_standard_error": 0.113851}):
        assert findings(tables, clean) == []


ERRORS = [
    # A figure alone.
    ({"estimate": None}, "estimate", "no estimate on the metric rate_ratio"),
    ({"metric": "hazard_ratio"}, "metric", "did you mean 'rate_ratio'"),
    ({"estimate": np.inf}, "estimate", "'inf' is none"),
    ({"standard_error": -np.inf}, "standard_error", "'-inf' is none"),
    ({"confidence_high": 10**400}, "confidence_high", "is none"),
    (NO_INTERVAL | {"metric": "direction", "estimate": 0.7}, "estimate", "a direction has no figure"),
    ({"standard_error": 0.0}, "standard_error", "a standard error is 0"),
    (DIFFERENCE | {"standard_error": 0.0}, "standard_error", "a standard error is 0"),
    ({"effect_size": -0.356675, "effect_size_standard_error": 0.0}, "effect_size_standard_error", "above 0"),
    ({"p_value": 0.0, "p_value_relation": "equal"}, "p_value", "a p-value is 0"),
    ({"p_value": -0.02, "p_value_relation": "equal"}, "p_value", "above 0 and at most 1"),
    ({"p_value": 5.0, "p_value_relation": "below"}, "p_value", "Write 0.05 if 5 % is meant"),
    ({"p_value": 1.0, "p_value_relation": "below"}, "p_value", "a bound below 1"),
    # A percentage for a share, and the reverse.
    (NO_INTERVAL | {"estimate": -20.0}, "estimate", "a ratio is above 0"),
    (NO_INTERVAL | {"estimate": 80.0}, "estimate", "Write 0.8 if 80 % is meant"),
    (NO_INTERVAL | {"estimate": 31.0}, "estimate", "a rate ratio is 31"),
    ({"confidence_low": 56.0, "confidence_high": 87.5}, "confidence_low", "look like per cent"),
    ({"confidence_low": -44.0, "confidence_high": -12.5}, "confidence_low", "a ratio is −44"),
    (PERCENT | {"estimate": -140.0}, "estimate", "nothing falls by more than 100 %"),
    (PERCENT | {"confidence_low": -100.0, "confidence_high": 20.0, "confidence_level": 95.0}, "confidence_low",
     "what leaves nothing has no logarithm"),
    (PERCENT | {"metric": "percent_vs_expected", "confidence_low": -100, "confidence_high": 2, "confidence_level": 80},
     "confidence_low", "leave the interval out"),
    (PERCENT | {"standard_error": 0.05}, "standard_error", "both in one unit"),
    (PERCENT | {"estimate": 35.0, "standard_error": 0.3, "beneficial_sign": 1}, "standard_error", "both in one unit"),
    (PERCENT | {"estimate": -0.31, "effect_size": -0.371064}, "effect_size", "Write the change in per cent, −31"),
    (PERCENT | {"estimate": 0.12, "effect_size": 0.113329, "beneficial_sign": 1}, "effect_size", "per cent, 12"),
    (PERCENT | {"confidence_low": -0.3, "confidence_high": -0.1, "confidence_level": 95.0}, "confidence_low",
     "look like shares"),
    (DIFFERENCE | {"estimate": -20.0, "standard_error": None}, "estimate", "at most 10 either way"),
    (NO_INTERVAL | {"metric": "percentage_points", "estimate": -140.0}, "estimate", "at most 100 either way"),
    ({"confidence_level": 0.95}, "confidence_level", "Write 95"),
    ({"confidence_level": 0.9}, "confidence_level", "Write 90"),
    # An interval.
    ({"confidence_high": None}, "confidence_low", "one bound"),
    ({"confidence_low": None}, "confidence_low", "one bound"),
    ({"confidence_low": None, "confidence_high": None}, "confidence_level", "no interval"),
    ({"confidence_low": 0.875, "confidence_high": 0.56}, "confidence_low", "below the upper"),
    ({"confidence_low": 0.7, "confidence_high": 0.7}, "confidence_low", "below the upper"),
    ({"confidence_low": 0.75}, "confidence_low", "does not contain the estimate 0.7"),
    # Standard error, interval and p-value against each other. The error of a ratio is in ratios: 0.0797 here.
    ({"standard_error": 0.2}, "standard_error", "times the standard error 0.2"),
    ({"standard_error": 0.04}, "standard_error", "times the standard error 0.04"),
    ({"p_value": 0.5, "p_value_relation": "equal"}, "p_value", "p is 0.5"),
    ({"p_value": 1e-8, "p_value_relation": "equal"}, "p_value", "p is 1e−08"),
    ({"confidence_low": 0.45, "confidence_high": 1.09, "p_value": 0.001, "p_value_relation": "below"}, "p_value",
     "p is below 0.001"),
    (DIFFERENCE | {"p_value": 0.75, "p_value_relation": "equal"}, "p_value", "2.00 errors from none"),
    (PERCENT | {"standard_error": 30.0, "p_value": 0.01, "p_value_relation": "below"}, "p_value", "p is below 0.01"),
    (PERCENT | {"standard_error": 2.0, "confidence_low": -30.0, "confidence_high": -10.0, "confidence_level": 95.0},
     "standard_error", "times the standard error 2"),
    # What is derived against what was printed.
    ({"effect_size": -0.3}, "effect_size", "its logarithm is −0.356675"),
    ({"effect_size": 0.356675}, "effect_size", "its logarithm is −0.356675"),
    (PERCENT | {"effect_size": -0.2}, "effect_size", "is −0.223144"),
    (DIFFERENCE | {"effect_size": -0.25}, "effect_size", "the estimate itself is −0.2"),
    (ODDS | {"estimate": -0.4, "effect_size": -0.67}, "effect_size", "the estimate itself is −0.4"),
    (NO_INTERVAL | {"metric": "per_100k", "estimate": -9.0, "effect_size": -0.2}, "effect_size", "Leave it blank"),
    ({"effect_size": -0.356675, "effect_size_standard_error": 0.2}, "effect_size_standard_error", "gives 0.113"),
    (PERCENT | {"standard_error": 8.0, "effect_size": -0.223144, "effect_size_standard_error": 0.08},
     "effect_size_standard_error", "the standard error gives 0.1"),
    (NO_INTERVAL | {"p_value": 0.04, "p_value_relation": "equal", "effect_size": -0.356675,
                    "effect_size_standard_error": 0.1}, "effect_size_standard_error", "the p-value gives 0.173"),
    (NO_INTERVAL | {"effect_size": -0.356675, "effect_size_standard_error": 0.1}, "effect_size_standard_error",
     "without standard error, interval and p-value"),
    # Counts.
    (COUNTS | {"derivation": "computed from public 2x2 counts: CBT rec/non 0/29, control rec/non 23/29"}, "derivation",
     "a cell of the counts is 0"),
    (COUNTS | {"derivation": "computed from public 2x2 counts: CBT rec/non 10/19, control rec/non -23/29"},
     "derivation", "a cell of the counts is −23"),
    (COUNTS | {"derivation": "computed from public counts 29/10 vs 23/52"}, "derivation", "no more events"),
    (COUNTS | {"derivation": "computed from public counts 10/29 vs 23/23"}, "derivation", "a cell of the counts is 0"),
    (COUNTS | {"derivation": "computed from public counts 10.5/29 vs 23/52"}, "derivation", "whole numbers"),
    (COUNTS | {"derivation": "computed from public counts 10/29"}, "derivation", "two pairs"),
    (COUNTS | {"derivation": "computed from public counts 11/29 vs 23/52"}, "derivation", "the row says −0.410052"),
    # What is pooled as counts is checked without the word, too.
    (COUNTS | {"derivation": "CBT rec/non 10/0, control rec/non 23/29"}, "derivation", "a cell of the counts is 0"),
    (COUNTS | {"derivation": "of the report: CBT rec/non 11/19, control rec/non 23/29"}, "derivation", "−0.410052"),
    # An odds ratio of other counts: 10/19 and 23/29 have 0.6636.
    (ODDS_RATIO | {"derivation": "computed from counts 19/20 vs 4/20"}, "derivation", "the counts give 76"),
    (ODDS_RATIO | {"estimate": 0.68}, "derivation", "the counts give 0.663616"),
    (ODDS_RATIO | {"estimate": 1.51}, "derivation", "the counts give 0.663616"),
    # The sample.
    (DIFFERENCE | {"standard_error": 0.05, "sample_size_text": "400"}, "standard_error", "at least 0.1"),
    (ODDS | {"estimate": -0.4, "standard_error": 0.1, "sample_size_text": "n = 400"}, "standard_error", "at least 0.2"),
    # Its study and its codes.
    ({"study_id": "somebody2026"}, "study_id", "did you mean 'somebody2025'"),
    ({"outcome_category": "homicides"}, "outcome_category", "did you mean 'homicide'"),
    ({"estimate": 1.3, "confidence_low": 1.04, "confidence_high": 1.63}, "beneficial_sign", "is a harm"),
    ({"beneficial_sign": 1, "outcome_category": "trust"}, "beneficial_sign", "coded 'beneficial'"),
    (DIFFERENCE | {"estimate": 0.2}, "beneficial_sign", "one direction"),
    ({"beneficial_sign": 2}, "beneficial_sign", "−1, 0 or 1"),
    ({"beneficial_sign": None}, "beneficial_sign", "the sign is blank"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "column", "said"), ERRORS)
def test_what_cannot_be_is_refused_with_row_given_allowed_and_remedy(tables, change, column, said):
    found = [it for it in findings(tables, change) if it.is_error]
    assert [it for it in found if column in it.columns and said in it.sentence], [it.sentence for it in found]
    assert all(it.sentence.startswith("row 2 (effect_id=E900), ") for it in found)


DOUBTS = [
    (PERCENT | {"estimate": -0.31}, "share or percentage", "Write −31 if the share is meant"),
    (PERCENT | {"estimate": 0.8, "beneficial_sign": 1}, "share or percentage", "Write 80"),
    (PERCENT | {"estimate": -60.0, "standard_error": 2.0}, "share or percentage", "times its error"),
    (DIFFERENCE | {"estimate": -3.4, "standard_error": 0.4}, "size of the effect", "beyond 3"),
    (NO_INTERVAL | {"estimate": 0.04}, "size of the effect", "−3.2"),
    (NO_INTERVAL | {"metric": "odds_ratio", "estimate": 30.0, "beneficial_sign": 1}, "size of the effect", "3.4"),
    ({"confidence_low": 0.3}, "asymmetric interval", "0.223 and 0.847"),
    # A Wald interval of a ratio, symmetric before logs are taken.
    ({"estimate": 0.81, "confidence_low": 0.51, "confidence_high": 1.11}, "asymmetric interval", "0.315 and 0.463"),
    ({"confidence_level": None}, "interval without a level", "from 0.56 to 0.875"),
    ({"standard_error": 0.07}, "error, interval and p value", "gives 1.06 times"),
    # z 3.13 has p 0.0017; t with a dozen degrees of freedom 0.009.
    ({"p_value": 0.009, "p_value_relation": "equal"}, "error, interval and p value", "p is 0.009"),
    ({"p_value": 0.001, "p_value_relation": "below"}, "error, interval and p value", "p is below 0.001"),
    (NO_INTERVAL | {"p_value": 1.0, "p_value_relation": "equal"}, "p value of one", "not none"),
    (DIFFERENCE | {"standard_error": 0.09, "sample_size_text": "400"}, "error and sample", "at least 0.1"),
    (COUNTS | {"sample_size_text": "83"}, "counts and sample", "the counts are of 81"),
    # Errors of 0.32 and 0.63 beside that of the counts, 0.48.
    (ODDS_RATIO | {"confidence_low": 0.35, "confidence_high": 1.24}, "error and counts", "the counts give 0.480201"),
    (ODDS_RATIO | {"confidence_low": 0.19, "confidence_high": 2.25}, "error and counts", "the interval gives"),
    ({"outcome": "homicide: an increase"}, "rise or fall", "'increase'"),
    ({"notes": "murders rose", "estimate": 0.9, "confidence_low": 0.8, "confidence_high": 1.01}, "rise or fall",
     "rose"),
    ({"outcome": "trust", "outcome_category": "trust"}, "sign and outcome", "less trust is better"),
    ({"beneficial_sign": 1}, "sign and outcome", "more homicide is better"),
    ({"outcome_category": "robbery"}, "outcome of the study", "lists 'homicide;trust"),
]  # fmt: skip


WORDS = [
    # The estimate is a fall of 30%, and these are words of a rise.
    "more homicides", "homicide: additional deaths", "higher homicide rates", "murders went up",
    "homicide did not only rise but doubled", "homicide in lower-income areas: an increase",
]  # fmt: skip
NO_WORDS = [
    # These are of places, doses or kinds, are denied, or are of the fall itself.
    "homicide in lower-income areas", "homicide, more patrols", "homicide after increased police presence",
    "homicide: no increase", "perceived more homicides", "homicide, growing cities", "more than ten homicides",
    "fewer homicides in higher-crime neighbourhoods", "homicide: lower", "homicide: a smaller increase was not found",
]  # fmt: skip


@pytest.mark.parametrize("outcome", WORDS)
def test_words_of_a_rise_beside_the_figure_of_a_fall_are_doubted_and_the_reverse(tables, outcome):
    (found,) = findings(tables, {"outcome": outcome})
    assert (found.kind, found.is_error) == ("rise or fall", False)
    risen = {"estimate": 1.3, "confidence_low": 1.04, "confidence_high": 1.625}
    assert findings(tables, risen | {"outcome": outcome}, studies=[STUDY | {"effect_direction": "harmful"}]) == []


@pytest.mark.parametrize("outcome", NO_WORDS)
def test_words_that_say_nothing_of_the_outcome_raise_no_doubt(tables, outcome):
    assert findings(tables, {"outcome": outcome}) == []


def test_words_of_a_fall_beside_the_figure_of_a_rise_are_doubted(tables):
    risen = {"estimate": 1.3, "confidence_low": 1.04, "confidence_high": 1.625}
    harmful = [STUDY | {"effect_direction": "harmful"}]
    for outcome, doubted in (("fewer homicides", 1), ("homicide, fewer patrols", 0), ("homicide: no reduction", 0)):
        found = findings(tables, risen | {"outcome": outcome}, studies=harmful)
        assert [it.kind for it in found] == ["rise or fall"] * doubted


@pytest.mark.parametrize(("change", "kind", "said"), DOUBTS)
def test_what_is_odd_is_doubted(tables, change, kind, said):
    found = [it for it in findings(tables, change) if not it.is_error]
    assert [it for it in found if it.kind == kind and said in it.sentence], [it.sentence for it in found]


EDGES = [
    # 1 / 0.7 with the bounds turned round, as restricting less.
    {"estimate": 1.43, "confidence_low": 1.14, "confidence_high": 1.79, "beneficial_sign": 1, "outcome_category": None},
    # Rounded so that one half is empty.
    {"estimate": 0.997, "confidence_low": 0.996, "confidence_high": 0.997},
    # Two decimals of a wide interval.
    {"estimate": 0.33, "confidence_low": 0.18, "confidence_high": 0.61},
    # A bound of 100 % less.
    PERCENT | {"estimate": -100.0},
    PERCENT | {"estimate": -1.0},
    PERCENT | {"estimate": 120.0, "beneficial_sign": 0},
    # A linear model's interval in per cent, symmetric before logs, with its error and p.
    PERCENT | {"confidence_low": -30.0, "confidence_high": -10.0, "confidence_level": 95.0, "standard_error": 5.1,
               "p_value": 0.0001, "p_value_relation": "below"},
    {"p_value": 0.002, "p_value_relation": "equal"},
    {"p_value": 0.01, "p_value_relation": "below"},
    {"standard_error": 0.08},
    # At 90 % the same error has a shorter interval: 0.7 (0.58 to 0.845).
    {"confidence_low": 0.58, "confidence_high": 0.845, "confidence_level": 90.0, "standard_error": 0.08},
    DIFFERENCE | {"p_value": 0.046, "p_value_relation": "equal"},
    DIFFERENCE | {"p_value": 0.05, "p_value_relation": "equal"},
    DIFFERENCE | {"standard_error": 0.1, "sample_size_text": "400"},
    DIFFERENCE | {"sample_size_text": "12 clinics"},
    DIFFERENCE | {"estimate": 0.0},
    COUNTS | {"sample_size_text": "81"},
    ODDS_RATIO,
    ODDS_RATIO | {"estimate": 0.7, "confidence_low": 0.3, "confidence_high": 1.7},
    ODDS_RATIO | {"estimate": 0.664, "confidence_low": 0.231, "confidence_high": 1.908},
    PERCENT | {"confidence_low": -99.0, "confidence_high": 1502.0, "confidence_level": 95.0, "estimate": -60.0},
    PERCENT | {"estimate": -100.0, "confidence_low": -100.0, "confidence_high": -99.0, "confidence_level": 95.0},
    {"effect_size": -0.357},
    {"outcome": "lives saved", "estimate": 1.4, "confidence_low": 1.1, "confidence_high": 1.8, "beneficial_sign": 1,
     "outcome_category": None},
    {"outcome": "homicide: reduction"},
    NO_INTERVAL | {"estimate": 1.0, "p_value": 1.0, "p_value_relation": "equal"},
]  # fmt: skip


@pytest.mark.parametrize("change", EDGES)
def test_what_is_at_the_edge_is_believed(tables, change):
    assert [it.sentence for it in findings(tables, change)] == []


NONE, DOUBT, ERROR = "none", "doubt", "error"
EXACT = NO_INTERVAL | {"metric": "cohens_d", "estimate": -0.2001, "standard_error": 0.1001}
EQUAL = {"p_value_relation": "equal"}
PRECISE = NO_INTERVAL | {"metric": "cohens_d", "estimate": -2.001}
OF_400 = {"sample_size_text": "400"}


@pytest.mark.parametrize(
    ("change", "grade"),
    [
        # The interval's error is 0.0797 in ratios: 1.01, 1.04, 1.25, 1.4 and 0.97, 0.85, 0.75 times the printed one.
        # Intervals of t with five degrees of freedom are 1.31 times as long as normal ones at 95%, 1.56 times at 99%.
        ({"standard_error": 0.0789}, NONE), ({"standard_error": 0.0766}, DOUBT), ({"standard_error": 0.0638}, DOUBT),
        ({"standard_error": 0.0569}, ERROR), ({"standard_error": 0.0822}, DOUBT), ({"standard_error": 0.0938}, DOUBT),
        ({"standard_error": 0.1063}, ERROR), ({"standard_error": 0.0797 / 1.32}, DOUBT),
        ({"confidence_level": 99.0, "standard_error": 0.0607 / 1.55}, DOUBT),
        ({"confidence_level": 99.0, "standard_error": 0.0607 / 1.65}, ERROR),
        # The estimate is 1.999 errors from none; so far are p of 0.0512, 0.0574, 0.1527, 0.1802, 0.0069 and 0.0051:
        # 1.95, 1.90, 1.43, 1.34, 2.70 and 2.80. With t of five degrees of freedom its p is 0.102, 1.635 from none.
        (EXACT | EQUAL | {"p_value": 0.05118}, NONE), (EXACT | EQUAL | {"p_value": 0.05743}, DOUBT),
        (EXACT | EQUAL | {"p_value": 0.1527}, DOUBT), (EXACT | EQUAL | {"p_value": 0.1802}, ERROR),
        (EXACT | EQUAL | {"p_value": 0.00693}, DOUBT), (EXACT | EQUAL | {"p_value": 0.00511}, ERROR),
        # 19, 21, 47 and 53 errors from none.
        (PRECISE | {"standard_error": 0.1051}, NONE), (PRECISE | {"standard_error": 0.0951}, DOUBT),
        (PRECISE | {"standard_error": 0.0421}, DOUBT), (PRECISE | {"standard_error": 0.0381}, ERROR),
        # A sample of 400 allows 0.1 for a difference, 0.2 for log odds.
        (EXACT | OF_400 | {"standard_error": 0.0981}, NONE), (EXACT | OF_400 | {"standard_error": 0.0961}, DOUBT),
        (EXACT | OF_400 | {"standard_error": 0.0711}, DOUBT), (EXACT | OF_400 | {"standard_error": 0.0689}, ERROR),
        (ODDS | OF_400 | {"estimate": -0.4, "standard_error": 0.1961}, NONE),
        (ODDS | OF_400 | {"estimate": -0.4, "standard_error": 0.1901}, DOUBT),
        (ODDS | OF_400 | {"estimate": -0.4, "standard_error": 0.1421}, DOUBT),
        (ODDS | OF_400 | {"estimate": -0.4, "standard_error": 0.1381}, ERROR),
        # A sample of 4,000 in words and with a comma.
        (EXACT | {"sample_size_text": "n=4,000", "standard_error": 0.0321}, NONE),
        (EXACT | {"sample_size_text": "n=4,000", "standard_error": 0.0301}, DOUBT),
        # Halves that differ by 3 and by 7 per cent.
        ({"confidence_high": 0.8812}, NONE), ({"confidence_high": 0.8887}, DOUBT),
        # Sizes.
        (ODDS | {"estimate": -2.9}, NONE), (ODDS | {"estimate": -3.1}, DOUBT), (ODDS | {"estimate": -10.1}, ERROR),
        (DIFFERENCE | {"estimate": -9.9, "standard_error": 2.0}, DOUBT),
        (NO_INTERVAL | {"estimate": 5.0, "beneficial_sign": 0}, NONE),
        (NO_INTERVAL | {"estimate": 20.0, "beneficial_sign": 0}, DOUBT),
        (NO_INTERVAL | {"estimate": 20.2, "beneficial_sign": 0}, ERROR),
        (PERCENT | {"estimate": -0.99}, DOUBT), (PERCENT | {"estimate": -1.01}, NONE),
        (NO_INTERVAL | {"metric": "percentage_points", "estimate": -99.0}, NONE),
        (NO_INTERVAL | {"metric": "percentage_points", "estimate": -101.0}, ERROR),
        # Levels.
        ({"confidence_level": 49.0}, ERROR), ({"confidence_level": 50.0}, NONE), ({"confidence_level": 99.9}, NONE),
        ({"confidence_level": 100.0}, ERROR),
        # An effect size with few digits, and one that is too far for any.
        ({"effect_size": -0.36}, ERROR), ({"effect_size": -0.3575}, ERROR), ({"effect_size": -0.358}, ERROR),
        ({"effect_size": -0.35668}, NONE), ({"effect_size": -0.3567}, NONE), ({"effect_size": -0.35678}, ERROR),
        ({"effect_size": -0.356675, "effect_size_standard_error": 0.1149}, NONE),
        ({"effect_size": -0.356675, "effect_size_standard_error": 0.1152}, ERROR),
    ],
)  # fmt: skip
def test_what_is_refused_doubted_and_believed_on_both_sides_of_each_bound(tables, change, grade):
    found = findings(tables, change)
    worst = ERROR if any(it.is_error for it in found) else DOUBT if found else NONE
    assert worst == grade, [it.sentence for it in found]


def printed_rows(metric, degrees, count=400):
    """Rows as honest publications print them: interval, error and p of one estimate, each rounded."""
    random = np.random.default_rng(20261129)
    for _ in range(count):
        error, effect = float(np.exp(random.normal(np.log(0.15), 0.5))), float(random.normal(-0.2, 0.3))
        level, decimals = float(random.choice([90, 95, 99])), int(random.integers(2, 4))
        half = float(stats.t.isf((1 - level / 100) / 2, degrees)) * error
        printed = np.array([effect, effect - half, effect + half])
        scale = {"rate_ratio": np.exp(effect), "percent_change": 100 * np.exp(effect)}.get(metric, 1.0)
        if metric == "rate_ratio":
            printed = np.exp(printed)
        elif metric == "percent_change":
            printed, decimals = 100 * np.expm1(printed), decimals - 1
        estimate, low, high, error_printed = np.round([*printed, error * scale], decimals).tolist()
        p_value = round(float(2 * stats.t.sf(abs(effect) / error, degrees)), 3)
        yield {
            "metric": metric, "estimate": estimate, "confidence_low": low, "confidence_high": high,
            "confidence_level": level, "standard_error": error_printed, "p_value": p_value or 0.001,
            "p_value_relation": "equal" if p_value else "below",
        }  # fmt: skip


@pytest.mark.parametrize("degrees", [8, 1e6])
@pytest.mark.parametrize("metric", ["rate_ratio", "percent_change", "cohens_d", "log_odds_ratio"])
def test_no_honest_row_is_refused_however_it_was_rounded(metric, degrees):
    rows = [Row("effects", "E900", 2, RATIO | row) for row in printed_rows(metric, degrees)]
    found = [finding for row in rows for finding in figure_findings(row)]
    assert [it.sentence for it in found if it.is_error] == []
    doubted = [it.sentence for it in found if it.kind in ("error, interval and p value", "asymmetric interval")]
    # With few degrees of freedom most are doubted: their p or interval is not that of the normal distribution.
    assert len(doubted) > len(rows) / 2 if degrees < 10 else doubted == []


@pytest.mark.parametrize("factor", [0.4, 2.5])
@pytest.mark.parametrize("metric", ["rate_ratio", "percent_change", "cohens_d"])
def test_an_error_that_is_another_is_refused_in_most_rows(metric, factor):
    rows = [row | {"standard_error": round(row["standard_error"] * factor, 3)} for row in printed_rows(metric, 1e6)]
    refused = [any(it.is_error for it in figure_findings(Row("effects", "E900", 2, RATIO | row))) for row in rows]
    assert sum(refused) > 0.95 * len(rows)


@pytest.mark.parametrize(("year", "is_error"), [(1899, True), (1900, False), (2100, False), (2101, True)])
def test_a_year_is_one_in_which_studies_are_published(tables, year, is_error):
    assert bool(findings(tables, {}, studies=[STUDY | {"year": year}])) == is_error


# --- studies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"title": "A <b>bold</b> claim"}, "title", "has the markup"),
        ({"title": "Guns &amp; homicide"}, "title", "has the markup"),
        ({"title": "=HYPERLINK(A1)"}, "title", "has a formula"),
        ({"title": "-SUM(A1:A9)"}, "title", "has a formula"),
        ({"title": "-cmd|' /C calc'!A0"}, "title", "has a formula"),
        ({"title": "-2+3"}, "title", "has a formula"),
        ({"title": "-A1*2"}, "title", "has a formula"),
        ({"title": "@SUM(A1)"}, "title", "has a formula"),
        ({"title": r"A fall of $\beta_1$ homicides"}, "title", "has a formula"),
        ({"title": "Effects of $x$ on crime"}, "title", "has a formula"),
        ({"authors": "<script>x</script>"}, "authors", "has the markup '<script>'"),
        ({"title": "Effects of <i>in vitro</i> patrols"}, "title", "has the markup '<i>'"),
        ({"title": "Guns &#38; homicide"}, "title", "has the markup '&#38;'"),
        ({"title": "Guns <img src=x onerror=alert(1)"}, "title", "has the markup '<img src=x'"),
        ({"year": None}, "year", "there is no year"),
        ({"year": 1825}, "year", "the year is 1825"),
        ({"year": 2019.5}, "year", "the year is 2019.5"),
        ({"year": np.inf}, "year", "no year"),
        ({"intervention_category": "cctv camera"}, "intervention_category", "unknown intervention_category"),
        ({"outcome_category": "homicide;theftt"}, "outcome_category", "did you mean 'theft'"),
        ({"effect_direction": "beneficially"}, "effect_direction", "did you mean 'beneficial'"),
        ({"target": "placs"}, "target", "did you mean 'place'"),
        ({"is_lac": False}, "is_lac", "write true"),
        ({"iso3": "USA", "place": "Boston"}, "is_lac", "write false"),
        ({"iso3": None, "place": None}, "is_lac", "iso3 is blank"),
    ],
)
def test_a_study_that_cannot_be_is_refused(tables, change, column, said):
    found = [it for it in findings(tables, {}, studies=[STUDY | change]) if it.is_error]
    assert [it for it in found if column in it.columns and said.casefold() in it.sentence.casefold()], found
    assert all("(study_id=somebody2025)" in it.sentence for it in found)


@pytest.mark.parametrize(
    "title",
    [
        "Guns and homicide: p < 0.05?",
        "$100 bills and the price of crime, $5 to $10",
        "-omics of violence (2020)",
        "Guns < knives > fists & more: R$5 a week",
        "- a title that begins with a dash",
        "R&D; crime",
        "AT&T; guns & Q&A; more",
        "Is a<b in crime?",
        "x<y>z and p<0.05",
        "If a<b and c>d",
        "¿Crimen<violencia? law&order; and more",
    ],
)
def test_a_title_with_a_sign_that_no_formula_has_is_kept(tables, title):
    assert findings(tables, {}, studies=[STUDY | {"title": title}]) == []


@pytest.mark.parametrize(
    ("design", "level", "doubted"),
    [
        ("synthetic control, placebos", 5, True), ("synthetic control, placebos", 4, False),
        ("synthetic control, placebos", 2, True), ("cluster randomised with DiD", 4, True),
        ("nonequivalent comparison", 3, True), ("nonequivalent comparison", 2, False),
        ("regression discontinuity in time", 4, True), ("interrupted time series", 2, False),
        ("a design of no known kind", 5, False), ("staggered DiD", None, False),
    ],
)  # fmt: skip
def test_a_level_that_its_kind_of_design_cannot_have_is_doubted(tables, design, level, doubted):
    found = findings(tables, {}, studies=[STUDY | {"design": design, "maryland_level": level}])
    assert [it.kind for it in found] == ["level and design"] * doubted
    assert all("a level from" in it.allowed for it in found)


def test_a_place_without_a_country_is_doubted(tables):
    study = STUDY | {"iso3": None, "is_lac": False, "place": "Kingston"}
    assert [it.kind for it in findings(tables, {}, studies=[study])] == ["place without a country"]
    assert findings(tables, {}, studies=[study | {"place": None}]) == []


OTHER = STUDY | {"study_id": "someone_else", "title": "Lights in Kingston"}


@pytest.mark.parametrize(
    ("first", "other", "column", "is_error"),
    [
        ({"doi": "10.1000/ABC"}, {"doi": "10.1000/abc"}, "doi", True),
        ({"doi": "10.1000/abc"}, {"doi": "https://doi.org/10.1000/abc"}, "doi", True),
        ({"doi": "10.1000/abc"}, {"doi": "https://www.doi.org/10.1000%2Fabc"}, "doi", True),
        ({"doi": "10.1000/abc."}, {"doi": "urn:doi:10.1000/abc/"}, "doi", True),
        ({"doi": "10.1000/abc"}, {"doi": "doi 10.1000/ABC"}, "doi", True),
        ({}, {"title": "CAMERAS, in  Kíngston!"}, "title", True),
        ({}, {"title": "Cameras in Kingston", "year": 2024}, "title", True),
        ({}, {"title": "Cameras in Kingston", "authors": "Nobody"}, "title", True),
        ({}, {"title": "Cameras in Kingston", "authors": "Nobody", "year": 2001}, "title", False),
        ({"doi": "10.1000/abc"}, {"title": "Cameras in Kingston", "doi": "10.1000/xyz"}, "title", False),
    ],
)
def test_one_publication_under_two_keys_is_found_with_both_rows(tables, first, other, column, is_error):
    (found,) = findings(tables, {}, studies=[STUDY | first, OTHER | other])
    assert (found.columns, found.is_error, found.kind) == ((column,), is_error, "same publication")
    assert "row 3 (study_id=someone_else)" in found.sentence
    assert "somebody2025 too (row 2)" in found.sentence


TRANSLATED = {"title": "Luces en Kingston"}


@pytest.mark.parametrize(
    ("first", "other", "doubted"),
    [
        ({}, TRANSLATED, True),
        ({}, TRANSLATED | {"place": "Ciudad de Kingston"}, True),
        ({}, TRANSLATED | {"authors": "Other, S. and Somebody, A."}, True),
        ({}, TRANSLATED | {"authors": "Sómebody; Óther"}, True),
        ({}, TRANSLATED | {"authors": "Somebody et al."}, True),
        # A working paper and its article, revised.
        ({}, {"title": "Cameras and crime: evidence from Kingston", "year": 2026}, True),
        ({}, {"title": "Cameras and crime: evidence from Kingston", "year": 2024}, True),
        ({"doi": "10.1000/abc"}, TRANSLATED | {"doi": "10.1000/xyz"}, True),
        ({"iso3": None, "is_lac": False}, TRANSLATED | {"iso3": None, "is_lac": False}, True),
        # Others, elsewhere, later, or told apart by the review that printed them.
        ({}, TRANSLATED | {"authors": "Somebody, Nobody"}, False),
        ({}, TRANSLATED | {"authors": "Somebody"}, False),
        ({}, TRANSLATED | {"authors": None}, False),
        ({"authors": None}, TRANSLATED | {"authors": None}, False),
        ({}, TRANSLATED | {"year": 2027}, False),
        ({}, TRANSLATED | {"iso3": "BRB", "place": "Bridgetown"}, False),
        ({}, TRANSLATED | {"kind": "review", "maryland_level": None}, False),
        ({"pooled_in": "review2013"}, TRANSLATED | {"pooled_in": "review2013"}, False),
        ({"iso3": None, "is_lac": False}, TRANSLATED | {"iso3": None, "is_lac": False, "place": "Montego Bay"}, False),
    ],
)
def test_one_study_by_another_title_or_of_the_year_beside_is_doubted_with_both_rows(tables, first, other, doubted):
    found = findings(tables, {}, studies=[STUDY | first, OTHER | other])
    found = [it for it in found if it.kind == "same publication"]
    assert [it.is_error for it in found] == [False] * doubted
    for it in found:
        assert it.columns == ("authors", "year", "iso3")
        assert "row 3 (study_id=someone_else)" in it.sentence
        assert "somebody2025 too (row 2), by another title" in it.sentence
        # An answer is to what stays the same when rows move.
        assert "row" not in it.about
        assert "somebody2025" in it.about


@pytest.mark.parametrize(
    "authors", ["Somebody J, Other A", "J. Somebody & A. Other", "Somebody, J. et al.", "OTHER and SOMEBODY"]
)
def test_one_title_of_the_same_people_is_one_publication_however_they_are_written(tables, authors):
    again = OTHER | {"title": STUDY["title"], "authors": authors, "year": 2024}
    (found,) = findings(tables, {}, studies=[STUDY, again])
    assert found.is_error
    assert "is that of somebody2025 too (row 2)" in found.sentence


def test_a_publication_under_many_keys_is_told_once_a_row_with_all_of_them(tables):
    copies = [STUDY | {"study_id": f"somebody{number}"} for number in range(2025, 2080)]
    found = findings(tables, {}, studies=copies)
    assert len(found) == 54
    assert all(it.is_error for it in found)
    assert len({(it.given, it.rule) for it in found}) == 1
    (said,) = together(found)
    assert said.startswith("title, in 54 rows: the title 'Cameras in Kingston' is that of somebody2025 too (row 2). ")
    assert said.endswith("rows 3–56 (study_id=somebody2026 to somebody2079)")
    # Each doubt is answered by itself, and names all that it is about.
    others = [it | {"title": f"By another name {place}"} for place, it in enumerate(copies)]
    doubted = findings(tables, {}, studies=others)
    assert len(doubted) == 54
    assert "somebody2025, somebody2026, somebody2027," in doubted[-1].given
    assert "somebody2077 and somebody2078 too (rows 2–55), by another title" in doubted[-1].given
    assert "give its key to the effects of all" in doubted[-1].remedy
    # Effects of one study are told once, by the last of them.
    effects = [{"effect_id": f"E{900 + number}"} for number in range(20)]
    results = findings(tables, *effects)
    assert [it.key for it in results] == ["E919"]
    assert "E916, E917 and E918 (rows 2–20) too" in results[-1].given
    assert not any(it.is_error for it in results)


def test_effects_of_two_studies_that_agree_are_told_study_by_study(tables):
    rows = [
        {"effect_id": "E900"}, {"effect_id": "E901", "confidence_low": 0.55},
        {"effect_id": "E902", "study_id": "someone_else"},
        {"effect_id": "E903", "study_id": "someone_else", "confidence_low": 0.55},
        {"effect_id": "E904", "study_id": "zz"},
    ]  # fmt: skip
    apart = {"authors": "Nobody", "iso3": "BRB", "place": "Bridgetown"}
    third = OTHER | apart | {"study_id": "zz", "title": "Dogs in Bridgetown", "authors": "Nemo"}
    found = findings(tables, *rows, studies=[STUDY, OTHER | apart, third])
    told = {(it.key, it.given.partition(" is that of ")[2]) for it in found if it.kind == "same result"}
    assert told == {
        ("E902", "E900 (row 2) too, of somebody2025, of the same year"),
        ("E903", "E901 (row 3) too, of somebody2025, of the same year"),
        ("E904", "E900 (row 2) too, of somebody2025, of the same year"),
        ("E904", "E902 (row 4) too, of someone_else, of the same year"),
    }


def test_trials_that_a_review_printed_may_share_the_words_they_are_called_by(tables):
    trials = {"title": "Trial in Somebody 2013", "pooled_in": "review2013", "year": 1990}
    two = [STUDY, OTHER | trials, OTHER | trials | {"study_id": "zz", "authors": "Nobody", "year": 1991}]
    assert findings(tables, {}, studies=two) == []
    two[2] |= {"authors": OTHER["authors"], "year": 1990}
    assert [it.is_error for it in findings(tables, {}, studies=two)] == [True]


def test_a_title_that_is_ours_is_no_sign_of_one_publication_unless_authors_and_year_agree(tables):
    columns = [*tables["studies"].columns.drop("title_is_ours", errors="ignore"), "title_is_ours"]
    effects = table(list(tables["effects"].columns), [RATIO])

    def found(**other):
        same = OTHER | {"title": STUDY["title"], "title_is_ours": True} | other
        studies = table(columns, [STUDY | {"title_is_ours": True}, same])
        return [it.is_error for it in row_checks.row_findings(effects, studies, tables["countries"])]

    assert found() == [True]
    assert found(year=2001) == []
    assert found(authors="Nobody") == []
    assert found(authors="Nobody", title_is_ours=False) == [True]


def test_authors_whom_nobody_named_are_not_the_same(tables):
    unnamed = {"authors": "Authors not named", "title": STUDY["title"]}
    two_studies = [STUDY | unnamed, OTHER | unnamed | {"year": 2001}]
    assert [it.is_error for it in findings(tables, {}, studies=two_studies)] == [False]


def test_words_that_read_alike_are_folded_to_one():
    assert folded("Pacificação — «UPP», 2013") == folded("PACIFICACAO: upp 2013") == "pacificacaoupp2013"
    assert folded("Série A") != folded("Série B")


# --- rows beside each other -------------------------------------------------------------------------------------------


def two(tables, first, other, **study):
    """What is found in two effects, the second of another study of the same year."""
    second = {"effect_id": "E901", "study_id": "someone_else"}
    found = findings(tables, first, other | second, studies=[STUDY, OTHER | study])
    return [it for it in found if it.table == "effects"]


def test_one_result_under_two_studies_of_a_year_is_refused_with_both_rows(tables):
    (found,) = two(tables, {}, {}, authors="Nobody")
    assert found.is_error
    assert "row 3 (effect_id=E901)" in found.sentence
    assert "that of E900 (row 2) too, of somebody2025" in found.sentence
    (found,) = two(tables, {}, {}, authors="Nobody", year=2024)
    assert not found.is_error
    assert "too, of somebody2025, of 2025" in found.sentence
    assert two(tables, {}, {}, authors="Nobody", year=2023) == []
    assert two(tables, {}, {"confidence_low": 0.561}, authors="Nobody") == []


def test_few_digits_agree_by_chance_unless_authors_or_samples_agree(tables):
    rounded = DIFFERENCE | {"estimate": -0.2, "standard_error": 0.1}
    assert [it.is_error for it in two(tables, rounded, rounded, authors="Nobody")] == [False]
    assert [it.is_error for it in two(tables, rounded, rounded)] == [True]
    four, five = ({"estimate": -0.21, "standard_error": error} for error in (0.11, 0.111))
    assert [it.is_error for it in two(tables, DIFFERENCE | four, DIFFERENCE | four, authors="Nobody")] == [False]
    assert [it.is_error for it in two(tables, DIFFERENCE | five, DIFFERENCE | five, authors="Nobody")] == [True]
    sample = rounded | {"sample_size_text": "420"}
    assert [it.is_error for it in two(tables, sample, sample, authors="Nobody")] == [True]
    other = rounded | {"sample_size_text": "421"}
    assert [it.is_error for it in two(tables, sample, other)] == [False]


def test_the_same_figures_and_words_under_a_study_of_the_year_beside_are_doubted_however_few_digits(tables):
    few = {"estimate": 0.7, "confidence_low": 0.5, "confidence_high": 0.9}
    (found,) = two(tables, few, few, authors="Nobody", year=2024)
    assert (found.kind, found.is_error) == ("same result", False)
    assert "is that of E900 (row 2) too, of somebody2025, of 2025" in found.given
    # Other words, or an error in place of the interval: by chance.
    assert two(tables, few, few | {"outcome": "homicide of men"}, authors="Nobody", year=2024) == []
    error = DIFFERENCE | {"estimate": -0.2, "standard_error": 0.1}
    assert two(tables, error, error, authors="Nobody", year=2024) == []
    # Two years apart they are two studies.
    assert two(tables, few, few, authors="Nobody", year=2023) == []


def test_a_result_that_the_last_row_tells_is_not_told_by_the_one_before_it(tables):
    apart = {"authors": "Nobody", "iso3": "BRB", "place": "Bridgetown"}
    rows = [{"effect_id": "E900"}, {"effect_id": "E901"}, {"effect_id": "E902"}]
    rows[1] |= {"study_id": "someone_else"}
    rows[2] |= {"study_id": "someone_else"}
    told = [it for it in findings(tables, *rows, studies=[STUDY, OTHER | apart]) if it.kind == "same result"]
    assert {it.key for it in told} == {"E902"}
    assert sorted(it.given.partition(" is that of ")[2] for it in told) == [
        "E900 (row 2) too, of somebody2025, of the same year",
        "E901 (row 3) too",
    ]
    # With another outcome in words it is a result of its own, and tells the first again.
    rows[1] |= {"outcome": "homicide of men"}
    told = [it for it in findings(tables, *rows, studies=[STUDY, OTHER | apart]) if it.kind == "same result"]
    assert {it.key for it in told} == {"E901", "E902"}


def test_an_effect_that_stands_twice_in_a_study_is_doubted(tables):
    again = {"effect_id": "E901"}
    assert [(it.kind, it.is_error) for it in findings(tables, {}, again)] == [("same result", False)]
    assert findings(tables, {}, again | {"confidence_low": 0.561}) == []
    # Two outcomes with one rounded figure, and nothing else printed.
    assert findings(tables, PERCENT, PERCENT | again | {"outcome": "youth homicide"}) == []


def test_a_result_typed_as_ratio_and_as_change_in_per_cent_is_doubted(tables):
    change = {"metric": "percent_change", "estimate": -30.0, "confidence_low": -44.0, "confidence_high": -12.5}
    assert [it.kind for it in findings(tables, {}, change | {"effect_id": "E901"})] == ["same result"]


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({"metric": "odds_ratio", "estimate": 0.81, "confidence_low": 0.71, "confidence_high": 0.92},
         {"metric": "log_odds_ratio", "estimate": -0.2107, "confidence_low": -0.3425, "confidence_high": -0.0834}),
        ({"metric": "odds_ratio", "estimate": 0.81, "confidence_low": 0.71, "confidence_high": 0.92},
         NO_INTERVAL | {"metric": "log_odds_ratio", "estimate": -0.2107, "standard_error": 0.0661}),
        ({"estimate": 0.8, "confidence_low": 0.5, "confidence_high": 1.25},
         {"estimate": 1.25, "confidence_low": 0.8, "confidence_high": 2.0, "beneficial_sign": 1}),
        ({}, {"metric": "percent_vs_expected", "estimate": -30.0, "confidence_low": -44.0, "confidence_high": -12.5}),
    ],
)  # fmt: skip
def test_one_result_in_two_metrics_of_one_measure_is_doubted(tables, first, other):
    found = findings(tables, first, other | {"effect_id": "E901"})
    assert [it.key for it in found if it.kind == "same result"] == ["E901"]
    near = other | {"estimate": other["estimate"] * 1.1}
    assert not [it for it in findings(tables, first, near | {"effect_id": "E901"}) if it.kind == "same result"]


MIXED = [STUDY | {"effect_direction": "mixed"}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"estimate": 15.0, "confidence_low": 11.0, "confidence_high": 20.5}, "write 0.15 if 15 % is meant"),
        (NO_INTERVAL | {"estimate": 15.0, "standard_error": 2.0}, "write 0.15 if 15 % is meant"),
        (NO_INTERVAL | {"metric": "odds_ratio", "estimate": 15.0, "standard_error": 5.0}, "write 0.15"),
        (PERCENT | {"estimate": 486.0}, "write 386 if 486 % of what was expected is meant"),
    ],
)
def test_a_ratio_that_looks_like_per_cent_is_doubted_whatever_its_direction(tables, change, said):
    assert [it.kind for it in findings(tables, change, studies=MIXED)] == ["share or percentage"]
    advice = [it.sentence.casefold() for it in findings(tables, change)]
    assert any(said in it for it in advice)


def test_a_ratio_that_looks_like_per_cent_is_no_reason_to_turn_the_sign(tables):
    (refused,) = (it for it in findings(tables, NO_INTERVAL | {"estimate": 12.0, "standard_error": 5.0}) if it.is_error)
    assert "Write 0.12 if 12 % is meant; else correct sign or direction" in refused.sentence


@pytest.mark.parametrize(
    ("change", "is_doubted"),
    [
        ({"estimate": 0.4, "confidence_low": 0.1, "confidence_high": 1.6}, True),
        ({"estimate": 3.0, "confidence_low": 0.75, "confidence_high": 12.0}, False),
        (DIFFERENCE | {"estimate": -0.4, "standard_error": 0.21}, True),
        (DIFFERENCE | {"estimate": 0.8, "standard_error": 0.21}, False),
        (PERCENT, True),
    ],
)
def test_counts_are_held_against_a_figure_of_any_metric(tables, change, is_doubted):
    found = findings(tables, change | {"derivation": "counts 19/46 vs 4/35"}, studies=MIXED)
    assert [it.kind for it in found] == ["estimate and counts"] * is_doubted


@pytest.mark.parametrize(
    ("first", "other", "doubted"),
    [("Li, Wu", "Wu & Li", True), ("Li, Wu", "Ma, Wu", False), ("Li J, Pérez AB", "Pérez, Li", True),
     ("Li, Pérez", "Wu, Pérez", False), ("LI, WU", "Li, Wu", True)],
)  # fmt: skip
def test_surnames_of_two_letters_are_names(tables, first, other, doubted):
    studies = [STUDY | {"authors": first}, OTHER | TRANSLATED | {"authors": other}]
    found = [it for it in findings(tables, {}, studies=studies) if it.kind == "same publication"]
    assert [it.is_error for it in found] == [False] * doubted


def test_an_error_that_says_nothing_is_doubted_and_one_that_cannot_be_is_refused(tables):
    for error, is_error in ((80.0, True), (2.0, False)):
        found = findings(tables, NO_INTERVAL | {"standard_error": error})
        assert [(it.kind, it.is_error) for it in found] == [("size of the effect", is_error)]


def test_the_direction_of_a_study_is_held_against_its_effects(tables):
    harm = {"effect_id": "E901", "estimate": 1.3, "confidence_low": 1.04, "confidence_high": 1.63}
    assert [(it.key, it.is_error) for it in findings(tables, {}, harm)] == [("E901", False)]
    for direction in ("mixed", "harmful"):
        found = findings(tables, harm, studies=[STUDY | {"effect_direction": direction}])
        assert found == []
    found = findings(tables, {}, studies=[STUDY | {"effect_direction": "harmful"}])
    assert [(it.kind, it.is_error) for it in found] == [("direction and sign", True)]
    # No benefit is claimed, and the effect is beyond what chance explains; within, it is no contradiction.
    none = [STUDY | {"effect_direction": "no effect"}]
    assert [it.is_error for it in findings(tables, {}, studies=none)] == [False]
    unsure = {"estimate": 0.9, "confidence_low": 0.72, "confidence_high": 1.125}
    assert findings(tables, unsure, studies=none) == []


def test_an_effect_of_a_study_of_several_interventions_is_doubted(tables):
    found = findings(tables, {}, studies=[STUDY | {"intervention_category": "CCTV;focused deterrence"}])
    assert [(it.kind, it.is_error) for it in found] == [("several interventions", False)]


def far(tables, errors, metric="cohens_d"):
    """Kinds of doubts about effects with these errors, each of its own study and year."""
    studies = [
        STUDY | {"study_id": f"s{place:02d}", "title": f"Trial {place}", "year": 1980 + place}
        for place in range(len(errors))
    ]
    effects = [
        DIFFERENCE | {"metric": metric, "effect_id": f"E{900 + place}", "study_id": study["study_id"],
                      "estimate": -0.2 - place / 100, "standard_error": error}
        for place, (study, error) in enumerate(zip(studies, errors, strict=True))
    ]  # fmt: skip
    found = findings(tables, *effects, studies=studies)
    return {it.key for it in found if it.kind == "size of the error"}


def test_an_error_far_from_those_of_other_studies_of_the_measure_is_doubted(tables):
    # Logs of the first nine: median −1.897 (0.15), median deviation 0.182, so 3.5 deviations are a factor of 2.58.
    usual = [0.1, 0.11, 0.125, 0.14, 0.15, 0.17, 0.18, 0.2, 0.23]
    assert far(tables, [*usual, 0.16]) == set()
    assert far(tables, [*usual, 0.15 / 2.5]) == set()
    assert far(tables, [*usual, 0.15 / 2.7]) == {"E909"}
    assert far(tables, [*usual, 0.15 * 2.7]) == {"E909"}
    assert far(tables, [*usual[:7], 0.01]) == set()


def test_an_error_is_not_compared_with_those_of_another_measure(tables):
    assert far(tables, [0.1, 0.11, 0.125, 0.14, 0.15, 0.17, 0.18, 0.2, 0.03]) == {"E908"}
    assert far(tables, [0.1, 0.11, 0.125, 0.14, 0.15, 0.17, 0.18, 0.2, 0.03], metric="per_100k") == set()


# --- all of them together ---------------------------------------------------------------------------------------------


def test_every_problem_of_every_row_is_said_at_once(tables):
    study = STUDY | {"title": "=1+1", "is_lac": False}
    found = findings(
        tables, {"standard_error": 0.0}, {"effect_id": "E901", "estimate": 80.0} | NO_INTERVAL, studies=[study]
    )
    said = {(it.table, it.key, it.columns[0]) for it in found if it.is_error}
    assert said == {
        ("studies", "somebody2025", "title"),
        ("studies", "somebody2025", "is_lac"),
        ("effects", "E900", "standard_error"),
        ("effects", "E901", "estimate"),
    }
    with pytest.raises(row_checks.MalformedEffects, match=r"- row 2 \(study_id=somebody2025\), title") as refused:
        row_checks.refuse_malformed(
            table(list(tables["effects"].columns), [RATIO | {"standard_error": 0.0}]),
            table(list(tables["studies"].columns), [study]),
        )
    # Without the table of countries nothing is said of the region.
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"estimate": np.inf},
        {"confidence_high": np.inf},
        {"confidence_low": -np.inf},
        {"confidence_low": -np.inf, "confidence_high": np.inf},
        {"confidence_level": np.inf},
        {"confidence_high": np.inf, "effect_size": -0.356675, "effect_size_standard_error": 0.113851},
        {"p_value": np.inf, "p_value_relation": "equal"},
        PERCENT | {"standard_error": np.inf, "effect_size": -0.223144, "effect_size_standard_error": 0.1},
        COUNTS | {"estimate": np.inf, "standard_error": 0.5},
    ],
)
def test_an_infinite_figure_is_said_to_be_one_and_nothing_follows_from_it(tables, change):
    found = findings(tables, change)
    endless = {name for name, value in change.items() if isinstance(value, float) and math.isinf(value)}
    assert {it.columns for it in found} == {(name,) for name in endless}
    assert {it.kind for it in found} == {"no number"}


def unread(tables, columns, **change):
    """What a row says of which some cells could not be read."""
    frame = table(list(tables["effects"].columns), [RATIO | change | dict.fromkeys(columns)])
    frame.attrs["unread"] = {0: frozenset(columns)}
    studies = table(list(tables["studies"].columns), [STUDY])
    return row_checks.row_findings(frame, studies, tables["countries"])


@pytest.mark.parametrize(
    ("columns", "change"),
    [
        (["confidence_low", "confidence_high"], {}),
        (["confidence_high"], {"effect_size": -0.356675, "effect_size_standard_error": 0.2, "standard_error": 0.0797}),
        (["standard_error"], NO_INTERVAL | {"effect_size": -0.356675, "effect_size_standard_error": 0.2}),
        (["estimate"], COUNTS | {"standard_error": 0.5}),
    ],
)
def test_nothing_follows_from_a_cell_that_was_not_read(tables, columns, change):
    found = unread(tables, columns, **change)
    assert [it.sentence for it in found if set(columns).isdisjoint(it.columns)] == []


def test_an_effect_that_was_not_read_may_point_the_other_way(tables):
    columns, harm = list(tables["effects"].columns), {"estimate": 1.3, "confidence_low": 1.04, "confidence_high": 1.63}
    effects = table(columns, [RATIO | harm, RATIO | {"effect_id": "E901", "estimate": None} | NO_INTERVAL])
    studies = table(list(tables["studies"].columns), [STUDY])
    found = row_checks.row_findings(effects, studies, tables["countries"])
    assert [it.is_error for it in found if it.kind == "direction and sign"] == [True]
    effects.attrs["unread"] = {1: frozenset(("estimate",))}
    found = row_checks.row_findings(effects, studies, tables["countries"])
    assert [it.is_error for it in found if it.kind == "direction and sign"] == [False]


def test_a_fault_of_many_rows_is_refused_in_one_sentence_with_all_of_them(tables):
    rows = [RATIO | {"effect_id": f"E{100 + number}", "standard_error": 0.0} for number in range(55)]
    with pytest.raises(row_checks.MalformedEffects) as refused:
        row_checks.refuse_malformed(
            table(list(tables["effects"].columns), rows), table(list(tables["studies"].columns), [STUDY])
        )
    (problem,) = refused.value.problems
    assert problem.startswith("standard_error, in 55 rows: a standard error is 0. Allowed: it is above 0. Write it")
    assert problem.endswith("rows 2–56 (effect_id=E100 to E154)")
    assert refused.value.sentences[0] == problem
    assert problem in str(refused.value)


def test_what_was_typed_elsewhere_is_no_reason_to_fail(tables):
    empty = dict.fromkeys(tables["effects"].columns) | {"effect_id": "E902"}
    words = {"effect_id": "E903", "estimate": "0.7", "p_value": "small"}
    assert {it.key for it in findings(tables, empty, words) if it.is_error} >= {"E902", "E903"}


def test_the_shipped_tables_hold_no_error_and_every_answer_answers_a_doubt(tables):
    found = row_checks.findings_of_tables(tables)
    assert [it.sentence for it in found if it.is_error] == []
    assert [it.sentence for it in found if it.table == row_checks.ANSWERED] == []


def test_a_doubt_stays_with_its_answer(tables):
    effects, studies, countries = (tables[name] for name in ("effects", "studies", "countries"))
    answered = tables[row_checks.ANSWERED]
    every = row_checks.doubts(effects, studies, countries, answered)
    first = every[every["is_answered"]].iloc[0]
    kept = answered[(answered["row"] != first["row"]) | (answered["doubt"] != first["doubt"])]
    fewer = row_checks.doubts(effects, studies, countries, kept)
    assert len(fewer) == len(every)
    assert fewer["is_answered"].sum() == every["is_answered"].sum() - 1
    mine = fewer[(fewer["row"] == first["row"]) & (fewer["doubt"] == first["doubt"])]
    assert mine["answer"].tolist() == ["not looked into yet"]
    assert not fewer["is_answered"].iloc[0]


def test_an_answer_to_a_doubt_that_no_row_raises_is_told_and_refuses_nothing(tables):
    answered = pd.concat(
        [tables[row_checks.ANSWERED], pd.DataFrame({"row": ["E001"], "doubt": ["same result"], "answer": ["Looked."]})],
        ignore_index=True,
    )
    (found,) = (
        it for it in row_checks.findings_of_tables(tables | {row_checks.ANSWERED: answered}) if it.key == "E001"
    )
    assert not found.is_error
    assert f"row {len(answered) + 1} (row=E001)" in found.sentence


def test_the_sentence_about_doubts_counts_them_and_those_that_wait():
    doubts = pd.DataFrame(
        {"table": "effects", "row": ["E001", "E001", "E002"], "is_answered": [False, True, True]},
    )
    (value,) = row_checks.doubt_values(doubts)
    assert value.name == "row_doubts_sentence"
    assert value.value.endswith(
        "raises three doubts about two rows. One of them waits for somebody to look. Each stands on this page with its "
        "answer where it has one."
    )
    (value,) = row_checks.doubt_values(doubts.assign(is_answered=[False, False, True]))
    assert value.value.endswith("to look. Each stands on this page with its answer where it has one.")
    assert "Two of them wait for somebody to look." in value.value
    (value,) = row_checks.doubt_values(doubts.assign(is_answered=True))
    assert value.value.endswith("None of them waits for somebody to look. Each stands on this page with its answer.")
    (value,) = row_checks.doubt_values(doubts.head(0))
    assert value.value.endswith("and doubts none.")


def test_a_doubt_that_nobody_answered_is_found_and_an_answer_takes_only_that_one_away(tables):
    answered = tables[row_checks.ANSWERED]
    every = row_checks.findings_of_tables(tables | {row_checks.ANSWERED: answered.head(0)})
    kept = row_checks.findings_of_tables(tables | {row_checks.ANSWERED: answered.head(1)})
    assert len(every) >= len(answered) > 1
    (gone,) = set(every) - set(kept)
    assert (gone.key, gone.kind) == tuple(answered.loc[0, ["row", "doubt"]])


def test_an_idle_answer_names_the_columns_that_hold_it(tables):
    idle = pd.DataFrame({"row": ["E001"], "doubt": ["same result"], "answer": ["Looked."]})
    (found,) = (
        it
        for it in row_checks.findings_of_tables(tables | {row_checks.ANSWERED: idle})
        if it.table == row_checks.ANSWERED
    )
    assert (found.kind, found.columns) == ("answer", ("row", "doubt"))


def test_a_ratio_s_distance_from_none_is_that_of_its_logarithm(tables):
    # 0.8 with an error of 0.1 in ratios is 1.785 errors of its logarithm from none, p 0.0743.
    ratio = NO_INTERVAL | {"estimate": 0.8, "standard_error": 0.1, "p_value_relation": "equal"}
    assert findings(tables, ratio | {"p_value": 0.0743}) == []
    (found,) = findings(tables, ratio | {"p_value": 1e-9})
    assert found.is_error
    assert "1.79 errors from none" in found.given


def test_an_error_as_small_as_a_sample_explains_is_not_doubted(tables):
    least = LESS_THAN_SAMPLE * 2 / math.sqrt(400)
    given = DIFFERENCE | {"sample_size_text": "400"}
    assert findings(tables, given | {"standard_error": least}) == []
    (found,) = findings(tables, given | {"standard_error": least * 0.99})
    assert (found.kind, found.is_error) == ("error and sample", False)


def test_a_row_of_a_frame_without_lines_is_told_by_its_key_alone(tables):
    columns = list(tables["effects"].columns)
    first, last = table(columns, [RATIO]), table(columns, [RATIO]).set_axis(["typed"])
    assert [row.line for frame in (first, last) for row in rows_of("effects", frame)] == [2, 0]


def test_a_level_that_a_design_cannot_have_is_told_with_its_range(tables):
    (found,) = findings(tables, {}, studies=[STUDY | {"maryland_level": 1}])
    assert not found.is_error
    assert found.given.startswith("the level is 1 and the design 'DiD'")
