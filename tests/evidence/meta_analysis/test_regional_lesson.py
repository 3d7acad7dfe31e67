"""What not to pool is pooled to show how little it says."""

import math
from dataclasses import replace

import numpy as np
import pytest

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.regional_lesson import (
    homicide_in_the_region,
    lesson_sentence,
    pooled_all_the_same,
    regional_lesson,
)
from citizen_security.evidence.studies.pooled_sample import ends_in_words, short_label, without_subject
from citizen_security.methods.meta_analysis.pooling import pool

NARROW = MetaAnalysis.from_values({"confidence_level": 0.9, "test": "normal"})


def test_homicide_in_the_region_is_of_the_region_and_of_homicide_only(harmonised):
    effects = homicide_in_the_region(harmonised)
    assert effects["is_lac"].all()
    assert set(effects["outcome"]) == {"homicide"}
    assert len(effects) < len(harmonised)


def test_one_effect_a_study_is_pooled_as_the_parameters_say(harmonised):
    effects = homicide_in_the_region(harmonised)
    lesson = pooled_all_the_same(effects, NARROW)
    # Perfectly correlated within a sample, as of one city; independent between samples of a study.
    samples = effects.groupby(["study_id", "independent_sample"], sort=False)[["effect", "standard_error"]].mean()
    means = (
        samples.assign(variance=samples["standard_error"] ** 2)
        .groupby("study_id", sort=False)
        .agg(effect=("effect", "mean"), variance=("variance", lambda of: of.sum() / len(of) ** 2))
    )
    effect, variance = means["effect"].to_numpy(), means["variance"].to_numpy()
    assert len(effect) < len(samples) < len(effects)
    other = pool(effect, variance, test="normal", confidence_level=0.9)
    assert lesson.pooled.interval == pytest.approx(other.interval)
    rest = [
        pool(np.delete(effect, i), np.delete(variance, i), test="normal", confidence_level=0.9)
        for i in range(len(effect))
    ]
    furthest = int(np.abs(np.array([it.effect for it in rest]) - other.effect).argmax())
    assert lesson.without == pytest.approx((rest[furthest].effect, *rest[furthest].interval))
    label = effects.set_index("study_id").loc[means.index[furthest], "label"]
    assert lesson.study == short_label(str(label))


def test_the_sentence_says_where_a_new_study_would_lie_and_that_no_programme_has_the_mean(harmonised):
    lesson = pooled_all_the_same(homicide_in_the_region(harmonised), NARROW)
    said = lesson_sentence(lesson)
    low, high = (100 * math.expm1(end) for end in lesson.pooled.prediction_interval())
    assert f"{-low:.0f}% lower to {high:.0f}% higher (90% prediction interval)" in said
    assert (
        f"Without {lesson.study} the mean is {without_subject(lesson.without[0], 'rate_ratio')} (90% interval: " in said
    )
    assert ends_in_words(*lesson.without[1:], "rate_ratio") in said
    assert said.endswith("No programme has this mean.")


def test_studies_that_enter_no_other_mean_are_named(harmonised):
    effects = homicide_in_the_region(harmonised)
    weak = {short_label(label) for label in effects.loc[~effects["enters_a_mean"].astype(bool), "label"]}
    lesson = pooled_all_the_same(effects, NARROW)
    assert weak
    assert set(lesson.too_weak) == weak
    alone = replace(lesson, too_weak=["A (2012)"])
    assert ". A (2012) enters no mean elsewhere on this site, since its comparison is too weak. " in lesson_sentence(
        alone
    )
    assert "no mean elsewhere" not in lesson_sentence(replace(lesson, too_weak=[]))


def test_fewer_than_three_studies_are_no_lesson(harmonised):
    effects = homicide_in_the_region(harmonised)
    two = effects[effects["study_id"].isin(effects["study_id"].unique()[:2])]
    assert lesson_sentence(regional_lesson(two, NARROW)) == "Two studies of homicide in the region."
