"""Published effects beside the estimates: both things are said."""

import pandas as pd

from citizen_security.paradox.panel_regressions.published import compare_with_published


def coefficient_rows():
    common = {
        "standard_error": 0.1,
        "p_value": 0.01,
        "observations": 100,
        "countries": 20,
        "outcome": "rate",
        "confidence_level": 0.95,
    }
    rows = [
        ("alone", "unemployment_youth", "unemployment_youth", 0.3, 0.1, 0.5),
        ("alone", "gdp_growth", "gdp_growth", -0.1, -0.3, 0.1),
        ("alone", "log_gdp_per_capita", "log_gdp_per_capita", -9.0, -18.0, 0.0),
        ("alone", "log_gdp_per_capita, log_gdp_per_capita_squared", "log_gdp_per_capita", -12.0, -20.0, -4.0),
        ("alone", "log_gdp_per_capita, log_gdp_per_capita_squared", "log_gdp_per_capita_squared", 12.0, -1.0, 25.0),
        ("all together", "unemployment_youth, gdp_growth", "unemployment_youth", 0.6, -0.1, 1.3),
        ("two_way", "unemployment_youth", "unemployment_youth", 9.9, 9.0, 10.0),
    ]
    names = ["specification", "regressors", "regressor", "estimate", "lower", "upper"]
    return pd.DataFrame(rows, columns=names).assign(**common)


def test_the_verdict_on_a_published_value_says_both_things():
    published = {"unemployment_youth": 0.34, "gdp_growth": -0.5}
    verdicts = compare_with_published(coefficient_rows(), published).set_index("regressor")["verdict"]
    assert verdicts["unemployment_youth"] == "the interval includes the published value but leaves out zero"
    assert verdicts["gdp_growth"] == "the interval leaves out the published value but includes zero"


def test_published_values_are_not_compared_with_another_outcome():
    in_logs = coefficient_rows().assign(outcome="log_rate")
    assert compare_with_published(in_logs, {"unemployment_youth": 0.34}).empty
