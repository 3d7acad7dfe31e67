"""How sure the mean is where no distribution is trusted."""

from dataclasses import replace

import numpy as np
import pytest

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.resampled import draw_again, resampling_sentence
from citizen_security.evidence.studies.pooled_sample import pool_sample, sample_of_intervention
from citizen_security.methods.meta_analysis.resampling import bootstrap, permutation_test


def resampled(sample, **values):
    parameters = MetaAnalysis.from_values({"resamples": 300, **values})
    return draw_again(sample, pool_sample(sample, parameters), parameters)


def test_the_table_has_the_test_s_interval_and_those_of_both_bootstraps_at_the_level_asked_for(therapy):
    table = resampled(therapy, confidence_level=0.8, seed=3, estimator="dersimonian_laird").table
    assert len(table) == 3
    options = {"estimator": "dersimonian_laird", "replicates": 300, "seed": 3, "confidence_level": 0.8}
    for row, kind in ((1, "studies"), (2, "parametric")):
        drawn = bootstrap(therapy.effect, therapy.variance, kind=kind, **options)
        found = table.iloc[row]
        assert (found["lower"], found["upper"]) == pytest.approx((drawn.lower[0], drawn.upper[0]))
        assert (found["tau_lower"] ** 2, found["tau_upper"] ** 2) == pytest.approx(drawn.tau_squared_interval)
        assert found["samples"] == 300 - drawn.failed
    assert table["lower"].is_unique


def test_two_studies_are_not_drawn_again_and_can_give_no_small_p(alcohol):
    found = resampled(alcohol)
    assert list(found.table["method"]) == ["the test's own interval", "effects drawn from the model"]
    said = resampling_sentence(alcohol, found, 0.95)
    assert said.startswith(
        "If no effect had a direction, all 4 changes of signs give p = 0.5, and two studies can give none below 0.5."
    )
    assert "(95% of the draws)" in said


def test_equal_effects_say_in_their_row_that_studies_drawn_again_have_no_interval(therapy):
    found = resampled(replace(therapy, studies=therapy.studies.assign(effect=-0.2)))
    assert found.table["method"].iloc[1].endswith("no interval, as all effects are equal")
    assert found.table.iloc[1][["lower", "upper", "tau_lower", "tau_upper"]].isna().all()
    assert found.table["lower"].iloc[2] < -0.2 < found.table["upper"].iloc[2]


def test_enough_studies_are_told_without_the_smallest_p(harmonised):
    sample = sample_of_intervention(harmonised, "deterrence_education")
    found = resampled(sample, test="normal")
    exact = permutation_test(sample.effect, sample.variance, test="normal")
    assert found.signs.p_value == exact.p_value
    assert found.signs.statistic == pytest.approx(exact.statistic)
    assert found.signs.arrangements == 2**7
    said = resampling_sentence(sample, found, 0.9)
    assert f"all 128 changes of signs give p = {exact.p_value:.2g}. Effects drawn" in said
    assert f"and τ at {found.table['tau_lower'].iloc[-1]:.2f} to " in said


def test_many_studies_have_random_signs(therapy):
    found = resampled(therapy)
    assert "300 random changes of signs" in resampling_sentence(therapy, found, 0.95)
    assert np.isnan(found.table["tau_lower"].iloc[0])
