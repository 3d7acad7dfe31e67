"""What the notebook records of all municipalities: of a brought table, of a simulated country, of constant risk."""

import pandas as pd
from cities.every_municipality.brought import table

from citizen_security.cities.every_municipality import headline
from citizen_security.cities.every_municipality.source import Source
from citizen_security.cities.every_municipality.table import build_panel
from citizen_security.values import Missing, Value


def by_name(values):
    return {value.name: value for value in values if isinstance(value, Value)}


def missing(values):
    return {value.names: value.reason for value in values if isinstance(value, Missing)}


def checks(within, drift, probabilities):
    return pd.DataFrame(
        {"observed": [within, drift], "replicated": [1.0, 1.1], "probability": probabilities},
        index=["variation within years", "drift of places"],
    )


def test_a_brought_table_is_named_with_its_checksum_and_a_simulated_one_has_none():
    frame = table(places=4, years=2)
    panel = build_panel(frame)
    brought = by_name(headline.table_values(Source(frame, None, "brought.csv", "abc", (), ("odd",)), panel, 0.9))
    assert brought["table_sha256"].value == "abc"
    assert brought["table_reading"].value.startswith("Brought.csv: four places, two groups of places, two years and ")
    assert brought["table_reading"].value.endswith("12% of all pairs of place and year counted none.")
    assert (brought["places"].value, brought["years"].value) == (4, 2)
    # Only the first place's first year counts none.
    assert (brought["place_years_without"].value, brought["place_years_without"].n) == (1 / 8, 8)
    simulated = by_name(headline.table_values(Source(frame, None, "simulated", ""), panel, 0.9))
    assert "table_sha256" not in simulated


def test_a_deviation_that_the_table_cannot_have_is_missing_with_the_reason():
    levels = pd.DataFrame({"median": 2.0, "lower": 1.0, "upper": 3.0}, index=["overall_rate", "place_deviation"])
    values = headline.level_values(levels, 3, 0.9)
    assert "one group" in missing(values)["group_deviation*"]
    assert by_name(values)["place_deviation"].interval == (1.0, 3.0)


def test_a_failed_check_says_that_the_simple_model_is_not_to_be_believed():
    panel = build_panel(table(places=4, years=2))
    values = by_name(headline.check_values(checks(1.5, 2.5, [0.4, 0.01]), panel))
    assert (values["variation_within_years"].value, values["drift_of_places"].value) == (1.5, 2.5)
    verdict = values["check_verdict"].value
    assert verdict.startswith("The model of constant risk fails its own check")
    assert "variation within years 1.50 and drift of places 2.50; 1.00 and 1.10 in tables that the" in verdict
    assert verdict.endswith("1.00 and 1.10 in tables that the model draws.")


def test_a_passed_check_says_so_and_one_year_has_no_drift():
    one_year = build_panel(table(places=4, years=1))
    values = headline.check_values(checks(1.05, 0.0, [0.3, 1.0]), one_year)
    verdict = by_name(values)["check_verdict"].value
    assert verdict.startswith("The model of constant risk passes its check: variation within years 1.05; 1.00 in")
    assert "drift" not in verdict
    assert "single year" in missing(values)["drift_of_places*"]


def test_counts_that_vary_less_than_chance_fail_too():
    verdict = headline.say_check(checks(0.3, 1.0, [0.99, 0.6]))
    assert "not to be believed" in verdict
    assert verdict.endswith("A table that varies less than chance has smoothed, copied or rounded counts.")


def test_without_a_model_of_constant_risk_its_values_are_missing_with_the_reason():
    values = headline.constant_missing("it was not asked for.")
    assert missing(values)["overall_rate*"] == missing(values)["drift_of_places*"] == "it was not asked for"
    assert by_name(values)["check_verdict"].value == "This run has no model of constant risk: it was not asked for."


def test_coverage_is_that_of_all_places_and_errors_those_of_the_smallest():
    recovery = pd.DataFrame(
        {"places": [10, 30], "covered": [0.8, 1.0], "raw_error": [9.0, 1.0], "model_error": [3.0, 1.0]}
    )
    values = by_name(headline.recovery_values(recovery, (0.95, (0.9, 0.99)), 0.9))
    assert (values["covered"].value, values["covered"].interval, values["covered"].n) == (0.95, (0.9, 0.99), 40)
    assert (values["smallest_raw_error"].value, values["smallest_model_error"].n) == (9.0, 10)


def test_without_a_truth_nothing_is_said_of_coverage():
    values = missing(headline.recovery_values(None, None, 0.9))
    assert values["covered*"] == values["smallest_*"] == "the table was brought, and its true risks are not known"
