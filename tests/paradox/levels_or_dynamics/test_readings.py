"""Sentences that follow the tables, also where these are turned round."""

import pandas as pd
import pytest

from citizen_security.paradox.levels_or_dynamics import readings

CHECKS = ("regressor", "estimator", "kind", "white", "independent", "serial_p")


def checks(*rows):
    return pd.DataFrame(rows, columns=list(CHECKS)).assign(confidence_level=0.9)


def effects(*rows, outcome="rate"):
    names = ["regressor", "estimator", "kind", "effect", "estimate", "lower", "upper", "observations"]
    return pd.DataFrame(rows, columns=names).assign(outcome=outcome, confidence_level=0.9)


LEVEL = ("gini", "two-way effects", "levels")
CHANGE = ("gini", "first differences", "dynamics")

VERDICTS = {
    "dynamics": (
        (False, 0.01),
        (True, 0.4),
        "check of serial correlation, which speaks for dynamics.",
    ),
    "levels": (
        (True, 0.3),
        (False, 0.01),
        "check of serial correlation, which speaks for levels.",
    ),
    "both": ((True, 0.3), (True, 0.4), "which decides nothing"),
    "neither": ((False, 0.01), (False, 0.01), "none of their intervals can be relied on"),
    "only one kind": ((True, 0.3), (False, None), "the sample carries no estimator of the other kind"),
}


@pytest.mark.parametrize(("level", "change", "words"), VERDICTS.values(), ids=VERDICTS)
def test_the_verdict_turns_with_the_checks(level, change, words):
    table = checks((*LEVEL, level[0], True, level[1]), (*CHANGE, change[0], True, change[1]))
    verdict = readings.levels_or_dynamics_verdict(table)
    assert words in verdict
    assert verdict.startswith("For inequality ")
    assert "Tests at the 10% significance level; to pass means that no serial correlation is found" in verdict


def test_the_verdict_counts_how_many_estimators_pass():
    def verdict(*white):
        rows = [("gini", f"d{place}", "dynamics", passes, True, 0.1) for place, passes in enumerate(white)]
        return readings.levels_or_dynamics_verdict(checks((*LEVEL, False, True, 0.01), *rows))

    assert "and 1 of 3 estimators of dynamics pass" in verdict(True, False, False)
    assert "and all 3 estimators of dynamics pass" in verdict(True, True, True)
    nothing = checks((*LEVEL, False, True, None), (*CHANGE, False, True, None))
    assert "no estimator can be checked" in readings.levels_or_dynamics_verdict(nothing)


def test_drivers_with_one_verdict_share_its_sentence():
    table = checks(
        (*LEVEL, False, True, 0.01), (*CHANGE, True, True, 0.4),
        ("gdp_growth", *LEVEL[1:], False, True, 0.01), ("gdp_growth", *CHANGE[1:], True, True, 0.4),
    )  # fmt: skip
    assert readings.levels_or_dynamics_verdict(table).startswith(
        "For inequality and GDP growth 0 of 1 estimators of levels"
    )


def test_checks_are_counted_by_kind_and_those_that_pass_both_named():
    table = checks(
        (*LEVEL, False, True, 0.01), (*CHANGE, True, True, 0.4), ("gini", "lag", "dynamics", True, False, 0.5)
    )
    assert readings.checks_reading(table) == (
        "Inequality: the check of serial correlation is passed by 0 of 1 estimators of levels and all 2 estimators of "
        "dynamics. Both it and the check of dependence across countries are passed by first "
        "differences."
    )


PUBLISHED = {
    "inside and zero": ((0.1, -0.1, 0.5), "within every interval (two-way effects)", "includes zero, too"),
    "inside and no zero": ((0.3, 0.1, 0.5), "within every interval", "those of two-way effects leave out zero"),
    "outside": ((0.1, -0.1, 0.3), "In levels the published 0.34 lies outside every interval (two-way effects)", ""),
}


@pytest.mark.parametrize(("numbers", "words", "zero"), PUBLISHED.values(), ids=PUBLISHED)
def test_the_published_value_is_sought_in_every_interval(numbers, words, zero):
    rows = effects(("unemployment_youth", "two-way effects", "levels", "same year", *numbers, 90))
    table = checks(("unemployment_youth", "two-way effects", "levels", False, True, 0.01))
    found = readings.published_reading(rows, table, "unemployment_youth")
    assert words in found
    assert zero in found
    assert ("includes zero" in found) == (zero == "includes zero, too")
    assert found.endswith("The check of serial correlation is passed by none.")


