"""Cities of a list: what is left without one, and their raw rates."""

import numpy as np


def test_a_city_left_out_takes_all_that_is_its_own_and_leaves_its_country(three):
    others = three.without(1)
    assert others.homicides.tolist() == [105, 2_400]
    assert others.country_index.tolist() == [0, 2]
    assert len(others.cut_off_homicides) == len(others.person_years) == 2
    assert others.countries == 3


def test_log_rates_are_per_100000_person_years(three):
    np.testing.assert_allclose(np.exp(three.log_rates), [43.75, 500 / 7, 60.0])
