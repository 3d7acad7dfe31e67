"""The studies pooled: published means come back, and τ² ties I² and H² together."""

import math

import pytest

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.pooled_fit import (
    compare_estimators,
    heterogeneity,
    prediction,
)
from citizen_security.evidence.studies.pooled_sample import pool_sample, sample_of_intervention
from citizen_security.methods.meta_analysis.pooling import pool

DEFAULTS = MetaAnalysis.from_values({})


def given(**values):
    return MetaAnalysis.from_values(values)


def test_the_pooled_odds_ratio_is_the_one_that_the_authors_of_the_set_print(therapy):
    # Landenberger and Lipsey (2005) print a mean odds ratio of 1.53 of success; τ² by another estimator moves the third
    # figure.
    fit = pool_sample(therapy, given(estimator="dersimonian_laird"))
    assert math.exp(-fit.effect) == pytest.approx(1.53, abs=0.01)


def test_the_trials_of_prison_visits_are_harmful_on_average_as_their_review_prints(harmonised):
    # Petrosino and others (2013): odds ratio about 1.7 of new offences.
    fit = pool_sample(sample_of_intervention(harmonised, "deterrence_education"), given(estimator="dersimonian_laird"))
    assert math.exp(fit.effect) == pytest.approx(1.7, abs=0.05)


def test_i_squared_and_its_interval_follow_from_tau_squared(therapy):
    fit = pool_sample(therapy, DEFAULTS)
    table = heterogeneity(therapy, fit).set_index("quantity")
    tau, share, ratio = table.loc["τ², variance between studies"], table.loc["I², per cent"], table.loc["H²"]
    for column in ("estimate", "lower", "upper"):
        assert share[column] == pytest.approx(100 * (1 - 1 / ratio[column]))
    typical = tau["estimate"] * (100 / share["estimate"] - 1)
    for column in ("lower", "upper"):
        assert share[column] == pytest.approx(100 * tau[column] / (tau[column] + typical))


def test_every_estimator_gives_its_own_pooling(therapy):
    table = compare_estimators(therapy, 0.9).set_index("estimator")
    assert len(table) == 9
    fit = pool(therapy.effect, therapy.variance, estimator="sidik_jonkman", test="normal", confidence_level=0.9)
    row = table.loc["sidik_jonkman"]
    assert (row["effect"], row["normal_lower"], row["tau_squared"]) == pytest.approx(
        (fit.effect, fit.interval[0], fit.tau_squared)
    )


def test_two_studies_give_no_prediction_interval(alcohol):
    assert prediction(pool_sample(alcohol, DEFAULTS)) is None
