"""Sentences follow the numbers, those of other runs too."""

import pandas as pd
import pytest

from citizen_security.programmes.trust_and_community_policing import sentences as said
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing

PARAMETERS = TrustAndCommunityPolicing()
NAMES = {"MEX": "Mexico", "SLV": "El Salvador"}


def studies(*directions, randomised=True):
    return pd.DataFrame(
        {"study_id": [f"s{place}" for place in range(len(directions))], "study": "A 2020", "design": "trial",
         "randomised": randomised, "on_trust": True, "direction": directions}
    )  # fmt: skip


def programmes(*p_values, floor=0.02, effect=5.0):
    return pd.DataFrame(
        {"programme_id": "pnvcc", "outcome": "police", "estimator": "difference_in_differences", "effect": effect,
         "lower": effect - 2, "upper": effect + 2, "p_value": p_values, "floor": floor, "donors": 15,
         "largest_placebo": 9.0}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("effects", "part"),
    [
        (programmes(0.1, floor=0.0625), "cannot settle it: so few countries allow no p below 0.062"),
        (programmes(0.02, 0.4), "1 of 2 comparisons with other countries lies beyond chance, upwards"),
        (programmes(0.3), "no country with a programme stands out"),
    ],
)
def test_the_answer_follows_studies_and_surveys(effects, part):
    found = said.answer_sentence(studies("beneficial", "beneficial", "not_beneficial"), effects, PARAMETERS)
    assert "two report more of it. No more of it was found by A 2020 (trial)." in found
    assert part in found


@pytest.mark.parametrize(
    ("directions", "part"),
    [
        (["beneficial", "not_beneficial"], "is contested: 1 of 2 studies that look at it bears it out"),
        (["beneficial"], "bear out that"),
        (["harmful"], "contradict that"),
    ],
)
def test_the_claim_is_held_to_the_studies(directions, part):
    assert part in said.claim_verdict(studies(*directions))


def test_printed_effects_are_counted():
    printed = pd.DataFrame(
        {"study_id": ["s0", "s0"], "study": "A 2020", "on_trust": [True, False], "favours": [True, False],
         "metric": "percentage_points", "estimate": [12.0, -20.0], "has_interval": False, "poolable": False}
    )  # fmt: skip
    found = said.printed_sentence(printed, studies("beneficial", "not_beneficial"))
    assert found.startswith("One study of 2 has no figure that could be read, and it is without a benefit. ")
    assert "Of the others, 1 of 2 printed effects points to a gain, and none came with an interval" in found
    silent = said.printed_sentence(printed, studies("beneficial", "harmful", "not_beneficial"))
    assert silent.startswith("Two studies of 3 have no figure that could be read, both without a benefit. ")
    assert "could be pooled" in said.printed_sentence(printed.assign(poolable=True), studies("beneficial"))
    assert "+12 points (A 2020)" in said.size_sentence(printed, programmes(0.3))
    assert "would stand out" in said.size_sentence(printed, programmes(0.3))
    small = printed.assign(estimate=[3.0, -20.0])
    assert "would not stand out" in said.size_sentence(small, programmes(0.3))
    assert "printed" not in said.size_sentence(printed.assign(on_trust=False), programmes(0.3))


def test_homicide_counts_intervals_that_leave_out_zero():
    table = pd.DataFrame(
        {"scale": ["levels", "levels", "changes", "changes"], "method": ["a", "b"] * 2, "estimate": -4.0,
         "lower": [-9.0, -6.0, -7.0, -6.0], "upper": [1.0, -2.0, -1.0, -1.0], "verdict": ["undecided"] * 4}
    )  # fmt: skip
    assert "trust in the police is −4.0 (−9.0 to +1.0) points" in said.homicide_sentence(table, PARAMETERS, "a")
    reading = said.homicide_reading(table, PARAMETERS, "a")
    assert "In levels 1 of 2 kinds of interval leaves out zero" in reading
    assert "all 2 kinds of interval leave out zero" in reading


