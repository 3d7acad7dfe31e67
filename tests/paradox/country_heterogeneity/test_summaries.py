"""Averages, countries' slopes, and what the priors allow."""

from dataclasses import replace

import numpy as np
import pytest
from paradox.slope_panels import (
    DESIGNS,
    PRIORS,
    SHORT,
    SPECIFICATION,
    simulate_panel,
)

from citizen_security.methods.sampling import Gate
from citizen_security.paradox.country_heterogeneity.designs import Design
from citizen_security.paradox.country_heterogeneity.fits import (
    compile_slopes,
    fit_slopes,
)
from citizen_security.paradox.country_heterogeneity.sample import prepare_slopes
from citizen_security.paradox.country_heterogeneity.summaries import average_slopes, country_slopes, prior_slopes


@pytest.mark.slow
def test_a_driver_that_stands_still_in_one_country_gets_its_slope_from_the_others():
    panel, _ = simulate_panel(2)
    panel.loc[panel["iso3"] == "C03", "gdp_growth"] = 2.0
    still = prepare_slopes(panel, SPECIFICATION)
    design = DESIGNS["varying slopes"]
    settings = replace(SHORT, draws=1_000, target_acceptance=0.99)
    fit = fit_slopes("still", compile_slopes(still, design), still, design, settings, Gate.QUICK)
    table = country_slopes(fit, fit, 0.9)
    row = table[(table["iso3"] == "C03") & (table["driver"] == "gdp_growth")].iloc[0]
    assert not row["moves"]
    assert table["moves"].sum() == len(table) - 1
    average = average_slopes([fit], 0.9).set_index("driver").loc["gdp_growth"]
    assert row["estimate"] == pytest.approx(average["estimate"], abs=0.3 * (row["upper"] - row["lower"]))
    assert np.isnan(row["least_squares"])


def test_prior_slopes_spread_as_the_priors_say(sample):
    for design in (Design(PRIORS), Design(PRIORS, errors="independent")):
        drawn = prior_slopes(sample, design, 4_000, 1)
        for k, (_, group) in enumerate(drawn.groupby("driver", sort=False)):
            # Variance of the average plus the mean square of a half-normal deviation; four thousand draws err by 2%.
            expected = np.hypot(PRIORS.slope_scale, PRIORS.deviation_scale) * sample.slope_units[k]
            assert group["country"].std() == pytest.approx(expected, rel=0.1)


def test_a_new_countrys_slope_is_no_surer_than_the_average(fits, sample):
    table = average_slopes([fits["varying slopes"]], 0.9)
    sure = (table["average_positive"] - 0.5).abs()
    assert ((table["new_country_positive"] - 0.5).abs() <= sure + 1e-9).all()
    assert table["positive_share"].between(0, 1).all()
    assert (table["countries"] == len(sample.countries)).all()
