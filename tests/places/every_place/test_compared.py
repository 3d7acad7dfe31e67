"""Places beside those of their fit, changes by fit, widths of ranks, and one place alone."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.places.every_place import compared, summaries
from citizen_security.places.every_place.parameters import EveryPlace

PARAMETERS = EveryPlace(place="NOW-001", credible_level=0.9, since=2001)
HOLDS = pd.DataFrame({"fit": ["cities of Nowhere"], "model_holds": [True], "covered": [0.9]})


@pytest.fixture(scope="module")
def tables(made):
    rows, fit = made
    return summaries.place_tables(rows, [fit], HOLDS, PARAMETERS)


def test_the_places_of_a_fit_stand_beside_each_other_by_risk(tables, made):
    rows, _ = made
    beside = compared.compared_places(tables, PARAMETERS)
    assert beside["key"].tolist() == ["NOW-002", "NOW-001", "NOW-000"]
    assert beside["chosen"].tolist() == [False, True, False]
    own = beside[beside["chosen"]].iloc[0]
    assert own["published_year"] == 2002
    rate = rows[(rows["key"] == "NOW-001") & (rows["year"] == 2002)]["rate"].item()
    assert own["published"] == pytest.approx(rate, abs=5e-4)
    now = tables.now.set_index("key").loc["NOW-001"]
    assert own[["value", "value_lower", "value_upper"]].tolist() == now[["risk", "risk_lower", "risk_upper"]].tolist()
    assert own[["since", "until"]].tolist() == [2001, 2002]


def test_a_place_without_an_earlier_figure_stays_without_a_change(made):
    rows, fit = made
    parameters = EveryPlace(place="NOW-001", credible_level=0.9, since=2002)
    tables = summaries.place_tables(rows, [fit], HOLDS, parameters)
    beside = compared.compared_places(tables, parameters).set_index("key")
    assert beside["change_percent"].isna().to_dict() == {"NOW-002": False, "NOW-001": True, "NOW-000": False}
    assert compared.changes_by_fit(tables)["places"].tolist() == [2]


def test_places_that_surely_moved_are_counted_by_fit(tables):
    row = compared.changes_by_fit(tables).iloc[0]
    # The first place rose in every draw; nothing moved in the others.
    assert row[["fell", "rose", "not_sure", "places"]].tolist() == [0, 1, 2, 3]
    fallen = summaries.PlaceTables(
        tables.places, tables.years, tables.now,
        tables.changes.assign(lower=-tables.changes["upper"], upper=-tables.changes["lower"]),
    )  # fmt: skip
    assert compared.changes_by_fit(fallen).iloc[0][["fell", "rose"]].tolist() == [1, 0]


def test_a_width_of_a_rank_is_that_of_its_interval(tables):
    now = tables.now.assign(rank_lower=[1, 2, 3], rank_upper=[3, 2, pd.NA], rank=[2.0, 2.0, pd.NA])
    widths = compared.rank_widths(summaries.PlaceTables(tables.places, tables.years, now, tables.changes))
    assert widths["width"].tolist() == [2, 0]
    assert widths["kind"].tolist() == ["city", "city"]


def test_one_place_has_its_series_in_one_form(tables, made):
    rows, fit = made
    series = compared.one_place(tables, "NOW-000")
    assert series["year"].tolist() == [2001, 2002, 2003, 2004]
    assert series["published"].isna().tolist() == [False, False, True, False]
    assert series["value"].iloc[3] == pytest.approx(np.exp(np.median(fit.log_risks[:, 0, 3])), abs=1e-3)
    without = rows.assign(population=np.nan, rate=np.nan)
    counts = summaries.place_tables(without, [fit], HOLDS, PARAMETERS)
    counted = compared.one_place(counts, "NOW-000")
    assert counted["published"].dropna().tolist() == rows.loc[rows["key"] == "NOW-000", "homicides"].tolist()
    assert counted["value"].tolist() == series["value"].tolist()
