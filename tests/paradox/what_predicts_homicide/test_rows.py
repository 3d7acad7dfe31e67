"""Rows to be predicted."""

import numpy as np
import pandas as pd
import pytest
from paradox.prediction_settings import QUICK

from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.paradox.what_predicts_homicide.rows import unseen_country_rows, world_means


def test_only_country_years_with_poverty_are_compared_unless_asked_otherwise(panel, unseen):
    assert unseen[list(QUICK.poverty_measures)].notna().all(axis=None)
    every = unseen_country_rows(
        panel, WhatPredictsHomicide.from_values({"require_poverty": False}), pd.Series(dtype=float)
    )
    assert len(every) == panel["log_rate"].notna().sum()


def test_the_rest_of_the_world_leaves_out_who_is_to_be_predicted():
    world = pd.DataFrame({"iso3": ["A", "B", "C", "A"], "year": [2000] * 3 + [2001], "homicide_rate": [9.0, 1, 4, 9]})
    assert world_means(world, ["A"], "rate").to_dict() == {2000: 2.5}
    assert world_means(world, ["A"], "log_rate")[2000] == pytest.approx(np.log(4) / 2)
    assert world_means(world.assign(homicide_rate=[9.0, 0, 4, 9]), ["A"], "log_rate")[2000] == pytest.approx(np.log(4))
