"""What the rule of levels decides, and why the gap map's mean is another, follows from the studies."""

from dataclasses import replace

import pytest

from citizen_security.evidence.meta_analysis.other_means import level_rule_sentence, map_sentence
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.readings import reading
from citizen_security.evidence.studies.pooled_sample import (
    ends_in_words,
    pool_sample,
    sample_of_intervention,
    whatever_the_level,
    without_subject,
)
from citizen_security.methods.meta_analysis.pooling import pool

DEFAULTS = MetaAnalysis.from_values({})


def mean(fit, measure):
    return f"{without_subject(fit.effect, measure)} (95% interval: {ends_in_words(*fit.interval, measure)})"


def test_a_place_s_own_change_is_named_with_the_mean_that_it_would_give(harmonised):
    sample = sample_of_intervention(harmonised, "alcohol_restriction", "homicide")
    said = level_rule_sentence(sample, DEFAULTS)
    assert said.startswith(
        "Malaga and others (2012) is not averaged, since what is reported is a place's own change between two periods, "
        "below level 3 whatever the study's; with it, the mean of two studies is "
    )
    assert said.endswith(mean(pool_sample(whatever_the_level(sample), DEFAULTS), sample.measure))


def test_many_studies_are_counted_and_their_kind_is_not_made_up(harmonised):
    sample = sample_of_intervention(harmonised, "cognitive_behavioural_therapy")
    said = level_rule_sentence(sample, DEFAULTS)
    assert said.startswith(
        "16 more studies are not averaged, since their comparison is below level 3 of five; with them"
    )
    assert "the mean of 58 studies is " in said
    assert said.endswith(mean(pool_sample(whatever_the_level(sample), DEFAULTS), sample.measure))


def test_a_study_that_stands_alone_is_said_to_be_of_too_low_a_level(harmonised):
    alone = sample_of_intervention(harmonised, "gang_truce")
    assert level_rule_sentence(alone, DEFAULTS) == "its comparison is below level 3, so no mean would take it"
    assert level_rule_sentence(sample_of_intervention(harmonised, "firearm_restriction"), DEFAULTS) == ""


def test_where_every_study_is_left_out_the_page_says_why_nothing_is_averaged(summaries, harmonised):
    none = harmonised[harmonised["intervention"] == "alcohol_restriction"].assign(enters_a_mean=False)
    sample = sample_of_intervention(none, "alcohol_restriction", "homicide")
    assert sample.k == 0
    said = reading(replace(summaries["alcohol_restriction"], sample=sample, pooled=None), DEFAULTS)
    assert said.startswith("Nothing can be averaged: no study's comparison is of a level that enters a mean.")
    assert "are not averaged, since their comparison is below level 3" in said


@pytest.mark.parametrize("code", ["cognitive_behavioural_therapy", "restorative_justice", "deterrence_education"])
def test_the_mean_of_the_gap_map_is_told_beside_that_of_the_page_with_the_reason(summaries, code):
    summary = summaries[code]
    sample, fit = summary.sample, summary.pooled
    on_map = pool(sample.effect, sample.variance, estimator="dersimonian_laird", test="knapp_hartung")
    said = map_sentence(sample, fit, DEFAULTS.estimator)
    assert mean(on_map, sample.measure) in said
    assert "by DerSimonian and Laird's formula, which a browser can compute" in said
    assert said.endswith("this mean is by restricted maximum likelihood")
    assert said in reading(summary, DEFAULTS).replace("The evidence gap", "the evidence gap")


def test_equal_means_are_said_to_be_equal_and_one_way_of_pooling_is_told_once(therapy):
    same = pool_sample(therapy, MetaAnalysis.from_values({"estimator": "dersimonian_laird"}))
    assert map_sentence(therapy, same, "dersimonian_laird") == ""
    assert "is the same to the digits printed: " in map_sentence(therapy, same, "paule_mandel")
    assert map_sentence(therapy, same, "paule_mandel").endswith("by Paule–Mandel")
    assert map_sentence(therapy, same, "empirical_bayes").endswith("by empirical Bayes")
