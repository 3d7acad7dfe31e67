"""What the notebook records is what its room computed, under the names that pages read."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from citizen_security.cities.city_homicide import headline
from citizen_security.cities.city_homicide.cut_off_simulation import WITH, WITHOUT
from citizen_security.cities.city_homicide.level_grid import GridFit
from citizen_security.cities.city_homicide.model_comparison import Comparison
from citizen_security.cities.city_homicide.parameters import CityHomicide


def by_name(values):
    return {value.name: value for value in values}


def test_the_list_is_counted_with_its_flags(small_sample):
    table = pd.DataFrame({"is_lac": [True, True, False], "flags": [None, "odd", None]})
    values = by_name(headline.list_values(table, small_sample, 0.75, 0.9))
    assert [values[name].value for name in ("cities_in_table", "listed_in_lac", "flagged_rows")] == [3, 2, 1]
    assert values["cities_in_sample"].value == values["fewest_homicides"].n == len(small_sample.cities)
    assert values["fewest_homicides"].value == small_sample.homicides.min()
    assert "exact 90% intervals" in values["overlapping_pairs"].label


def test_the_first_city_is_said_no_more_surely_than_the_draws_allow():
    ranks = pd.DataFrame({"label": ["A", "B"], "probability_first": [0.0, 1.0], "rank_width": [1, 3]})
    rates = pd.DataFrame({"change_percent": [-4.0, 2.0]})
    values = by_name(headline.city_values(rates, ranks, CityHomicide(effort="quick")))
    assert values["top_city"].value == "B"
    assert values["top_city_probability_said"].value == "more than 99%"
    assert (values["rank_interval_width_median"].value, values["shrinkage_median"].value) == (2, 3)


def test_every_level_has_its_interval(small_sample, priors):
    levels = pd.DataFrame({"median": 2.0, "lower": 1.0, "upper": 3.0}, index=list(headline.LEVELS))
    *values, said = headline.level_values(levels, small_sample, priors, 0.8)
    assert [value.name for value in values] == list(headline.LEVELS)
    assert all((value.value, value.interval) == (2.0, (1.0, 3.0)) for value in values)
    assert values[0].label.endswith("median; 80% credible interval")
    assert (said.name, "2.00 (1.00 to 3.00) between countries" in said.value) == ("levels_sentence", True)


def test_of_one_country_what_takes_two_is_missing_with_the_reason(small_sample, priors):
    levels = pd.DataFrame({"median": 2.0, "lower": 1.0, "upper": 3.0}, index=["between_city_deviation"])
    found, *missing, said = headline.level_values(levels, small_sample, priors, 0.8)
    assert (found.name, found.value) == ("between_city_deviation", 2)
    assert [each.names for each in missing] == [
        "overall_rate", "between_country_deviation", "country_share_of_variance",
    ]  # fmt: skip
    assert all("one country" in each.reason for each in missing)
    assert "between countries" not in said.value


def test_orders_are_counted_in_the_draws(small_sample):
    log_rates = np.log(small_sample.cities["raw_rate"].to_numpy())
    draws = xr.Dataset({"log_city_rate": (("chain", "draw", "city"), np.tile(log_rates, (1, 50, 1)))})
    posterior = xr.DataTree.from_dict({"posterior": draws})
    pairs = pd.DataFrame(np.eye(4))
    values = by_name(headline.order_values(posterior, small_sample, pairs, 0.5, CityHomicide()))
    assert values["certain_neighbours"].value == values["certain_neighbours"].n == 11
    assert "all 11 pairs" in values["neighbours_sentence"].value
    assert values["pair_probability_said"].value == "more than 99.9%"
    assert (values["certain_pairs"].value, values["certain_pairs"].n) == (0.5, 6)
    low, high = values["pair_ratio"].interval
    assert low == high == pytest.approx(np.exp(np.diff(np.sort(log_rates))[-1]))


def test_other_cities_below_the_lowest_rate_are_counted(small_sample):
    observed = pd.Series({"lowest_rate": 1e-6})
    new = np.zeros((4, len(small_sample.cities)), int)
    new[:3] = 1_000
    values = by_name(headline.check_values(observed, new, pd.Series([True, False]), small_sample, 0.9))
    assert values["replicated_below_lowest"].value == 0.25
    assert values["leave_in_coverage"].value == 0.5


def test_the_largest_change_under_other_priors_is_said():
    sensitivity = pd.DataFrame({"largest_change_percent": [0.0, 3.0], "grid_error": [0.01, 0.02]})
    fits, lists = [GridFit(None, 0.0, {}, 0.035)], pd.DataFrame({"grid_error": [0.012, 0.03]})
    values = by_name(headline.fit_values(sensitivity, fits, lists, 500))
    assert [values[name].value for name in ("sensitivity_largest_change", "posterior_draws")] == [3, 500]
    assert values["grid_sentence"].value.startswith("In none of the 5 fits")
    assert values["grid_sentence"].value.endswith("more than 0.035.")


def test_the_bias_without_the_rule_and_that_with_it_are_not_mixed_up():
    bias = pd.DataFrame(
        {
            "bias": [0.9, 0.1],
            "bias_lower": [0.8, 0.0],
            "bias_upper": [1.0, 0.2],
            "lists": 12,
            "covered": [0.3, 0.95],
            "covered_lower": [0.2, 0.9],
            "covered_upper": [0.4, 1.0],
        },
        index=[WITHOUT, WITH],
    )
    values = by_name(headline.simulation_values(42.4, bias, 0.95))
    assert values["selection_ratio_without"].value == pytest.approx(2.46, abs=0.005)  # e to the 0.9
    assert values["selection_ratio_with"].interval == pytest.approx((1.0, 1.221), abs=0.001)
    assert (values["selection_coverage_without"].value, values["selection_coverage_with"].value) == (0.3, 0.95)
    assert values["simulated_lists"].value == 12
    assert values["simulated_lists_reading"].value == "The brackets say what twelve lists leave open."
    assert headline.say_lists(4).startswith("Shares of four lists are rough")


def test_what_the_rule_changes_is_in_per_cent(small_sample):
    shifted = pd.DataFrame(
        {"rate_without_lower": [10.0, 40.0], "rate_without_upper": [20.0, 80.0],
         "rate_with_lower": [5.0, 20.0], "rate_with_upper": [20.0, 320.0]}
    )  # fmt: skip
    values = by_name(headline.rule_values((10.0, 20.0, 30.0), shifted, 0.05, small_sample, 0.9))
    # Two and four doublings where there was one.
    assert values["country_interval_widening"].value == pytest.approx(3)
    assert values["selection_largest_city_change"].value == pytest.approx(5)
    assert "3.0 times as wide" in values["rule_sentence"].value


def test_models_are_compared_city_by_city():
    elpd = {"Poisson": [-5.0, -6.0], "Poisson, with the rule": [-4.0, -4.0], "negative binomial": [-5.5, -6.5]}
    elpd["negative binomial, with the rule"] = [-4.0, -5.0]
    cities = pd.DataFrame(
        [{"model": name, "city": city, "elpd": value, "refitted": city == 1 and name == "Poisson"}
         for name, values in elpd.items() for city, value in enumerate(values)]
    )  # fmt: skip
    models = pd.DataFrame({"model": list(elpd), "elpd": [sum(v) for v in elpd.values()], "maximum_pareto_k": 0.4})
    spread = pd.DataFrame({"narrowing": [0.1, 0.6]}, index=["extra_deviation", "total_deviation"])
    values = by_name(headline.comparison_values(Comparison(models, cities, 0.7), spread))
    assert values["elpd_negative_binomial_over_poisson"].value == -1
    assert values["elpd_negative_binomial_error"].value == 0  # both cities lose half a point
    assert values["elpd_negative_binomial_with_rule"].value == -1
    assert values["elpd_negative_binomial_with_rule_error"].value == pytest.approx(1)
    assert values["left_out_sentence"].value.startswith("1 of 8 figures, whose k is above 0.70")
    assert values["spread_reading"].value == (
        "The interval of the extra spread is 10% narrower than the prior's, that of both together 60% narrower: the "
        "counts say more of the sum than of the split."
    )


def test_an_interval_wider_than_the_priors_is_called_so():
    said = headline.say_spread(0.3, -0.1)
    assert "both together 10% wider" in said
    assert said.endswith("the counts say no more of the sum than of the split.")
