"""What an intervention page says of its studies follows from them: none, one, two, many."""

from dataclasses import replace

import numpy as np
import pytest

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.readings import (
    count_sentence,
    heterogeneity_sentence,
    prediction_sentence,
    reading,
    side_sentence,
    width_sentence,
)
from citizen_security.evidence.studies.pooled_sample import ends_in_words, pool_sample, whatever_the_level

DEFAULTS = MetaAnalysis.from_values({})


@pytest.mark.parametrize(
    ("studies", "here", "lots", "said"),
    [
        (
            7,
            2,
            0,
            "Seven studies, two of them with a site in the region; from the region the table has no randomised "
            "experiment.",
        ),
        (
            5,
            5,
            2,
            "Five studies, all with a site in the region; from the region the table has two randomised experiments.",
        ),
        (59, 0, 0, "59 studies, none with a site in the region."),
        (1, 1, 1, "One study, with a site in the region; from the region the table has one randomised experiment."),
        (1, 0, 0, "One study, none with a site in the region."),
    ],
)
def test_studies_are_counted_with_those_of_the_region(summaries, studies, here, lots, said):
    some = replace(summaries["focused_deterrence"], studies=studies, in_region=here, randomised_in_region=lots)
    assert count_sentence(some) == said


def test_a_mean_says_how_many_of_the_studies_it_is_of(summaries):
    summary = summaries["cognitive_behavioural_therapy"]
    assert summary.pooled is not None
    said = count_sentence(summary)
    assert said.endswith(f" {summary.pooled.k} of the {summary.studies} can be averaged.")
    assert count_sentence(replace(summary, studies=summary.pooled.k)).endswith(" All of them can be averaged.")
    assert "averaged" not in count_sentence(summaries["firearm_restriction"])


def test_every_reading_says_whether_there_is_an_average(summaries):
    for summary in summaries.values():
        said = reading(summary, DEFAULTS)
        beginning = {0: "Nothing can be averaged: ", 1: "One study has an effect with its error on "}
        assert said.startswith(beginning.get(summary.sample.k, "Averaged over "))


def test_two_studies_that_agree_alone_do_not_settle_it_together(summaries, alcohol):
    on_homicide = whatever_the_level(summaries["alcohol_restriction"].sample)
    both = replace(summaries["alcohol_restriction"], sample=on_homicide, pooled=pool_sample(on_homicide, DEFAULTS))
    said = reading(both, DEFAULTS)
    for part in (
        "Averaged over two studies on homicide and violent death: rate 28% lower (95% interval: 89% lower to 352% "
        "higher).",
        "The interval includes no change.",
        # The 97.5% quantile of t with one degree of freedom.
        "It rests on one degree of freedom and reaches 12.7 standard errors to each side, while each study alone has "
        "an interval on the side of less crime.",
        "There is no prediction interval with fewer than three studies.",
        "One study has an error from a p-value printed as a bound, the largest possible.",
    ):
        assert part in said
    lower = pool_sample(alcohol, MetaAnalysis.from_values({"confidence_level": 0.9}))
    assert width_sentence(alcohol, lower).endswith(
        "6.3 standard errors to each side, while each study alone has an interval on the side of less crime"
    )
    normal = pool_sample(alcohol, MetaAnalysis.from_values({"test": "normal"}))
    assert width_sentence(alcohol, normal) == ""
    narrow = pool_sample(alcohol, MetaAnalysis.from_values({"confidence_level": 0.6}))
    assert (
        width_sentence(alcohol, narrow)
        == "it rests on one degree of freedom and reaches 1.4 standard errors to each side"
    )


def test_many_studies_say_where_the_next_is_expected_and_who_printed_them(summaries):
    said = reading(summaries["cognitive_behavioural_therapy"], DEFAULTS)
    assert (
        "The studies differ by more than their errors explain at the 5% level: Cochran's test, whether one true effect "
        "fits them all, has p < 0.001, and I², the share of their spread that chance does not explain, is 77%." in said
    )
    assert "is expected at 69% lower to 36% higher (95% prediction interval)." in said
    assert (
        "(half-normal with scale 0.5 on the scale of logarithms of ratios), is 35% lower (45% to 24% lower, 95% "
        "credible)" in said
    )
    assert "All 42 studies averaged are here because a review printed them." in said
    mixed = replace(summaries["cognitive_behavioural_therapy"], averaged_from_reviews=40)
    assert "40 of 42 studies averaged are here because a review printed them." in reading(mixed, DEFAULTS)


def test_the_side_and_the_differences_are_read_at_the_level_of_the_run(therapy):
    harm = replace(therapy, studies=therapy.studies.assign(effect=-therapy.studies["effect"]))
    assert side_sentence(pool_sample(therapy, DEFAULTS)).endswith("less crime")
    assert side_sentence(pool_sample(harm, DEFAULTS)).endswith("more crime")
    alike = replace(therapy, studies=therapy.studies.assign(effect=-0.2 + 0.01 * (np.arange(therapy.k) % 2)))
    assert heterogeneity_sentence(pool_sample(alike, DEFAULTS)).startswith(
        "that their true effects differ is not shown"
    )


def test_the_prediction_interval_has_the_level_of_the_run(therapy):
    wide, narrow = (
        prediction_sentence(therapy, pool_sample(therapy, MetaAnalysis.from_values({"confidence_level": level})))
        for level in (0.95, 0.5)
    )
    assert wide != narrow
    assert narrow.endswith("(50% prediction interval)")


@pytest.mark.parametrize(
    ("ends", "measure", "said"),
    [
        ((np.log(0.5), np.log(0.75)), "odds_ratio", "50% to 25% lower"),
        ((np.log(0.5), np.log(1.25)), "rate_ratio", "50% lower to 25% higher"),
        (
            (-0.3, 0.1),
            "standardised_mean_difference",
            "0.30 standard deviations lower to 0.10 standard deviations higher",
        ),
        ((-0.3, -0.1), "standardised_mean_difference", "0.30 to 0.10 standard deviations lower"),
        ((np.log(0.5), 0.0), "odds_ratio", "50% lower to unchanged"),
    ],
)
def test_the_ends_of_an_interval_say_no_word_twice(ends, measure, said):
    assert ends_in_words(*ends, measure) == said


def test_a_dose_is_counted_and_said_to_be_graded_alone(summaries):
    said = reading(summaries["cash_transfers"], DEFAULTS)
    assert said.endswith("; one study has one for each percentage point of coverage, a dose that is graded alone.")
    none = reading(replace(summaries["cash_transfers"], per_dose=0), DEFAULTS)
    assert "dose" not in none
