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


def test_the_slopes_are_those_of_the_tables(fit):
    averages = average_slopes([fit], 0.9)
    values = check_values(headline.slope_values(averages, fit.sample, 0.9))
    average = averages.set_index("driver").loc["unemployment_youth"]
    recorded = values["average_slope_youth_unemployment"]
    assert (recorded.value, recorded.interval) == (average["estimate"], (average["lower"], average["upper"]))
    assert recorded.label.endswith("90% credible")
    assert values["new_country_positive_slope_youth_unemployment"].value == average["new_country_positive"]
    assert values["slope_countries"].value == len(fit.sample.countries)


def test_of_the_regressions_that_of_the_first_driver_alone_is_recorded():
    fixed = pd.DataFrame(
        {
            "specification": ["alone", "alone", "together"],
            "regressor": ["gdp_growth", "gini", "gdp_growth"],
            "estimate": [1.0, 3.0, 2.0],
            "lower": [0.5, 2.5, 1.5],
            "upper": [1.5, 3.5, 2.5],
            "observations": [30, 25, 20],
        }
    )
    (value,) = headline.fixed_effects_values(fixed, "rate", 0.95)
    assert (value.name, value.value, value.n) == ("fixed_effects_slope_gdp_growth", 1.0, 30)
    assert "95% confidence" in value.label


def test_the_persistence_of_errors_is_recorded_at_its_level(fit):
    (value,) = headline.error_values(fit, 0.8)
    assert 0 < value.interval[0] < value.value < value.interval[1] < 1
    assert value.label.endswith("80% credible")


def test_the_sentences_are_of_the_main_design(fit, fits):
    averages, slopes = average_slopes([fit], 0.9), country_slopes(fit, fits["no pooling"], 0.9)
    rows = [(driver, 1.0, 0.5, 1.5) for driver in averages["driver"]]
    fixed = pd.DataFrame(rows, columns=["regressor", "estimate", "lower", "upper"]).assign(specification="alone")
    compared = average_slopes([fits[headline.INDEPENDENT_ERRORS]], 0.9)
    design = DESIGNS["varying slopes"]
    values = check_values(headline.sentence_values(averages, slopes, fixed, compared, design, "rate"))
    assert values["main_errors"].value == describe_errors(design)
    assert "with independent errors of one spread they would deviate" in values["differences_sentence"].value.lower()
    itself = DESIGNS[headline.INDEPENDENT_ERRORS]
    alone = check_values(headline.sentence_values(averages, slopes, fixed, compared, itself, "rate"))
    assert "independent" not in alone["differences_sentence"].value


def test_the_comparison_is_of_slopes_and_intercepts(fits):
    years = compare_years(fits)
    (value,) = headline.prediction_values(years, compare_countries(fits))
    density = years.set_index("fit")["elpd"]
    gain = density["varying slopes"] - density["varying intercepts"]
    assert f"by {gain:+.1f} against varying intercepts".replace("-", "−") in value.value
    assert f"Another year of a known country is predicted best by {density.idxmax()}" in value.value


def test_the_largest_news_is_that_of_the_main_design(fit):
    design = DESIGNS["varying slopes"]
    table = tabulate_checks(check_replications(fit, 1), 0.9)
    other = table.assign(observed=-1.0)
    checks = pd.concat({"another": other, describe_errors(design): table}, names=["fit", None])
    values = check_values(headline.news_values(checks, design, 0.9))
    assert values["largest_news_observed"].value == table.set_index("discrepancy").loc["largest_news", "observed"]
