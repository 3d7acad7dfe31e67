"""What would overturn an estimate: the published example, the definition, and refitting."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as formulas
from paradox.panels import simulated

from citizen_security.methods.regression.errors import clustered
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.literature_statements.sensitivity import (
    adjusted_estimate,
    alternative_samples,
    attenuation,
    benchmark_bounds,
    classical_errors,
    compare_samples,
    drivers_alone,
    holm,
    influence,
    robustness,
    robustness_table,
)
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

BOTH = Specification("both", ("driver", "control"))


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


def test_the_darfur_example_has_the_published_robustness():
    # Cinelli and Hazlett (2020), table 1: estimate 0.097, standard error 0.023, 783 degrees of freedom.
    found = robustness(0.097, 0.023, 783)
    # They print one decimal of a per cent, from an estimate and error that they print with two digits.
    assert found.robustness_value == pytest.approx(0.139, abs=0.002)
    assert found.robustness_value_significance == pytest.approx(0.076, abs=0.002)
    assert found.partial_r_squared == pytest.approx(0.0219, abs=0.0005)


def test_the_darfur_bound_of_one_time_female_is_the_published_one():
    # Partial R² of 0.00916 and 0.125 leave 0.0752 with an error of 0.0219 (sensemakr's documentation).
    estimate, error = adjusted_estimate(0.0973158, 0.0232565, 783, 0.00916429, 0.12464)
    assert estimate == pytest.approx(0.0752, abs=5e-5)
    assert error == pytest.approx(0.0219, abs=5e-5)


def test_a_variable_as_strong_as_the_robustness_value_brings_the_estimate_to_zero():
    # That is its definition.
    value = robustness(0.3, 0.1, 200).robustness_value
    assert adjusted_estimate(0.3, 0.1, 200, value, value)[0] == pytest.approx(0, abs=1e-12)
    assert adjusted_estimate(-0.3, 0.1, 200, value, value)[0] == pytest.approx(0, abs=1e-12)


def test_an_estimate_that_is_not_significant_needs_no_omitted_variable():
    assert robustness(0.1, 0.1, 200).robustness_value_significance == 0
    # Nor one whose clustered error is so much larger than the classical.
    assert robustness(0.3, 0.1, 200).robustness_value_significance > 0
    assert robustness(0.3, 0.1, 200, design_effect=2).robustness_value_significance == 0


def test_the_classical_error_is_that_of_least_squares_with_dummies():
    frame = estimation_sample(simulated(1), BOTH).frame
    other = formulas.ols("rate ~ driver + control + C(iso3) + C(year)", frame).fit()
    fit = taken_apart(simulated(1), BOTH)
    np.testing.assert_allclose(classical_errors(fit), other.bse[["driver", "control"]], rtol=1e-8)
    table = robustness_table(fit).set_index("regressor")
    expected = other.tvalues["driver"] ** 2 / (other.tvalues["driver"] ** 2 + other.df_resid)
    assert table.loc["driver", "partial_r_squared"] == pytest.approx(expected, rel=1e-8)


def test_a_variable_once_as_strong_as_a_control_is_bounded_by_what_leaving_it_out_did():
    fit = taken_apart(simulated(2), BOTH)
    bounds = benchmark_bounds(fit, "driver").set_index("multiple")
    frame = estimation_sample(simulated(2), BOTH).frame
    of_driver = formulas.ols("driver ~ control + C(iso3) + C(year)", frame).fit()
    of_outcome = formulas.ols("rate ~ driver + control + C(iso3) + C(year)", frame).fit()
    share = {
        name: model.tvalues["control"] ** 2 / (model.tvalues["control"] ** 2 + model.df_resid)
        for name, model in (("driver", of_driver), ("outcome", of_outcome))
    }
    # sensemakr's ovb_partial_r2_bound, written out for a multiple of one.
    assert bounds.loc[1.0, "with_driver"] == pytest.approx(share["driver"] / (1 - share["driver"]), rel=1e-6)
    eta = share["driver"] ** 2 / (1 - share["driver"]) ** 2
    outcome = ((1 + np.sqrt(eta)) / np.sqrt(1 - eta)) ** 2 * share["outcome"] / (1 - share["outcome"])
    assert bounds.loc[1.0, "with_outcome"] == pytest.approx(outcome, rel=1e-6)
    assert bounds.loc[2.0, "adjusted_estimate"] < bounds.loc[1.0, "adjusted_estimate"] < fit.estimates[0]


def test_influence_names_the_country_that_moves_the_estimate_most():
    panel = simulated(3)
    odd = panel["iso3"] == "C05"
    panel.loc[odd, "rate"] += 3 * panel.loc[odd, "driver"]
    fit = taken_apart(panel, BOTH)
    table = influence(fit, "driver")
    assert table["iso3"].iloc[0] == "C05"
    rest = taken_apart(panel[~odd], BOTH).estimates[0]
    assert table["estimate"].iloc[0] == pytest.approx(rest, rel=1e-8)
    error = clustered(fit)["standard_error"].iloc[0]
    assert table["in_standard_errors"].iloc[0] == pytest.approx((rest - fit.estimates[0]) / error, rel=1e-8)


def test_alternative_samples_leave_out_what_they_say():
    panel = pd.DataFrame(
        {
            "iso3": ["VEN", "VEN", "ATG", "ATG", "BRA", "BRA"],
            "year": [2018, 2019, 2018, 2021, 2018, 2021],
            "population": [3e7, 3e7, 9e4, 9e4, 2e8, 2e8],
            "homicide_note": [None, "doubted", None, None, "revised", None],
        }
    )
    kept = {name: rows.index.tolist() for name, rows in alternative_samples(panel).items()}
    assert kept == {
        "all": [0, 1, 2, 3, 4, 5],
        "without Venezuela after 2018": [0, 2, 3, 4, 5],
        "without countries under a million": [0, 1, 4, 5],
        "without country-years with a note": [0, 2, 3, 5],
        "before the pandemic": [0, 1, 2, 4],
    }


def test_a_sample_that_cannot_carry_the_regression_says_why():
    panel = simulated(4).assign(population=1000.0)
    table = compare_samples(panel, BOTH).set_index(["sample", "regressor"])
    assert "only 0 countries" in table.loc[("without countries under a million", "driver"), "problem"]
    assert table.loc[("all", "driver"), "estimate"] == pytest.approx(taken_apart(panel, BOTH).estimates[0])


def test_what_a_control_takes_away_is_the_omitted_variable_formula():
    panel = simulated(5, gaps=0.1)
    result = attenuation(panel, Specification("", ()), "driver", "control", draws=499)
    fit = taken_apart(panel, BOTH)
    on_driver = taken_apart(panel.assign(rate=panel["control"].where(panel["rate"].notna())), BOTH_LINE)
    # short = long + effect of the control × slope of the control on the driver, on the same rows.
    assert result.change == pytest.approx(fit.estimates[1] * on_driver.estimates[0], rel=1e-8)
    assert result.lower < result.change < result.upper
    assert result.observations == fit.observations
    assert result.opposite < 0.05


BOTH_LINE = replace(BOTH, regressors=("driver",))


def test_a_control_unrelated_to_the_driver_takes_nothing_away():
    panel = simulated(6).assign(noise=lambda rows: np.random.default_rng(6).normal(size=len(rows)))
    result = attenuation(panel, Specification("", ()), "driver", "noise", draws=499)
    assert result.lower < 0 < result.upper


def test_both_effects_are_of_the_same_country_years():
    panel = simulated(7)
    panel.loc[panel["year"] < 2010, "control"] = np.nan
    result = attenuation(panel, Specification("", ()), "driver", "control", draws=99)
    assert result.observations == taken_apart(panel, BOTH).observations
    without = result.coefficients.set_index("model").loc["without", "estimate"]
    same_rows = panel[panel["year"] >= 2010]
    assert without == pytest.approx(taken_apart(same_rows, BOTH_LINE).estimates[0], rel=1e-8)


def test_a_control_that_one_country_alone_moves_is_refused():
    panel = simulated(8)
    panel["control"] = np.where(panel["iso3"] == "C01", panel["year"] % 3, 0.0)
    # Without year effects nothing else moves it, and a third of the draws do not hold the country.
    with pytest.raises(NotEstimable, match="cannot tell driver from control"):
        attenuation(panel, Specification("", (), fixed_effects="country"), "driver", "control", draws=199)


def test_holm_is_worked_out_by_hand():
    adjusted = holm(pd.Series([0.01, np.nan, 0.04, 0.03]))
    # Sorted 0.01, 0.03, 0.04 times 3, 2, 1, made monotone.
    np.testing.assert_allclose(adjusted, [0.03, np.nan, 0.06, 0.06])


def test_drivers_stand_alone_and_those_without_figures_say_so():
    panel = simulated(9).assign(absent=np.nan)
    table = drivers_alone(panel, BOTH, ["driver", "control", "absent"]).set_index("regressor")
    assert table.loc["driver", "estimate"] == pytest.approx(taken_apart(panel, BOTH_LINE).estimates[0])
    assert "only 0 countries" in table.loc["absent", "problem"]
    spread = np.sqrt((taken_apart(panel, BOTH_LINE).design[:, 0] ** 2).mean())
    assert table.loc["driver", "per_standard_deviation"] == pytest.approx(table.loc["driver", "estimate"] * spread)


def test_drivers_of_which_none_has_figures_are_a_table_of_reasons():
    table = drivers_alone(simulated(9).assign(absent=np.nan), BOTH, ["absent"])
    assert table[["estimate", "p_value", "holm_p_value"]].isna().all(axis=None)
    assert table.loc[0, "problem"]
