"""What is said of the whole collection and of the simulation turns with their numbers."""

import numpy as np
import pandas as pd

from citizen_security.evidence.meta_analysis.collection_sentences import (
    coverage_sentences,
    interventions_sentence,
    unusable_sentence,
)


def test_interventions_are_pooled_single_or_neither():
    every = pd.DataFrame({"effect": [0.1, 0.2, np.nan, np.nan, 0.3], "is_pooled": [True, False, False, False, False]})
    assert interventions_sentence(every) == (
        "1 of 5 interventions with a study have two or more that can be averaged; two others have one usable study, "
        "with an effect and its margin of error. Two interventions have none."
    )


def test_the_commonest_reason_is_given_with_its_count():
    reasons = pd.DataFrame({"reason": ["a bound", "no error", "no error"]})
    assert unusable_sentence(9, reasons) == "3 of 9 effects of the table cannot be pooled, 2 because no error."
    assert unusable_sentence(9, reasons.iloc[1:]) == "2 of 9 effects of the table cannot be pooled, because no error."
    assert unusable_sentence(9, reasons.iloc[:0]) == "All 9 effects of the table can be pooled."


def test_a_coverage_is_held_against_the_level_of_the_run():
    unfloored = "reml_knapp_hartung_unfloored"
    names = ("dersimonian_laird_normal", "dersimonian_laird_knapp_hartung", "reml_knapp_hartung", unfloored)
    coverages = {("alike", 3): (0.7, 0.91, 0.905, 0.9), ("one_large", 10): (0.8, 0.89, 0.91, 0.9)}
    widths = {("alike", unfloored): 1.6, ("one_large", unfloored): 2.5}
    simulated = pd.DataFrame(
        [
            {
                "procedure": name,
                "sizes": sizes,
                "studies": studies,
                "i_squared": 0.5,
                "coverage": coverage,
                "width": widths.get((sizes, name), 2.5),
            }
            for (sizes, studies), found in coverages.items()
            for name, coverage in zip(names, found, strict=True)
        ]
    ).assign(simulation_error=0.01)
    said = coverage_sentences(simulated, 0.9)
    assert (
        "the 90% interval holds the truth in as few as 70% of sets of 3 studies of one size, with an I² of 50%: less"
        in said
    )
    assert "the lowest is 90% of sets of 3 studies of one size, with an I² of 50%: as promised" in said
    assert "widens the median interval by up to 56% of it" in said
    assert said.endswith("the two estimators of τ² differ by at most 2.0 points.")
    assert "more than promised" in coverage_sentences(simulated, 0.6)
