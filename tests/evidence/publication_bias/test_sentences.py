"""Sentences on tests and corrections turn with the numbers, and never lose a sign."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from evidence.analysed_sets import ENOUGH, FEW, analysed

from citizen_security.evidence.publication_bias.adjusted_effects import adjusted_effects
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.publication_bias.sentences import (
    corrections_sentence,
    egger_sentence,
    excess_sentence,
    fail_safe_sentence,
    intervals_sentence,
    methods_sentence,
    region_sentence,
    worlds_sentence,
)


def corrected(*effects):
    labels = ("Random effects", "One", "Two", "Three")
    methods = ("random_effects", "pet", "peese", "copas")
    ends = {"lower": np.array(effects) - 0.2, "upper": np.array(effects) + 0.2}
    return pd.DataFrame({"label": labels, "method": methods, "effect": effects, **ends})


OTHERS = pd.DataFrame(
    [("8 models", True, -0.4, -0.6, -0.2), ("36 models", False, -0.142, -0.46, 0.0)],
    columns=["label", "is_chosen", "effect", "lower", "upper"],
)


@pytest.mark.parametrize(
    ("effects", "reported", "ends", "sides", "reaching"),
    [
        (
            (0.54, 0.43, -1.85, np.nan),
            "72% higher (40% to 110% higher)",
            ("84% lower", "Two (range 87% to 81% lower)", "54% higher", "One (range 26% to 88% higher)"),
            "The corrected means do not agree on the direction; the ranges of none of the 2 methods reach no change.",
            "The range of none of them reaches no change.",
        ),
        (
            (-0.42, -0.5, -0.14, -0.3),
            "34% lower (46% to 20% lower)",
            ("39% lower", "One (range 50% to 26% lower)", "13% lower", "Two (range 29% lower to 6% higher)"),
            "All corrected means are on the side of less crime; the range of 1 of 3 methods reaches no change.",
            "The range of Two reaches no change.",
        ),
        (
            (0.2, 0.3, 0.1, 0.2),
            "22% higher (unchanged to 49% higher)",
            ("11% higher", "Two (range 10% lower to 35% higher)", "35% higher", "One (range 11% to 65% higher)"),
            "All corrected means are on the side of more crime; the ranges of 2 of 3 methods reach no change.",
            "The ranges of Two and Three reach no change.",
        ),
    ],
)
def test_the_span_of_the_corrections_keeps_its_signs(effects, reported, ends, sides, reaching):
    least, at_least, most, at_most = ends
    assert corrections_sentence(corrected(*effects), "odds_ratio") == (
        f"Taken as reported, on average the odds are {reported}. Corrected for results that nobody reported, "
        f"the mean runs from {least} to {most}, depending on the method. {sides}"
    )
    assert methods_sentence(corrected(*effects), OTHERS, "odds_ratio") == (
        f"At the lower end stands {at_least}, at the upper {at_most}. {reaching} The average over models "
        "depends on which are averaged: it is 13% lower (37% lower to unchanged) over 36 models."
    )


def test_equal_effects_are_no_correction():
    table = corrected(0.54, 0.43, -1.85, 0.2)
    more = pd.concat([table, pd.DataFrame([{"label": "Equal effects", "method": "equal_effects", "effect": 3.0}])])
    assert corrections_sentence(more, "odds_ratio") == corrections_sentence(table, "odds_ratio")
    assert methods_sentence(more, OTHERS, "odds_ratio") == methods_sentence(table, OTHERS, "odds_ratio")


def test_the_intervals_have_their_level():
    said = intervals_sentence(PublicationBias(confidence_level=0.5, credible_level=0.8))
    assert said == ("Ranges in brackets are 50% confidence intervals; that of the average is credible at 80%.")


def test_seven_studies_are_not_turned_from_harm_into_benefit_by_a_line():
    sample, analysis = analysed(FEW)
    assert "PET" not in methods_sentence(adjusted_effects(analysis), OTHERS, sample.measure)
    said = corrections_sentence(adjusted_effects(analysis), sample.measure)
    assert said.startswith("Taken as reported, on average the odds are 71% higher (")


@pytest.mark.parametrize(
    ("slope", "p_value", "said"),
    [
        (-0.8, 0.02, "The smaller the study, the less crime it finds, by more than chance (Egger's test)."),
        (0.8, 0.02, "The smaller the study, the more crime it finds, by more than chance (Egger's test)."),
        (0.8, 0.3, "Whether small studies find something else is undecided (Egger's test)."),
    ],
)
def test_egger_says_which_way_or_that_it_is_not_shown(slope, p_value, said):
    egger = replace(analysed(ENOUGH)[1].egger_mixed, slope=slope, p_value=p_value)
    assert egger_sentence(egger, 10) == said
    assert egger_sentence(egger, 9) == (
        "Whether small studies find something else is not tested: Egger's test asks for 10 studies, and there are 9."
    )
    assert egger_sentence("two studies.", 2) == "Egger's test has no result: two studies."


def test_too_many_significant_results_are_said_at_the_level_of_the_run():
    excess = replace(analysed(ENOUGH)[1].excess, observed=8, k=10, expected=5.25, exact_p_value=0.07)
    strict, loose = (PublicationBias.from_values({"confidence_level": level}) for level in (0.95, 0.9))
    assert excess_sentence(excess, strict).startswith(
        "8 of 10 results are statistically significant in the hoped-for direction; were all reported, studies of their "
        "size would give 5.2. That is not shown to be too many"
    )
    assert excess_sentence(excess, loose).endswith("That is more than chance explains.")


def test_the_fail_safe_number_is_held_against_the_one_that_rosenthal_asks():
    _, analysis = analysed(FEW)
    # Seven studies: 5 · 7 + 10.
    assert (
        "takes 21 unreported studies without effect to make the result one of chance, not above the 45 that "
        in fail_safe_sentence(analysis)
    )
    larger = replace(analysis, fail_safe={**analysis.fail_safe, "rosenthal": 1046})
    assert (
        "takes 1,046 unreported studies without effect to make the result one of chance, above the 45"
        in fail_safe_sentence(larger)
    )


def test_the_studies_of_the_region_are_counted_first():
    sample, _ = analysed(FEW)
    nowhere = replace(sample, studies=sample.studies.assign(is_lac=False))
    assert region_sentence(nowhere) == "None of the 7 studies tested here are from Latin America and the Caribbean."
    assert region_sentence(replace(sample, studies=sample.studies.assign(is_lac=True))).startswith("All 7 studies")


def test_each_world_has_its_own_share_of_rejections():
    names = ("all_reported", "significant_reported", "small_studies_differ")
    worlds = pd.DataFrame({"world": names, "method": "random_effects", "egger_rejects": (0.05, 0.3, 0.9)})
    other = worlds.assign(method="pet_peese", egger_rejects=0.5)
    said = worlds_sentence(pd.concat([other, worlds]), 40, 0.95)
    half = worlds_sentence(worlds, 40, 0.5)
    assert "5% (3% to 8%)" in half
    assert "50% intervals come from the number of sets" in half
    assert said.startswith(
        "Of 40 sets of studies in each world, Egger's test sees a lopsided funnel in 5% (1% to 17%) where every study "
        "is reported, 30% (18% to 45%) "
    )
