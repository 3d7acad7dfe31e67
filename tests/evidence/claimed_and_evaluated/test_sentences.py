"""Changes keep their signs, and what they imply of other places is worked out by hand."""

import pandas as pd
import pytest

from citizen_security.evidence.claimed_and_evaluated.announced_changes import Median
from citizen_security.evidence.claimed_and_evaluated.fall_without_effect import FallWithoutEffect
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.claimed_and_evaluated.sentences import (
    chance_sentence,
    claims_sentence,
    depth_sentence,
)


@pytest.mark.parametrize(
    ("evaluated", "said"),
    [
        (
            (-20.0, -25.0),
            "larger than the estimated one in all 2 programmes with both, by a median factor of 2.5 "
            "(smallest 2.0, largest 2.6). 1 of 3",
        ),
        ((-60.0, -25.0), "larger than the estimated one in 1 of 2 programmes with both"),
        ((-60.0, -75.0), "larger than the estimated one in none of the 2 programmes with both"),
    ],
)
def test_claims_are_counted_by_which_was_larger(evaluated, said):
    compared = pd.DataFrame({"missing": ["", "", "no number"], "claimed": -50.0, "evaluated": [*evaluated, -10.0]})
    median = Median(value=2.5, bootstrap=(2.0, 2.5), extremes=(2.0, 2.6), coverage=0.5, n=2)
    assert said in claims_sentence(compared, median)
    assert "factor" not in claims_sentence(compared, None)
    assert claims_sentence(compared.iloc[[2]], None).startswith("No programme has both")


def test_the_rule_and_the_places_of_the_run_are_named_and_a_fall_is_a_change_with_its_sign():
    fall = FallWithoutEffect(typical=14.4, interval=(12.7, 16.8), together=11.0, closed_form=16.6, cities=260)
    chosen = ClaimedAndEvaluated.from_values({"population": 50_000, "rate": 60.0, "selection_quantile": 0.8})
    said = chance_sentence(fall, chosen)
    assert said.startswith(
        "Of places with 50,000 persons and a rate of 60 that are chosen for a level above the 80% quantile"
    )
    assert "changes by −14.4% (−16.8% to −12.7%, from resampled cities)" in said
    assert said.endswith("The closed form gives −16.6%.")
    rise = FallWithoutEffect(typical=-0.04, interval=(-2.0, 0.5), together=0.0, closed_form=0.0, cities=9)
    said = chance_sentence(rise, ClaimedAndEvaluated.from_values({"rule": "at_random"}))
    assert "chosen at random, the typical one changes by 0.0% (−0.5% to +2.0%" in said


def test_every_claim_has_its_share_of_chosen_places():
    marks = pd.DataFrame({"label": ["One, here", "Two, there"], "as_deep_percent": [3.45, 0.0]})
    assert depth_sentence(marks).endswith("with no programme: 3.5% (One, here) and 0.0% (Two, there).")
    assert depth_sentence(marks.iloc[:0]) == "No claim is about homicide in one place."
