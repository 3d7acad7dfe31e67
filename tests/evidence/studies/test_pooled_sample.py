"""Which effects are pooled, and how they are told: a study must not count twice, nor two measures be mixed."""

import math
from dataclasses import dataclass

import pandas as pd
import pytest

from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import (
    in_words,
    on_average,
    or_reason,
    pool_sample,
    sample_of_intervention,
    whatever_the_level,
    without_subject,
)
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, pool
from citizen_security.tables import catalog


@dataclass(frozen=True)
class PoolingAsked:
    estimator: str
    test: str
    confidence_level: float


def harmonised(**changed):
    columns = {
        "effect_id": ["e1", "e2", "e3", "e4"],
        "study_id": ["a", "a", "b", "c"],
        "label": ["Ana (2001)", "Ana (2001)", "Bea, Cid, Dora, Eva (2002)", "Ana (2001)"],
        "publication": ["Ana (2001)", "Ana (2001)", "Bea, Cid, Dora, Eva (2002)", "Ana (2001)"],
        "cluster": ["Ana (2001)", "Ana (2001)", "Bea, Cid, Dora, Eva (2002)", "Ana (2001)"],
        "independent_sample": "",
        "year": [2001, 2001, 2002, 2001],
        "is_lac": [True, True, False, False],
        "intervention": "cctv",
        "outcome": ["homicide", "robbery_and_theft", "homicide", "homicide"],
        "measure": ["rate_ratio", "rate_ratio", "rate_ratio", "odds_ratio"],
        "scale": "log_ratio",
        "effect": [-0.2, -0.4, 0.1, -0.3],
        "standard_error": [0.1, 0.3, 0.2, 0.2],
        "derivation": "as_published",
        "maryland_level": [3, 3, 5, 4],
        "enters_a_mean": True,
    }
    return pd.DataFrame({**columns, **changed})


def test_a_study_with_two_effects_counts_once_with_their_mean_and_the_mean_of_their_errors():
    sample = sample_of_intervention(harmonised(), "cctv")
    assert list(sample.studies["study_id"]) == ["a", "b"]
    assert sample.effect == pytest.approx([-0.3, 0.1])
    assert sample.variance == pytest.approx([0.2**2, 0.2**2])
    assert list(sample.studies["outcome"]) == ["homicide and robbery_and_theft", "homicide"]


@pytest.mark.parametrize(
    ("samples", "error"),
    [
        (["Cali", "Bogota", "", ""], (0.1**2 + 0.3**2) ** 0.5 / 2),  # two cities: independent errors
        (["Cali", "Cali", "", ""], 0.2),  # one city twice
        (["Cali", "", "", ""], 0.2),  # whose the second is, is not known
    ],
)
def test_independent_samples_of_a_study_have_independent_errors(samples, error):
    sample = sample_of_intervention(harmonised(independent_sample=samples), "cctv")
    assert sample.studies["standard_error"].tolist() == pytest.approx([error, 0.2])
    assert sample.effect == pytest.approx([-0.3, 0.1])
    assert sample.studies["effects"].tolist() == [2, 1]


def test_two_cities_of_one_publication_are_no_perfect_copies_of_each_other():
    found = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    sample = sample_of_intervention(found, "firearm_restriction", "homicide")
    (place,) = [number for number, study in enumerate(sample.studies["study_id"]) if study == "villaveces2000"]
    half = 1.959964 * sample.variance[place] ** 0.5
    ends = [100 * math.expm1(sample.effect[place] + side * half) for side in (-1, 1)]
    assert ends == pytest.approx([-20.6, -5.8], abs=0.1)  # with perfectly correlated errors: 23% to 2% lower


def test_two_measures_are_never_mixed_and_what_is_left_out_is_counted():
    sample = sample_of_intervention(harmonised(), "cctv")
    assert (sample.measure, sample.left_out) == ("rate_ratio", 1)
    assert list(sample_of_intervention(harmonised(), "cctv", measure="odds_ratio").studies["study_id"]) == ["c"]


def test_a_slope_in_a_dose_is_no_effect_of_a_programme():
    assert sample_of_intervention(harmonised(scale="log_ratio_per_percentage_point_of_coverage"), "cctv").k == 0


def test_an_outcome_keeps_only_its_effects():
    assert sample_of_intervention(harmonised(), "cctv", "robbery_and_theft").effect == pytest.approx([-0.4])


def test_an_intervention_without_a_usable_effect_gives_an_empty_sample():
    sample = sample_of_intervention(harmonised(), "focused_deterrence")
    assert (sample.k, sample.scale, sample.measure, sample.left_out) == (0, "", "", 0)


def test_studies_that_share_a_label_are_told_apart_and_many_authors_leave_room():
    same = sample_of_intervention(harmonised(measure="rate_ratio"), "cctv").studies
    assert list(same["label"]) == ["Ana (2001) · 1", "Bea and others (2002)", "Ana (2001) · 2"]
    assert list(same["publication"]) == ["Ana (2001)", "Bea, Cid, Dora, Eva (2002)", "Ana (2001)"]


def test_the_largest_set_of_the_table_is_the_published_one():
    sample = sample_of_intervention(
        harmonised_effects(catalog.load("effects"), catalog.load("studies")), "cognitive_behavioural_therapy"
    )
    every = whatever_the_level(sample)
    assert (every.k, every.measure) == (58, "odds_ratio")  # Landenberger and Lipsey (2005) pool 58 studies
    # Of these, 16 are quasi-experiments whose groups nobody made alike: level 2.
    assert sample.k == 42
    assert set(sample.not_averaged["maryland_level"]) == {2}
    assert every.not_averaged.empty


@pytest.mark.parametrize(
    ("effect", "measure", "said"),
    [
        (math.log(0.5), "rate_ratio", "rate 50% lower"),
        (math.log(1.25), "odds_ratio", "odds 25% higher"),
        (-0.204, "standardised_mean_difference", "0.20 standard deviations lower"),
    ],
)
def test_readers_get_per_cent_of_what_it_is_of(effect, measure, said):
    assert in_words(effect, measure) == said
    assert said.endswith(without_subject(effect, measure))


def test_too_few_studies_give_a_reason_and_other_errors_are_not_swallowed():
    def few():
        raise NotEnoughStudies("1 study; 2 are needed.")

    assert or_reason(few) == "1 study; 2 are needed."
    with pytest.raises(ZeroDivisionError):
        or_reason(lambda: 1 // 0)


def test_a_sample_is_pooled_with_the_estimator_test_and_level_that_are_asked_for():
    sample = sample_of_intervention(harmonised(measure="rate_ratio"), "cctv")
    asked = PoolingAsked("dersimonian_laird", "normal", 0.8)
    found = pool_sample(sample, asked)
    expected = pool([-0.3, 0.1, -0.3], [0.04] * 3, estimator=asked.estimator, test="normal", confidence_level=0.8)
    assert (found.effect, *found.interval) == pytest.approx((expected.effect, *expected.interval))
    assert found.confidence_level == 0.8


def test_the_effects_of_a_sample_keep_their_columns():
    given = harmonised()
    kept = sample_of_intervention(given.sample(frac=1, random_state=1), "cctv").effects
    assert list(kept) == list(given)
    assert kept.index.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        ("odds 34% lower (42% to 26% lower)", "on average the odds are 34% lower (42% to 26% lower)"),
        ("rate 5% higher", "on average the rate is 5% higher"),
        ("odds unchanged", "on average the odds are unchanged"),
        ("0.20 standard deviations lower", "the mean is 0.20 standard deviations lower"),
    ],
)
def test_a_mean_is_a_clause(effect, said):
    assert on_average(effect) == said
