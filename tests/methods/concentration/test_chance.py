"""What chance gives: if it were wrong, noise would be sold as concentration, or concentration dismissed as noise."""

import math

import numpy as np
import pytest

from citizen_security.methods.concentration.chance import compare_with_chance, concentration_by_window
from citizen_security.methods.concentration.equal_risk import expected_generalised_gini, expected_gini
from citizen_security.methods.concentration.gamma_risk import draw_risks, fit_gamma_risk
from citizen_security.methods.concentration.measures import generalised_gini, gini


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


def test_every_column_is_that_of_its_own_draws_at_the_level_asked_for():
    counts, draws = np.array([1, 1, 0, 0]), 400
    generator = np.random.default_rng(3)
    by_chance = generator.multinomial(2, np.full(4, 1 / 4), size=draws)
    risks = draw_risks(fit_gamma_risk(counts), draws, generator)
    again = generator.poisson(risks)
    empty = ~again.any(axis=1)
    # Of two events a year one year in eight has none, and measures nothing.
    assert 0 < empty.sum() < draws / 2
    columns = {"chance": gini(by_chance), "risk": gini(risks), "repeat": gini(again[~empty])}
    for level in (0.5, 0.8):
        row = compare_with_chance(counts, None, share=0.5, credible_level=level, draws=draws, seed=3).loc["gini"]
        for name, drawn in columns.items():
            ends = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
            assert row[[f"{name}_lower", f"{name}_upper"]].tolist() == pytest.approx(ends), (name, level)
    assert row["chance"] == pytest.approx(columns["chance"].mean())
    assert row["risk"] == pytest.approx(np.median(columns["risk"]))


# A month without an event, one with a single one, and two busier ones.
MONTHS = np.array([[0, 0, 0], [1, 0, 0], [2, 1, 0], [3, 0, 3]])


def test_a_window_is_the_mean_of_its_parts_and_one_without_an_event_is_left_out():
    found = concentration_by_window(MONTHS, [1, 4], confidence_level=0.8, draws=300, seed=2).set_index("window")
    kept = MONTHS[1:]
    expected = {
        "windows": 4,
        "events": (1 + 3 + 6) / 3,
        "gini": gini(kept).mean(),
        "generalised_gini": generalised_gini(kept).mean(),
        "chance_gini": np.mean([expected_gini(3, total) for total in (1, 3, 6)]),
        "chance_generalised_gini": np.mean([expected_generalised_gini(3, total) for total in (1, 3, 6)]),
    }
    assert found.loc[1, list(expected)].to_dict() == pytest.approx(expected)
    assert found.loc[4, ["windows", "events"]].tolist() == [1, 10]


def test_the_interval_of_the_risk_in_windows_is_at_the_level_asked_for():
    panel = np.random.default_rng(5).poisson(np.linspace(0.5, 6, 12), size=(4, 12))
    found = concentration_by_window(panel, [2], confidence_level=0.6, draws=300, seed=2).iloc[0]
    fit = fit_gamma_risk(panel.reshape(2, 2, 12).sum(axis=1))
    ends = np.quantile(fit.bootstrap(300, np.random.default_rng(2)), [0.2, 0.8])
    assert found[["risk_gini", "risk_lower", "risk_upper"]].tolist() == pytest.approx([fit.mode, *ends])
    assert ends[0] < fit.mode < ends[1]


@pytest.mark.parametrize("window", [0, 5])
def test_a_window_of_no_period_or_of_more_than_there_are_is_refused(window):
    with pytest.raises(ValueError, match="from 1 to 4"):
        concentration_by_window(MONTHS, [2, window], confidence_level=0.8, draws=9, seed=2)