def test_surveys_say_which_finds_more():
    agreement = {
        "countries": 4, "correlation": 0.5, "lower": -0.1, "upper": 0.9, "difference": 3.0, "difference_lower": 1.0,
        "difference_upper": 5.0, "beyond": 1,
    }  # fmt: skip
    assert "+3.0 (+1.0 to +5.0) points on average: LAPOP finds more trust" in said.surveys_sentence(agreement)
    fewer = {**agreement, "difference_lower": -1.0}
    assert "neither survey is known to find more" in said.surveys_sentence(fewer)
    pairs = pd.DataFrame({"iso3": ["MEX", "SLV"], "latinobarometro": [20.0, 23.0], "lapop": [21.0, 44.0]})
    pairs = pairs.assign(difference=pairs["lapop"] - pairs["latinobarometro"])
    assert "They differ most in El Salvador: 23% and 44%" in said.apart_sentence(pairs, agreement, NAMES)


def test_sampling_beside_what_is_seen():
    summary = {
        "half_width": 3.6, "beyond": 1.0, "changes": 20.0, "expected": 1.0, "spread": 6.0, "sampling_spread": 3.0
    }  # fmt: skip
    found = said.sampling_sentence(summary, PARAMETERS)
    assert "±3.6 points" in found
    assert "1 of 20 changes from wave to wave is larger than sampling gives" in found
    assert "25% of their variance" in said.spread_sentence(summary)
    assert "100% of their variance" in said.spread_sentence({**summary, "sampling_spread": 6.0})
    refuted = said.spread_sentence({**summary, "sampling_spread": 8.0})
    assert "variance" not in refuted
    assert "figures move less than so small a sample would" in refuted


def test_doubts_are_told_with_what_is_done():
    cells = pd.DataFrame({"iso3": ["MEX"], "year": [2016], "trust": [46.0], "before": [24.0], "after": [21.0]})
    found = said.doubted_sentence(cells, NAMES, PARAMETERS)
    assert "Mexico in 2016, 46% where the waves before and after have 24% and 21%. This run has it left out." in found
    kept = PARAMETERS.model_copy(update={"doubted": "kept"})
    assert "has it kept" in said.doubted_sentence(cells, NAMES, kept)
    assert "doubts no figure" in said.doubted_sentence(cells.head(0), NAMES, kept)


@pytest.mark.parametrize(
    ("effects", "part"),
    [
        (programmes(0.1, floor=0.0625), "no p can be below 0.062, so that nothing could pass a test at 0.05"),
        (programmes(0.3, 0.4), "other countries moved by as much"),
        (programmes(0.02, 0.4), "1 of 2 estimates stands out from other countries, upwards"),
        (programmes(0.02, 0.4, effect=-5.0), "1 of 2 estimates stands out from other countries, downwards"),
    ],
)
def test_the_verdict_knows_the_floor(effects, part):
    assert part in said.programmes_verdict(effects, PARAMETERS)


def test_programmes_are_told_one_by_one():
    one = programmes(0.3)
    assert "With Colombia's quadrants, trust in the police moved by +5.0 (+3.0 to +7.0) points" in (
        said.programmes_sentence(one)
    )
    assert "no programme of this run has waves" in said.estimators_sentence(one).lower()
    assert "two estimators give from +5.0 to +5.0 points, the smallest p = 0.300" in said.estimators_sentence(
        programmes(0.3, 0.4)
    )
    both = pd.concat([one.assign(outcome="judiciary", effect=1.0), one.assign(outcome="difference")])
    assert "moved by +1.0 points, and that in the police less that in the judiciary by +5.0" in (
        said.judiciary_sentence(both)
    )
    register = pd.DataFrame({"design": ["every estimator", "difference in differences alone", "none: x", "none: y"]})
    assert "Of four dated programmes, one has the waves" in said.reach_sentence(register)
    few = said.reach_sentence(register[register["design"].str.startswith("none")])
    assert "none has the waves that every estimator needs, none those for a difference" in few
    assert "two have waves for neither" in few
