"""What the fits say, worked by hand."""

import numpy as np
import pytest
from cities.city_panels import made_fit

from citizen_security.cities.city_trends.summaries import chance_share, city_series, variance_split


def test_the_variance_split_of_a_table_worked_by_hand():
    # Two countries (log rates about 1 and 3), cities ±0.5 of theirs, years ±0.2, one city rising while the other falls.
    own = np.array([[-1.0, 1.0], [1.0, -1.0]]) * 0.1
    base = np.array([[0.5], [-0.5]]) + np.array([-0.2, 0.2]) + own
    split = variance_split([made_fit([1 + base]), made_fit([3 + base], "MEX")]).iloc[0]
    total = 1 + 0.25 + 0.04 + 0.01
    expected = {"country": 1, "city": 0.25, "year": 0.04, "city_trend": 0.01, "city_wave": 0, "remainder": 0.01}
    for name, value in expected.items():
        assert split[name] == pytest.approx(value / total, abs=1e-6), name


def test_one_country_has_no_variance_between_countries(fitted):
    split = variance_split([fitted[0]])
    assert split["country"].max() < 1e-9
    np.testing.assert_allclose(split[["country", "city", "year", "remainder"]].sum(axis=1), 1)


def test_chance_has_the_share_that_its_variance_gives():
    # Counts of 100 everywhere: chance has a variance of 0.01; risks of two cities ±0.1 as well.
    rates = np.log(100) + np.array([[0.1, 0.1], [-0.1, -0.1]])
    assert chance_share([made_fit([rates])]).tolist() == pytest.approx([0.5], abs=0.01)


def test_series_stand_beside_their_city(fitted):
    series = city_series([fitted[0]], 0.9)
    panel = fitted[0].panel
    row = series.query("label == '00007' and year == 2005").iloc[0]
    assert row["homicides"] == panel.homicides[7, list(panel.years).index(2005)]
    assert row["lower"] < row["rate"] < row["upper"]
