"""Rules carry forward what they say, and know their own errors before."""

import numpy as np
import pytest
from cities.city_panels import panel_of, simulate

from citizen_security.cities.city_trends import rules


def test_past_errors_of_the_last_value_are_differences_of_log_rates():
    homicides = np.array([[10.0, 20.0, 40.0, 30.0]]) - 0.5
    panel = panel_of(homicides, np.full((1, 4), 1e5), np.array([2001, 2002, 2003, 2005]))
    one, two = (rules.point_forecast(panel, rules.LAST_VALUE, horizon, 3) for horizon in (1, 2))
    np.testing.assert_allclose(one.errors, [np.log([2, 2])])  # nothing is a year before 2005
    np.testing.assert_allclose(two.errors, [np.log([4, 0.75])])
    assert one.centre[0] == pytest.approx(np.log(30 / 1e5))


def test_a_rolling_mean_pools_counts_and_people():
    panel = panel_of(
        np.array([[10.0, 20.0, 40.5, 9.5]]), np.array([[1e5, 2e5, 3e5, 4e5]]), np.array([2001, 2002, 2003, 2004])
    )
    found = rules.point_forecast(panel, rules.ROLLING_MEAN, 1, 2)
    assert found.centre[0] == pytest.approx(np.log(50.5 / 7e5))
    np.testing.assert_allclose(
        found.errors, [[np.log(41 / 3e5) - np.log(30.5 / 3e5), np.log(10 / 4e5) - np.log(61 / 5e5)]]
    )


def test_where_the_last_count_is_missing_the_one_before_is_carried_forward():
    panel = panel_of(np.array([[10.0, 20.0, np.nan]]), np.full((1, 3), 1e5), np.array([2001, 2002, 2003]))
    found = rules.point_forecast(panel, rules.LAST_VALUE, 1, 3)
    assert found.centre[0] == pytest.approx(np.log(20.5 / 1e5))
    assert np.isnan(found.errors).tolist() == [[False, True]]


def test_tuned_rules_see_log_rates_with_half_a_homicide_added():
    panel, _ = simulate(np.random.default_rng(1), cities=9)
    scaled = panel_of(2 * panel.homicides + 0.5, 2 * panel.person_years, panel.years)
    for name in rules.CENTRED:
        one, other = (rules.point_forecast(each, name, 2, 3) for each in (panel, scaled))
        np.testing.assert_allclose(one.centre, other.centre)
        np.testing.assert_allclose(one.errors, other.errors)


def test_cities_are_in_thirds_by_their_homicides():
    homicides = np.array([[5.0], [50.0], [500.0], [7.0], [70.0], [700.0]])
    groups = rules.size_groups(panel_of(homicides, np.full((6, 1), 1e6), np.array([2001])))
    assert groups.tolist() == [0, 1, 2, 0, 1, 2]


def test_each_rule_forecasts_the_cities_that_have_a_count_from_the_errors_of_their_third():
    panel, _ = simulate(np.random.default_rng(4), cities=9)
    came, people = panel.homicides[:, -1].copy(), np.full(9, 4e5)
    came[3] = np.nan
    found = {
        name: (drawn, score)
        for name, drawn, score in rules.forecast_by_rules(panel, 1, 3, came, people, np.random.default_rng(1))
    }
    assert list(found) == list(rules.RULES)
    for name, (drawn, score) in found.items():
        assert drawn.shape == (rules.RULE_DRAWS, 8)
        assert np.isfinite(score).all()
        forecast = rules.point_forecast(panel, name, 1, 3)
        group = rules.size_groups(panel) == rules.size_groups(panel)[0]
        drift = 0.0 if name in rules.CENTRED else np.nanmean(forecast.errors[group])
        # The mean log of a thousand draws has an error of a percent or two.
        logs = np.log(drawn[:, 0] + 0.5) - np.log(4e5)
        assert logs.mean() == pytest.approx(forecast.centre[0] + drift, abs=4 * logs.std() / np.sqrt(rules.RULE_DRAWS))
