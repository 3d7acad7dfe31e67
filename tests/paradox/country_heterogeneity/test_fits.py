"""Fits recover what was put in, pass the gate or are refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from paradox.slope_panels import (
    DESIGNS,
    PRIORS,
    SETTINGS,
    SPECIFICATION,
    simulate_panel,
)

from citizen_security.methods.sampling import Gate, NotConverged, Settings
from citizen_security.paradox.country_heterogeneity.designs import Design, SlopePriors
from citizen_security.paradox.country_heterogeneity.fits import (
    compile_slopes,
    describe_gate,
    fit_slopes,
    sampler_settings,
)
from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity
from citizen_security.paradox.country_heterogeneity.sample import prepare_slopes
from citizen_security.paradox.country_heterogeneity.summaries import average_slopes, country_slopes


@pytest.mark.slow
def test_a_large_panel_gives_the_estimates_of_restricted_maximum_likelihood():
    panel, _ = simulate_panel(4, countries=40, years=25, persistence=0.0, missing=0.05)
    large = prepare_slopes(panel, SPECIFICATION)
    design = Design(SlopePriors(5.0, 2.0), errors="independent", spread="common")
    settings = replace(SETTINGS, draws=1_000)
    fit = fit_slopes("large", compile_slopes(large, design), large, design, settings, Gate.QUICK)
    ours = average_slopes([fit], 0.95)
    frame = large.estimation.frame
    drivers = frame[list(large.drivers)] - frame.groupby("iso3")[list(large.drivers)].transform("mean")
    held = pd.get_dummies(frame["iso3"], dtype=float).join(pd.get_dummies(frame["year"], dtype=float).iloc[:, 1:])
    held.columns = held.columns.astype(str)
    groups = np.ones(len(frame))
    components = {name: f"0 + C(iso3):{name}" for name in large.drivers}
    data = drivers.assign(iso3=frame["iso3"], rate=frame["rate"])
    model = sm.MixedLM(
        data["rate"],
        drivers.join(held),
        groups=groups,
        exog_vc=variance_components(data, components),
    ).fit()
    # The posterior's median differs from REML's maximum by the priors and its skewness: a tenth of the interval.
    width = ours["upper"] - ours["lower"]
    assert (np.abs(ours["estimate"] - model.params[: len(ours)].to_numpy()) < 0.1 * width).all()
    deviation_width = ours["deviation_upper"] - ours["deviation_lower"]
    assert (np.abs(ours["deviation"] - np.sqrt(model.vcomp)) < 0.2 * deviation_width).all()


def variance_components(data, components):
    """Slopes of each country as variance components of one group, so that the two drivers are independent."""
    from statsmodels.regression.mixed_linear_model import VCSpec

    countries = pd.get_dummies(data["iso3"], dtype=float)
    matrices = [[countries.mul(data[name], axis=0).to_numpy()] for name in components]
    return VCSpec(list(components), [[list(countries.columns)] for _ in components], matrices)


@pytest.mark.slow
def test_slopes_that_were_put_in_are_covered_by_their_intervals():
    # A deviation of 0.4 between countries, errors that persist, spreads that differ fourfold, gaps.
    covered, averages = [], []
    for seed in range(3):
        panel, slopes = simulate_panel(seed + 20, countries=20, years=20, persistence=0.8, spread=(0.25, 1.0))
        found = prepare_slopes(panel, SPECIFICATION)
        design = Design(PRIORS)
        settings = replace(SETTINGS, seed=seed + 1)
        fit = fit_slopes("simulated", compile_slopes(found, design), found, design, settings, Gate.QUICK)
        table = country_slopes(fit, fit, 0.8)
        truth = slopes.T.ravel()
        covered.append(((table["lower"] < truth) & (truth < table["upper"])).mean())
        average = average_slopes([fit], 0.95)
        averages += (average["lower"] < [0.5, -0.3]).tolist() + (average["upper"] > [0.5, -0.3]).tolist()
    # 120 intervals of 80%: if they were independent, the share would lie within 0.8 ± 0.13 but once in 2,500 times.
    assert np.mean(covered) == pytest.approx(0.8, abs=0.13)
    # Six intervals of 95%, two ends each: more than three ends missed happens once in several thousand times.
    assert sum(averages) >= len(averages) - 3


def test_a_fit_that_fails_the_gate_is_refused(sample):
    design = DESIGNS["varying slopes"]
    few = Settings(draws=20, tune=10, chains=2, target_acceptance=0.9, seed=1)
    with pytest.raises(NotConverged, match="hurried did not converge"):
        fit_slopes("hurried", compile_slopes(sample, design), sample, design, few, Gate.FULL)


def test_equal_seeds_give_equal_draws(sample):
    design = DESIGNS["varying slopes"]
    few = Settings(draws=50, tune=50, chains=2, target_acceptance=0.9, seed=1)
    anything = Gate(np.inf, 0, 1, 0)
    one, two = (fit_slopes("x", compile_slopes(sample, design), sample, design, few, anything) for _ in range(2))
    np.testing.assert_array_equal(one.draws("slope"), two.draws("slope"))


def test_complete_pooling_gives_every_country_one_slope_and_no_pooling_its_own(fits):
    same = fits["varying intercepts"].draws("slope")
    np.testing.assert_allclose(same, same[:, :1].repeat(same.shape[1], axis=1))
    ranges = {name: np.ptp(np.median(fits[name].draws("slope"), axis=0), axis=0) for name in fits}
    assert (ranges["no pooling"] > ranges["varying slopes"]).all()
    assert (fits["complete pooling"].draws("slope_deviation") == 0).all()


def test_a_gate_says_whether_it_was_relaxed():
    assert describe_gate(Gate.FULL) == "The full gate was kept."
    assert describe_gate(Gate.QUICK).startswith("The gate was relaxed: ")


def test_quick_effort_samples_less():
    full, quick = (
        sampler_settings(CountryHeterogeneity.from_values({"effort": effort})) for effort in ("full", "quick")
    )
    assert full.draws == 800
    assert quick.draws < full.draws