def test_the_same_year_and_the_long_run_are_told_apart():
    rows = effects(
        ("gdp_growth", "two-way effects", "levels", "same year", -0.1, -0.3, 0.1, 90),
        ("gdp_growth", "lagged outcome", "dynamics", "same year", 0.0, -0.1, 0.1, 80),
        ("gdp_growth", "lagged outcome", "dynamics", "long run", -0.5, -0.9, -0.1, 80),
        ("gdp_growth", "first differences", "dynamics", "same year", 0.0, -0.4, 0.1, 80),
    )
    table = checks(("gdp_growth", "lagged outcome", "dynamics", True, True, 0.5))
    assert readings.published_reading(rows, table, "gdp_growth") == (
        "In levels the published −0.24 lies within every interval (two-way effects). In dynamics, for the same "
        "year's effect the published −0.24 lies within the interval of first differences, and outside that of "
        "lagged outcome. In dynamics, for the long run the published −0.24 lies within every interval (lagged "
        "outcome). Of the intervals that include it, those of lagged outcome in the long run leave out zero. The "
        "check of serial correlation is passed by lagged outcome."
    )


def test_estimates_are_told_from_smallest_to_largest_with_signs():
    rows = effects(
        (*LEVEL, "same year", 0.5, 0.1, 0.9, 90), (*CHANGE, "same year", -0.25, -0.6, 0.1, 80), outcome="log_rate"
    )
    assert readings.effects_reading(rows) == (
        "Inequality: in the same year from −0.250 (first differences) to +0.500 (two-way effects). Intervals that "
        "leave out zero are those of two-way effects."
    )
    assert readings.effects_reading(rows.iloc[1:]).endswith("Every interval includes zero.")
    both = effects((*CHANGE, "same year", 0.1, -0.2, 0.4, 80), (*CHANGE, "long run", 6.0, -1.0, 13.0, 80))
    assert readings.effects_reading(both).startswith(
        "Inequality: in the same year from +0.10 (first differences) to +0.10 (first differences) and in the long run "
        "from +6.00"
    )
    assert readings.kept_reading(rows) == "Inequality: 90 country-years, of which first differences keeps 80."
    assert readings.kept_reading(rows.assign(observations=70)) == "Inequality: 70 country-years by every estimator."


def test_persistence_tells_which_series_have_unit_roots():
    names = ["series", "countries", "estimate", "persistence", "at_one", "cips_p"]
    table = pd.DataFrame(
        [("rate", 20, 0.8, 0.95, 9, 0.3), ("gdp_growth", 18, -0.1, -0.05, 0, 0.01), ("gini", 15, 0.9, 1.0, 15, None)],
        columns=names,
    ).astype({"cips_p": float})
    found = readings.persistence_reading(table, 0.95)
    assert "the homicide rate 0.95, GDP growth −0.05 and inequality 1.00" in found
    assert "in 9 of 20 countries" in found
    assert (
        "a unit root in every one of them, and rejects this, which speaks for a mean in some countries, not "
        "necessarily in all, for GDP growth (p = 0.010). It does not reject this for the homicide rate (p = 0.300)"
        in found
    )
    assert found.endswith("Too few unbroken years for it: inequality.")
    silent = readings.persistence_reading(table.iloc[:1], 0.95)
    assert "a unit root in every one of them, and does not reject this for the homicide rate" in silent
    assert "does not reject" not in readings.persistence_reading(table.iloc[:1], 0.5)


