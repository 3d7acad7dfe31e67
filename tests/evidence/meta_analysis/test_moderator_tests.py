"""Moderators together: three tests, of which each has its reason where there is none."""

import math
from dataclasses import replace

import numpy as np
import pytest

from citizen_security.evidence.meta_analysis import dependence, headline, moderator_tests
from citizen_security.evidence.meta_analysis.moderator_tests import ask_moderators, p_or_reason, robust_test
from citizen_security.evidence.meta_analysis.moderators import design_matrix
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.readings import p_in_words
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention
from citizen_security.methods.meta_analysis.cluster_robust import WaldTest, cluster_robust, wald_test
from citizen_security.methods.meta_analysis.multilevel import three_level
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, pool
from citizen_security.methods.meta_analysis.resampling import permutation_test


def given(**values):
    return MetaAnalysis.from_values({"resamples": 400, **values})


@pytest.mark.parametrize("moderator", ["year", ["maryland_level", "year"]])
def test_moderators_are_tested_together_in_three_ways(therapy, moderator):
    asked = ask_moderators(therapy, given(moderator=moderator))
    names = [moderator] if isinstance(moderator, str) else moderator
    design, _ = design_matrix(therapy.studies, *names)
    if len(names) == 1:
        assert asked.p_value == pytest.approx(asked.coefficients["p_value"].iloc[1])
    rearranged = permutation_test(
        therapy.effect,
        therapy.variance,
        design=design,
        coefficient=range(1, design.shape[1]),
        replicates=400,
        seed=1986,
    )
    fit = three_level(therapy.effect, therapy.variance, therapy.effects["cluster"], design=design, correlation=0.6)
    robust = cluster_robust(therapy.effect, therapy.effects["cluster"], fit.working_covariance, design=design)
    htz = wald_test(robust, np.eye(design.shape[1])[1:])
    assert asked.tests["p_value"].to_list() == pytest.approx([asked.p_value, rearranged.p_value, htz.p_value])
    assert (asked.tests["note"] == "").all()
    recorded = asked.tests.iloc[2]
    assert (recorded["name"], recorded["numerator_degrees"]) == ("F", htz.numerator_degrees)
    assert (recorded["statistic"], recorded["denominator_degrees"]) == pytest.approx(
        (htz.statistic, htz.denominator_degrees)
    )
    assert p_or_reason(recorded) == p_in_words(htz.p_value)


@pytest.mark.parametrize(("degrees", "is_few"), [(3.99, True), (4.0, False), (12.0, False)])
def test_a_robust_test_of_few_degrees_of_freedom_is_marked_and_says_so(therapy, monkeypatch, degrees, is_few):
    found = WaldTest(5.0, 1.0, degrees, 0.03)
    monkeypatch.setattr(moderator_tests, "robust_test", lambda *_: found)
    asked = ask_moderators(therapy, given(moderator="year"))
    row = asked.tests.iloc[2]
    # One threshold for the tables by publication and for this.
    note = dependence.too_few_degrees(degrees)
    assert (row["test"].endswith(" †"), row["note"]) == (is_few, f"† {note}" if is_few else "")
    said = "p = 0.03"
    assert p_or_reason(row) == (f"{said} (fewer than 4 degrees of freedom: not to be relied on)" if is_few else said)
    (value,) = headline.moderator_values(asked, given(moderator="year"))
    words = "(fewer than 4 degrees of freedom: not to be relied on)"
    assert value.value.endswith(f"those of one publication are related, {said}{f' {words}' if is_few else ''}.")
    assert "†" not in value.value
    # The other tests have no such degrees of freedom.
    assert asked.tests["note"].iloc[:2].eq("").all()


def test_a_normal_test_is_a_chi_squared_one(therapy):
    asked = ask_moderators(therapy, given(moderator="maryland_level", test="normal"))
    first = asked.tests.iloc[0]
    assert first["test"] == "χ² with one effect a study"
    assert (first["name"], first["numerator_degrees"]) == ("χ²", 2)


def test_the_working_correlation_is_that_of_the_parameters(therapy):
    low, high = (
        ask_moderators(therapy, given(moderator="year", working_correlation=value)).tests["p_value"].iloc[2]
        for value in (0.0, 0.9)
    )
    assert low == pytest.approx(robust_test(therapy, ["year"], 0.0).p_value)
    assert high == pytest.approx(robust_test(therapy, ["year"], 0.9).p_value)
    assert low != pytest.approx(high, rel=1e-4)


def test_publications_of_one_effect_each_are_tested_with_the_variance_between_them(harmonised):
    sample = sample_of_intervention(harmonised, "deterrence_education")
    design, _ = design_matrix(sample.studies, "year")
    working = sample.variance + pool(sample.effect, sample.variance, design=design).tau_squared
    expected = wald_test(cluster_robust(sample.effect, np.arange(sample.k), working, design=design), [0.0, 1.0])
    assert robust_test(sample, ["year"], 0.6).p_value == pytest.approx(expected.p_value)


def test_effects_that_do_not_tell_moderators_apart_are_refused(therapy):
    with pytest.raises(NotEnoughStudies, match="58 effects do not tell region and year apart"):
        robust_test(
            replace(therapy, effects=therapy.effects.assign(is_lac=True, year=2000)),
            ["region", "year"],
            0.6,
        )


def test_a_moderator_that_one_publication_alone_has_is_refused(therapy):
    effects = therapy.effects
    largest = effects["cluster"].value_counts().index[0]
    alone = replace(therapy, effects=effects.assign(is_lac=effects["cluster"] == largest))
    assert alone.effects["is_lac"].sum() == 2
    with pytest.raises(NotEnoughStudies, match="one publication alone decides what region and year would tell"):
        robust_test(alone, ["region", "year"], 0.6)
    # A second one is another to judge by.
    two = effects["cluster"].isin(effects["cluster"].value_counts().index[:2])
    assert robust_test(replace(therapy, effects=effects.assign(is_lac=two)), ["region", "year"], 0.6).p_value > 0


def test_without_a_moderator_nothing_is_tested(therapy):
    none = ask_moderators(therapy, given(moderator="none"))
    assert none.regression is None
    assert math.isnan(none.p_value)
    assert none.tests.empty
