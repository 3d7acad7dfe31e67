"""Sentences about a run of the panel regressions: each says what its numbers say, whichever way they lie."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.methods.regression.quoted import QUOTED
from citizen_security.paradox.panel_regressions import readings
from citizen_security.paradox.panel_regressions.parameters import PanelRegressions
from citizen_security.paradox.panel_regressions.published import compare_with_published
from citizen_security.paradox.panel_regressions.scales import percent_change


def alone(*rows):
    """Drivers alone: regressor, lower, upper, p_value, trusted."""
    table = pd.DataFrame(rows, columns=["regressor", "lower", "upper", "p_value", "trusted"])
    return table.assign(
        specification="alone",
        regressors=table["regressor"],
        estimate=(table["lower"] + table["upper"]) / 2,
        countries=[21 + 4 * row for row in range(len(table))],
        effective_clusters=[6.34 + row for row in range(len(table))],
        degrees_of_freedom=[6.0 if trusted else 2.1 for trusted in table["trusted"]],
    )


YOUTH = ("unemployment_youth", -0.02, 0.66, 0.061, True)
GROWTH = ("gdp_growth", -0.5, -0.1, 0.012, False)
GINI = ("gini", 0.1, 2.3, 0.04, True)


def test_drivers_alone_are_one_family():
    squared = alone(("log_gdp_per_capita", -9, 1, 0.001, True)).assign(
        regressors="log_gdp_per_capita, log_gdp_per_capita_squared"
    )
    table = readings.family(pd.concat([alone(YOUTH, GROWTH, GINI), squared], ignore_index=True))
    # Holm: 3 × 0.012, 2 × 0.04, and the largest, not below the one before; a parabola is not one of the lines.
    np.testing.assert_allclose(table["holm_p_value"], [0.08, 0.036, 0.08])


def test_the_reading_of_the_family_says_who_leaves_out_zero_and_whose_interval_is_not_to_be_trusted():
    said = readings.family_reading(readings.family(alone(YOUTH, GROWTH, GINI)))
    assert (
        "the intervals of GDP growth and inequality leave out zero and the interval of youth unemployment includes it"
        in (said)
    )
    assert "The least p-value is that of GDP growth, p = 0.012 (0.04 by Holm's method for three drivers)." in said
    assert "The interval of GDP growth has fewer than 4 degrees of freedom and is not to be trusted." in said


def test_the_reading_of_one_driver_counts_no_family():
    said = readings.family_reading(readings.family(alone(YOUTH)))
    assert said == (
        "Each driver alone, every quoted interval includes zero. The least p-value is that of youth unemployment, "
        "p = 0.061."
    )
    assert "every quoted interval leaves out zero" in readings.family_reading(readings.family(alone(GINI)))


def answer(*rows) -> str:
    return readings.answer_sentence(readings.family(alone(*rows)), PanelRegressions.from_values({}))


POVERTY = ("poverty_685", 0.4, 0.8, 0.0001, True)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            (YOUTH, ("gini", -1, 2, 0.5, True)),
            "Counted in victims per 100,000 people, none of two drivers moves with homicide so clearly that chance is "
            "ruled out. Youth unemployment comes "
            "closest: +0.32 (−0.02 to +0.66) victims per 100,000 people per percentage point.",
        ),
        (
            (YOUTH,),
            "people, youth unemployment does not move with homicide so clearly that chance is ruled out. The "
            "estimate: ",
        ),
        (
            (YOUTH, GINI),
            "inequality moves with homicide, each taken alone; looked at as one of two drivers, none is told",
        ),
        (
            (YOUTH, GINI, POVERTY),
            "people, poverty below 6.85 USD (+0.60 (+0.40 to +0.80) victims per 100,000 people per percentage point) "
            "moves with homicide more than chance explains, even when three drivers are counted.",
        ),
        ((POVERTY,), "moves with homicide more than chance explains."),
        # An interval that is not to be trusted decides nothing.
        ((GROWTH,), "No driver's interval can be trusted, so none is said to move with homicide."),
    ],
)
def test_the_answer_for_a_reader_follows_the_intervals_and_the_number_of_drivers(rows, said):
    assert said in answer(*rows)


IN_PERCENT = (("gini", 0.01, 0.09, 0.04), ("gdp_growth", -0.3, -0.1, 0.001), ("poverty_685", -1, 2, 0.5))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (IN_PERCENT[:1], "In percent of a country's own rate the one interval leaves out zero."),
        (
            IN_PERCENT,
            "In percent of a country's own rate 2 of 3 intervals leave out zero. Corrected for three tests, that of "
            "GDP growth still does.",
        ),
        (
            (IN_PERCENT[0], IN_PERCENT[2]),
            "In percent of a country's own rate 1 of 2 intervals leaves out zero. Corrected for two tests, none does.",
        ),
        (IN_PERCENT[2:], "In percent of a country's own rate no driver's interval leaves out zero."),
        ((), "In percent of a country's own rate no driver's interval can be trusted."),
    ],
)
def test_what_percent_says_is_told_with_the_correction_for_the_number_of_tests(rows, said):
    scales = scale_rows(*((name, "levels", "log rate", *rest) for name, *rest in rows))
    assert readings.percent_sentence(scales, 0.95) == said


def test_countries_are_given_with_what_they_are_worth():
    assert readings.clusters_reading(alone(YOUTH, GINI)).startswith(
        "21 to 25 countries stand behind a driver alone; by their leverage they are worth 6.3 to 7.3 countries"
    )


def interval_rows(regressor, **ends):
    rows = [(regressor, name.replace("_", " "), *pair) for name, pair in ends.items()]
    return pd.DataFrame(rows, columns=["regressor", "method", "lower", "upper"]).replace({"bias reduced": QUOTED})


def test_another_interval_that_says_otherwise_about_zero_is_named():
    holds = interval_rows("gini", bias_reduced=(-1, 2), clustered=(0.1, 2), jackknife=(-1, 2))
    leaves = interval_rows("gdp_growth", bias_reduced=(-2, -1), clustered=(-2, -1), wild_bootstrap=(-np.inf, 1))
    said = readings.intervals_reading(pd.concat([holds, leaves]))
    assert said == (
        "For inequality the quoted interval includes zero; the clustered interval leaves it out. For GDP growth the "
        "quoted interval leaves out zero; the wild bootstrap's includes it."
    )
    assert readings.rules_sentence(pd.concat([holds, leaves])) == (
        "Another rule for the error says otherwise about zero for all 2 drivers."
    )


def test_intervals_that_agree_are_said_to_agree_and_missing_ones_say_nothing():
    rows = interval_rows("gini", bias_reduced=(-1, 2), clustered=(-1, 2), jackknife=(np.nan, np.nan))
    assert readings.intervals_reading(rows).startswith("Whether zero is left out, every kind of interval says")
    assert readings.rules_sentence(rows) == "Another rule for the error says otherwise about zero for no driver."


def scale_rows(*rows):
    table = pd.DataFrame(rows, columns=["regressor", "form", "scale", "lower", "upper", "p_value"])
    ends = {"percent_lower": 100 * table["lower"], "percent_upper": 100 * table["upper"]}
    few = (table["scale"] == "Poisson") & (table["regressor"] == "gini")
    return table.assign(
        percent=50 * (table["lower"] + table["upper"]), degrees_of_freedom=np.where(few, 3.1, 9.0), **ends
    )


def test_a_driver_that_looks_like_nothing_in_rates_and_not_in_logs_is_named_with_its_percentage():
    scales = scale_rows(
        ("gini", "levels", "rate", -1, 2, 0.3),
        ("gini", "levels", "log rate", 0.01, 0.09, 0.04),
        ("gini", "levels", "Poisson", -0.2, 0.1, 0.4),
        ("gdp_growth", "levels", "rate", -2, -1, 0.01),
        ("gdp_growth", "levels", "log rate", -0.02, -0.01, 0.03),
        ("gdp_growth", "levels", "Poisson", -0.03, -0.01, 0.01),
    )
    said = readings.scales_reading(scales)
    assert said.startswith(
        "In levels of victims per 100,000 the interval of GDP growth leaves out zero. In levels of logs the "
        "intervals of "
    )
    assert "nothing in levels of rates and not of logs: inequality (+5.0% per Gini point, +1.0 to +9.0)." in said
    least = (
        "In levels of logs the least p-value is that of GDP growth, p = 0.030 (0.06 by Holm's method for two drivers)."
    )
    assert least in said
    assert said.endswith(
        "By Poisson in levels, where populous countries weigh more, the interval of GDP growth leaves out zero. By "
        "Poisson the interval of inequality has fewer than 4 degrees of freedom and is not to be trusted. In "
        "differences of victims per 100,000, first or long, no interval leaves out zero."
    )


def test_what_appears_in_differences_of_rates_is_told_though_levels_hold_zero():
    scales = scale_rows(
        ("gini", "levels", "rate", -1, 2, 0.3),
        ("gini", "first differences", "rate", -1, 2, 0.3),
        ("gdp_growth", "first differences", "rate", 0.02, 0.31, 0.03),
        ("gini", "long differences", "rate", -0.73, -0.03, 0.04),
        ("gdp_growth", "long differences", "log rate", 0.1, 0.2, 0.04),
    )
    said = readings.scales_reading(scales)
    assert said.startswith("In levels of victims per 100,000 no interval leaves out zero.")
    assert said.endswith(
        "In first differences of victims per 100,000 the interval of GDP growth leaves out zero; in long differences "
        "of victims per 100,000 the interval of inequality leaves out zero."
    )
    first_only = readings.scales_reading(scales[scales["form"] != "long differences"])
    assert first_only.endswith("; in long differences of victims per 100,000 no interval leaves out zero.")


def test_what_differences_leave_of_log_effects_is_told_for_each_distance():
    scales = scale_rows(
        ("gini", "levels", "log rate", 0.01, 0.09, 0.04),
        ("unemployment_youth", "levels", "log rate", 0.01, 0.02, 0.04),
        ("gini", "first differences", "log rate", -0.01, 0.09, 0.2),
        ("unemployment_youth", "first differences", "log rate", 0.01, 0.02, 0.04),
        ("gini", "long differences", "log rate", -0.01, 0.09, 0.2),
        ("unemployment_youth", "long differences", "log rate", -0.01, 0.02, 0.3),
    )
    said = readings.differences_reading(scales)
    assert (
        "In first differences of logs the interval of youth unemployment leaves out zero, as in levels; the interval "
        "of inequality includes zero, unlike in levels. In long" in said
    )
    assert said.endswith(
        "In long differences of logs the intervals of inequality and youth unemployment include zero, unlike in levels."
    )
    # What a sample cannot carry is not said to include zero.
    lost = scales.assign(lower=scales["lower"].where(scales["form"] != "long differences"))
    assert readings.differences_reading(lost).endswith(
        "the intervals of inequality and youth unemployment cannot be had."
    )
    nothing = readings.differences_reading(scales.assign(lower=-1.0))
    assert nothing == (
        "No driver's interval leaves out zero in levels of logs. In first differences of logs no interval leaves out "
        "zero. In long differences of logs no interval leaves out zero."
    )


def test_what_appears_in_differences_of_logs_alone_is_told_too():
    scales = scale_rows(
        ("gini", "levels", "log rate", -0.01, 0.09, 0.2),
        ("gini", "first differences", "log rate", -0.01, 0.09, 0.2),
        ("gini", "long differences", "log rate", 0.01, 0.09, 0.02),
    )
    said = readings.differences_reading(scales)
    assert said.startswith("No driver's interval leaves out zero in levels of logs.")
    assert said.endswith("In long differences of logs the interval of inequality leaves out zero, unlike in levels.")
    beside = scale_rows(
        ("gdp_growth", "levels", "log rate", 0.01, 0.09, 0.02), ("gdp_growth", "long differences", "log rate", 1, 2, 0)
    )
    assert readings.differences_reading(pd.concat([scales, beside])).endswith(
        "the interval of GDP growth leaves out zero, as in levels; the interval of inequality leaves out zero, unlike "
        "in levels."
    )


def test_intervals_in_differences_with_few_degrees_of_freedom_are_named_with_their_scale():
    scales = scale_rows(
        ("gini", "levels", "log rate", 0.01, 0.09, 0.02),
        ("gini", "first differences", "rate", -1, 2, 0.3),
        ("gini", "first differences", "log rate", 0.01, 0.09, 0.02),
        ("gini", "long differences", "log rate", 0.01, 0.09, 0.02),
    )
    few = scales.assign(degrees_of_freedom=[9.0, 1.7, 1.7, 4.1])
    warned = "the interval of inequality has fewer than 4 degrees of freedom and is not to be trusted."
    assert readings.differences_reading(few).endswith(f"as in levels. In first differences {warned}")
    logs = scales.assign(degrees_of_freedom=[9.0, 4.1, 1.7, 4.1])
    assert readings.differences_reading(logs).endswith(f"as in levels. In first differences of logs {warned}")


def test_estimators_whose_intervals_are_not_to_be_trusted_are_named_with_their_drivers():
    rows = [("gini", "Poisson", 2.95), ("gini", "within", 9.8), ("infant_mortality", "first differences", 1.7)]
    table = pd.DataFrame(
        [*rows, ("infant_mortality", "Poisson", 3.06), ("gdp_growth", "within", np.nan)],
        columns=["regressor", "estimator", "degrees_of_freedom"],
    )
    assert readings.estimators_sentence(table) == (
        "Fewer than 4 degrees of freedom, too few to be trusted, stand behind Poisson (inequality and infant "
        "mortality) and first differences (infant mortality)."
    )
    enough = readings.estimators_sentence(table.assign(degrees_of_freedom=4.0))
    assert enough == "No estimator's interval has fewer than 4 degrees of freedom."


@pytest.mark.parametrize(
    ("fixed_effects", "said", "never"),
    [
        ("two_way", "what is peculiar to a country and what is common to a year", "not what"),
        ("country", "what is peculiar to a country, and not what is common to a year", "beyond what moves all"),
        ("year", "what is common to a year, and not what is peculiar to a country", "with itself"),
        ("none", "holds neither country nor year constant", "with itself"),
    ],
)
def test_what_the_run_holds_constant_is_said_and_nothing_else(fixed_effects, said, never):
    sentence = readings.held_constant_sentence(fixed_effects)
    assert said in sentence
    assert never not in sentence


ESTIMATES = pd.DataFrame(
    [
        ("unemployment_youth", "pooled", 0.9, 0.5, 1.3, "rate"),
        ("unemployment_youth", "country and year effects", 0.3, -0.1, 0.7, "rate"),
        ("unemployment_youth", "within", 0.3, -0.1, 0.7, "rate"),
        ("unemployment_youth", "long differences", np.nan, np.nan, np.nan, "rate"),
        ("gdp_growth", "pooled", -0.2, -0.3, -0.1, "rate"),
        ("gini", "pooled", 0.9, 0.5, 1.3, "rate"),
    ],
    columns=["regressor", "estimator", "estimate", "lower", "upper", "outcome"],
)


def test_every_estimator_is_held_against_the_published_value_and_zero():
    compared = compare_with_published(ESTIMATES, {"unemployment_youth": 0.34, "gdp_growth": -0.24})
    assert compared["estimator"].tolist() == ["pooled", "country and year effects", "pooled"]
    assert compared["holds_published"].tolist() == [False, True, True]
    assert compared["holds_zero"].tolist() == [False, True, False]
    said = readings.published_reading(compared, "rate", ESTIMATES.assign(problem="no pair of years"))
    assert said == (
        "The published +0.34 for youth unemployment lies within the intervals of country and year effects and outside "
        "those of pooled; zero lies outside those of pooled. The published −0.24 for GDP growth lies within the "
        "interval of every estimator (pooled); zero lies outside those of pooled. For youth unemployment long "
        "differences cannot be had: no pair of years."
    )


def test_published_numbers_are_not_compared_with_logs_or_without_their_driver():
    in_logs = compare_with_published(ESTIMATES.assign(outcome="log_rate"))
    assert in_logs.empty
    assert "not compared with log points" in readings.published_reading(in_logs, "log_rate", ESTIMATES)
    gini = ESTIMATES[ESTIMATES["regressor"] == "gini"]
    other = compare_with_published(gini)
    assert "youth unemployment or GDP growth would have to be a driver" in readings.published_reading(
        other, "rate", gini
    )


def specification_rows(regressors, **estimates):
    rows = [
        (name.replace("__", ", ").replace("_", " "), regressor, estimate, observations)
        for name, (estimate, observations) in estimates.items()
        for regressor in regressors
    ]
    table = pd.DataFrame(rows, columns=["specification", "regressor", "estimate", "observations"])
    return table.assign(lower=table["estimate"] - 1, upper=table["estimate"] + 1, outcome="rate")


def test_what_the_country_years_and_what_the_controls_move_are_kept_apart():
    rows = specification_rows(
        ["unemployment_youth", "gini"], alone=(0.3, 790), alone__shared_sample=(0.68, 344), all_together=(0.5, 344)
    )
    said = readings.together_reading(rows)
    assert "youth unemployment goes with +0.68 (−0.32 to +1.68) alone and with +0.50" in said
    assert said.endswith("moves the estimate by +0.38, what is held constant on them by −0.18.")
    assert "goes with +0.680 (" in readings.together_reading(rows.assign(outcome="log_rate"))


def test_without_a_line_beside_others_there_is_nothing_to_keep_apart():
    one = specification_rows(["gini"], alone=(0.3, 790), all_together=(0.5, 344))
    assert readings.together_reading(one).startswith("With one driver in the run")
    parabola = ["log_gdp_per_capita", "log_gdp_per_capita_squared"]
    curve = specification_rows(parabola, alone=(0.3, 790), all_together=(0.5, 344))
    assert readings.together_reading(curve).startswith("Income and its square are one curve, and no other driver")


@pytest.mark.parametrize(
    ("regressors", "said"),
    [
        (["gini"], "Each driver enters in its own unit."),
        (
            ["log_gdp_per_capita", "gdp_per_capita_growth"],
            "Each driver enters in its own unit, income as the logarithm of income over 15,000 dollars. Growth is per "
            "head, of a later release than the growth of the whole economy in the published statement.",
        ),
        (
            ["unemployment_youth"],
            "Each driver enters in its own unit. Youth unemployment is a modelled estimate of the International Labour "
            "Organization, smooth by construction.",
        ),
    ],
)
def test_only_drivers_of_the_run_are_explained(regressors, said):
    assert readings.drivers_sentence(regressors) == said


def test_the_square_and_growth_of_the_economy_are_explained_where_they_are_drivers():
    said = readings.drivers_sentence(["gdp_growth", "log_gdp_per_capita", "log_gdp_per_capita_squared"])
    assert "15,000 dollars, so that next to its square the linear term is the slope at that income." in said
    assert "Growth is that of the whole economy" in said
    assert "unemployment" not in said


def test_a_percentage_beyond_telling_is_infinite_and_its_interval_says_so():
    with np.errstate(all="raise"):
        percent = percent_change(np.array([-800.0, 0.1, 4.6, 4.62, 1e5, np.nan]))
    # 100 (e^0.1 - 1) and 100 (e^4.6 - 1); e^4.62 is more than 101 times.
    np.testing.assert_allclose(percent, [-100, 10.517092, 9848.4316, np.inf, np.inf, np.nan], rtol=1e-7)
    scales = scale_rows(("gini", "levels", "rate", -1, 2, 0.3), ("gini", "levels", "log rate", 0.1, 9.0, 0.01))
    said = readings.scales_reading(scales.assign(percent_upper=np.inf))
    assert "to over +10,000: the interval reaches beyond +10,000% and is too wide to mean anything" in said