def test_chance_is_told_as_a_range_over_drivers():
    names = ["regressor", "form", "path", "false_independent", "false_crv1", "false_cr2", "p_chance"]
    rows = [
        ("gini", "levels", "autoregression", 0.5, 0.07, 0.01, 0.4),
        ("gdp_growth", "levels", "autoregression", 0.1, 0.03, 0.01, 0.02),
        ("gini", "levels", "random walk", 0.9, 0.9, 0.9, 0.9),
        ("gini", "changes", "autoregression", 0.06, 0.05, 0.04, 0.8),
    ]
    table = pd.DataFrame(rows, columns=names).assign(confidence_level=0.95)
    assert readings.chance_reading(table) == (
        "Of simulated drivers that have nothing to do with homicide, 10.0% to 50.0% pass for an effect with errors "
        "taken for independent, 3.0% to 7.0% with errors clustered by country (CRV1), and 1.0% with clustered errors "
        "freed of their bias (CR2), where 5% should. In first differences "
        "6.0% pass with errors taken for independent, and 4.0% with CR2."
    )
    assert readings.by_chance_sentence(table) == (
        "Of drivers made up to mean nothing, with the same memory, so many do as well as the real one: inequality 40% "
        "and GDP growth 2%. Looked at as one of two drivers, GDP growth is told from chance."
    )
    for reading in (readings.chance_reading, readings.by_chance_sentence):
        assert reading(table.iloc[:0]).startswith("No sample")


@pytest.mark.parametrize(
    ("p_values", "said"),
    [
        # Holm doubles the smaller of two.
        ((0.026, 0.3), "inequality 3% and GDP growth 30%. Looked at as one of two drivers, none is told from chance."),
        ((0.001, 0.004), "below 1%. Looked at as one of two drivers, inequality and GDP growth are told from chance."),
        ((0.05,), "inequality 5%. None is told from chance."),
        ((0.0499,), "inequality 5%. Inequality is told from chance."),
    ],
)
def test_who_is_told_from_chance_follows_the_number_of_drivers(p_values, said):
    rows = [(name, "levels", "autoregression", p) for name, p in zip(("gini", "gdp_growth"), p_values, strict=False)]
    table = pd.DataFrame(rows, columns=["regressor", "form", "path", "p_chance"]).assign(confidence_level=0.95)
    assert readings.by_chance_sentence(table).endswith(said)


def against_chance(*rows, level=0.95):
    names = ["regressor", "false_cr2", "p_quoted", "p_chance"]
    table = pd.DataFrame(rows, columns=names).assign(form="levels", path="autoregression", confidence_level=level)
    return readings.chance_against_quoted_reading(table)


def test_quoted_p_values_stand_beside_chance_and_the_two_are_reconciled():
    assert against_chance(("unemployment_youth", 0.008, 0.062, 0.018), ("gini", 0.02, 0.4, 0.3)) == (
        "P-values in levels as quoted (errors CR2), by chance, and by chance corrected for the number of drivers (by "
        "Holm's method): youth "
        "unemployment 0.062, 0.018 and 0.036; inequality 0.400, 0.300 and 0.300. CR2 finds less than the 5% that it "
        "may, so the quoted intervals are cautious here. Quoted intervals include zero where chance leaves it out for "
        "youth unemployment. Corrected, youth unemployment stays below 5%."
    )


def test_the_reconciliation_turns_with_the_run():
    bold = against_chance(("gini", 0.3, 0.01, 0.2), ("gdp_growth", 0.2, 0.5, 0.6), level=0.9)
    assert "CR2 finds the 10% that it may, or more, so the quoted intervals are not cautious here" in bold
    assert "leave out zero where chance does not for inequality" in bold
    assert bold.endswith("Corrected, none stays below 10%.")
    assert "the 5% that it may, or more" in against_chance(("gini", 0.05, 0.05, 0.05))
    mixed = against_chance(("gini", 0.3, 0.4, 0.5), ("gdp_growth", 0.02, 0.5, 0.6))
    assert "cautious at the 5% level for inequality" not in mixed
    assert "cautious at the 5% level for GDP growth, not for inequality. Both judge every driver alike." in mixed


def test_responses_are_told_at_once_and_at_the_end():
    names = ["regressor", "horizon", "estimate", "lower", "upper"]
    table = pd.DataFrame([("gini", 0, 0.5, 0.1, 0.9), ("gini", 1, 0.1, -0.3, 0.5)], columns=names).assign(
        outcome="rate"
    )
    assert readings.responses_reading(table) == (
        "Inequality: +0.50 in the same year (0.10 to 0.90) and +0.10 after 1 year (−0.30 to 0.50)."
    )
    assert readings.responses_reading(table.assign(estimate=float("nan"))) == "Inequality: too few consecutive years."
