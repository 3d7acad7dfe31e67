"""Folds keep countries and years apart."""

import numpy as np
import pytest

from citizen_security.paradox.what_predicts_homicide.folds import country_folds, forward_folds
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.paradox.what_predicts_homicide.rows import next_year_rows


def test_no_country_is_learnt_from_and_predicted_at_once(unseen):
    folds = country_folds(unseen, 7, 1)
    countries = unseen["iso3"].to_numpy()
    for fold in folds:
        assert not set(countries[fold.train]) & set(countries[fold.test])
    np.testing.assert_array_equal(np.sort(np.concatenate([fold.test for fold in folds])), np.arange(len(unseen)))
    assert len(country_folds(unseen, 99, 1)) == unseen["iso3"].nunique()


@pytest.mark.parametrize("horizon", [1, 3])
def test_a_forecast_learns_only_from_outcomes_known_at_its_origin(panel, horizon):
    rows = next_year_rows(panel, WhatPredictsHomicide.from_values({"horizon": horizon}))
    for fold in forward_folds(rows, 2008):
        assert (rows["target_year"].iloc[fold.train] <= int(fold.name)).all()
        assert (rows["target_year"].iloc[fold.test] == int(fold.name) + horizon).all()
    rate = panel.set_index(["iso3", "year"])["log_rate"]
    for _, row in rows.sample(20, random_state=1).iterrows():
        assert row["target"] == rate[(row["iso3"], row["target_year"])]
        assert row["last_value"] == rate[(row["iso3"], row["year"])]
        so_far = rate[row["iso3"]].loc[: row["year"]].dropna()
        assert row["mean_to_date"] == pytest.approx(so_far.mean())
        if len(so_far) > 1:
            assert row["latest_change"] == pytest.approx(so_far.iloc[-1] - so_far.iloc[-2])
