"""What chance gives: if it were wrong, noise would be sold as concentration, or concentration dismissed as noise."""

import math

import numpy as np
import pytest

from citizen_security.methods.concentration.chance import compare_with_chance, concentration_by_window
from citizen_security.methods.concentration.equal_risk import (
    expected_gini,
)
from citizen_security.methods.concentration.measures import gini


def test_with_large_counts_risk_is_what_was_counted_and_chance_what_is_expected():
    counts = np.array([50_000, 20_000, 20_000, 5_000, 5_000])
    table = compare_with_chance(counts, None, share=0.5, credible_level=0.95, draws=500, seed=1)
    # Counts of thousands leave less than a per cent to chance.
    assert table.loc["gini", "risk"] == pytest.approx(table.loc["gini", "observed"], abs=0.01)
    assert table.loc["gini", "chance"] == pytest.approx(expected_gini(5, 100_000), abs=0.001)
    assert table.loc["gini", "excess"] == pytest.approx(table.loc["gini", "observed"] - table.loc["gini", "chance"])
    people = np.array([5.0, 2, 2, 0.5, 0.5])
    equal = compare_with_chance(counts, people, share=0.5, credible_level=0.95, draws=500, seed=1)
    assert equal.loc["gini", "observed"] == pytest.approx(0, abs=1e-9)
    assert "generalised_gini" not in equal.index


@pytest.mark.slow
def test_intervals_hold_the_concentration_of_the_very_risks_behind_sparse_counts_as_often_as_they_say():
    generator = np.random.default_rng(4)
    simulations, level, covered, repeated, above = 80, 0.9, 0, 0, 0
    for number in range(simulations):
        risks = generator.gamma(3.0, 1 / 3.0, size=72) * 2
        counts, again = generator.poisson(risks), generator.poisson(risks)
        row = compare_with_chance(counts, None, share=0.5, credible_level=level, draws=300, seed=number).loc["gini"]
        covered += row["risk_lower"] <= float(gini(risks)) <= row["risk_upper"]
        repeated += row["repeat_lower"] <= float(gini(again)) <= row["repeat_upper"]
        above += row["observed"] > row["risk"]
    # Three standard errors of a share of 80.
    error = 3 * math.sqrt(level * (1 - level) / simulations)
    assert covered / simulations == pytest.approx(level, abs=error)
    assert repeated / simulations == pytest.approx(level, abs=error)
    assert above == simulations


def test_risk_is_not_sparse_so_its_two_coefficients_are_one():
    counts = np.array([3, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    table = compare_with_chance(counts, None, share=0.5, credible_level=0.9, draws=300, seed=1)
    assert table.loc["generalised_gini", "risk"] == table.loc["gini", "risk"]
    assert table.loc["generalised_gini", "observed"] == pytest.approx(0.56)


def test_the_window_changes_what_is_counted_but_not_the_risk():
    differences = []
    for seed in range(8):
        generator = np.random.default_rng(100 + seed)
        panel = generator.poisson(generator.gamma(2.0, 0.5, size=72), size=(48, 72))
        windows = concentration_by_window(panel, [1, 12, 48], confidence_level=0.95, draws=200, seed=1)
        assert (np.diff(windows["gini"]) < -0.01).all()
        assert windows["chance_gini"].tolist() == sorted(windows["chance_gini"], reverse=True)
        short, long = windows.iloc[0], windows.iloc[-1]
        assert long["gini"] == pytest.approx(float(gini(panel.sum(axis=0))))
        assert short["gini"] - long["gini"] > 0.15
        assert short["risk_lower"] < long["risk_upper"]
        assert long["risk_lower"] < short["risk_upper"]
        differences.append(short["risk_gini"] - long["risk_gini"])
    # A draw of 72 risks is never quite gamma, and short windows see its variance, long ones its shape: each panel may
    # differ by some hundredths, the mean of eight by less than a tenth of what the counts differ.
    assert np.mean(differences) == pytest.approx(0, abs=0.015)


def test_a_window_that_does_not_divide_the_record_drops_the_oldest_months():
    panel = np.vstack([np.full((1, 3), 100), np.arange(12).reshape(4, 3)])
    row = concentration_by_window(panel, [2], confidence_level=0.95, draws=50, seed=1).iloc[0]
    assert row["windows"] == 2
    assert row["events"] == pytest.approx(np.arange(12).sum() / 2)
