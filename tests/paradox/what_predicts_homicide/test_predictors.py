"""What may predict is not made of homicide and not taken from later years."""

import numpy as np

from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.paradox.what_predicts_homicide.predictors import (
    block_columns,
    columns_of,
    known_predictors,
)


def test_no_predictor_is_made_of_homicide(panel):
    used = columns_of(block_columns(WhatPredictsHomicide()))
    made_of_homicide = ("homicide", "convict", "rate", "count", "rule_of_law", "life_expectancy", "human_development")
    assert not [name for name in used if name.startswith(made_of_homicide)]


def test_a_figure_is_carried_forward_never_back_and_not_for_ever(panel):
    given = panel[panel["iso3"] == "BRA"].copy()
    given.loc[:, "gini"] = np.where(given["year"] == 2000, 55.0, np.nan)
    known = known_predictors(given, WhatPredictsHomicide.from_values({"carry_forward": 3})).set_index("year")["gini"]
    assert known.dropna().index.tolist() == [2000, 2001, 2002, 2003]
    alone = known_predictors(given, WhatPredictsHomicide.from_values({"carry_forward": 0})).set_index("year")["gini"]
    assert alone.dropna().index.tolist() == [2000]
