"""Published effects beside the estimates: both things are said."""

from paradox.panels import coefficient_rows

from citizen_security.paradox.panel_regressions.published import compare_with_published


def test_the_verdict_on_a_published_value_says_both_things():
    published = {"unemployment_youth": 0.34, "gdp_growth": -0.5}
    verdicts = compare_with_published(coefficient_rows(), published).set_index("regressor")["verdict"]
    assert verdicts["unemployment_youth"] == "the interval includes the published value but leaves out zero"
    assert verdicts["gdp_growth"] == "the interval leaves out the published value but includes zero"


def test_published_values_are_not_compared_with_another_outcome():
    in_logs = coefficient_rows().assign(outcome="log_rate")
    assert compare_with_published(in_logs, {"unemployment_youth": 0.34}).empty
