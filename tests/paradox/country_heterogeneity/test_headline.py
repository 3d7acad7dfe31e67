"""What the notebook records: names, intervals and numbers, from the tables that the page shows."""

import pandas as pd
import pytest
from paradox.recorded import check_values
from paradox.slope_panels import DESIGNS

from citizen_security.paradox.country_heterogeneity import headline
from citizen_security.paradox.country_heterogeneity.comparison import compare_countries, compare_years
from citizen_security.paradox.country_heterogeneity.designs import describe_errors
from citizen_security.paradox.country_heterogeneity.replications import check_replications, tabulate_checks
from citizen_security.paradox.country_heterogeneity.summaries import average_slopes, country_slopes


@pytest.fixture(scope="module")
def fit(fits):
    return fits["varying slopes"]


def test_the_slopes_are_those_of_the_tables(fit, fits):
    averages, slopes = average_slopes([fit], 0.9), country_slopes(fit, fits["no pooling"], 0.9)
    values = check_values(headline.slope_values(averages, slopes, fit.sample, 0.9))
    average = averages.set_index("driver").loc["unemployment_youth"]
    recorded = values["average_slope_youth_unemployment"]
    assert (recorded.value, recorded.interval) == (average["estimate"], (average["lower"], average["upper"]))
    assert recorded.label.endswith("90% credible")
    own = slopes[slopes["driver"] == "unemployment_youth"]
    sure = values["countries_with_sure_sign_youth_unemployment"]
    assert sure.value == ((own["lower"] > 0) | (own["upper"] < 0)).sum()
    assert values["slope_countries"].value == len(fit.sample.countries)


def test_of_the_regressions_those_of_a_driver_alone_are_recorded():
    fixed = pd.DataFrame(
        {
            "specification": ["alone", "together"],
            "regressor": ["gdp_growth"] * 2,
            "estimate": [1.0, 2.0],
            "lower": [0.5, 1.5],
            "upper": [1.5, 2.5],
            "observations": [30, 20],
        }
    )
    (value,) = headline.fixed_effects_values(fixed, "rate", 0.95)
    assert (value.name, value.value, value.n) == ("fixed_effects_slope_gdp_growth", 1.0, 30)
    assert "95% confidence" in value.label


def test_the_slope_under_independent_errors_is_that_of_the_first_driver(fit, fits):
    compared = average_slopes([fits[headline.INDEPENDENT_ERRORS], fit], 0.9)
    compared.loc[:, "fit"] = [headline.INDEPENDENT_ERRORS] * 2 + ["the main design"] * 2
    values = check_values(headline.error_values(fit, compared, 0.9))
    assert values["independent_errors_average_slope"].value == compared["estimate"].iloc[0]
    assert 0 < values["error_persistence"].value < 1
    assert len(headline.error_values(fit, compared.iloc[2:], 0.9)) == 1


def test_the_gain_of_slopes_is_the_difference_of_the_densities(fits):
    years = compare_years(fits)
    values = check_values(headline.prediction_values(years, compare_countries(fits)))
    density = years.set_index("fit")["elpd"]
    assert values["slopes_over_intercepts"].value == density["varying slopes"] - density["varying intercepts"]
    assert values["best_predictor_of_years"].value == density.idxmax()


def test_the_largest_news_is_that_of_the_main_design(fit):
    design = DESIGNS["varying slopes"]
    table = tabulate_checks(check_replications(fit, 1), 0.9)
    other = table.assign(observed=-1.0)
    checks = pd.concat({"another": other, describe_errors(design): table}, names=["fit", None])
    values = check_values(headline.news_values(checks, design, 0.9))
    assert values["largest_news_observed"].value == table.set_index("discrepancy").loc["largest_news", "observed"]
