"""The four tables of places: from draws that are given, by hand, and by a second path."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from citizen_security.places.every_place import summaries
from citizen_security.places.every_place.fitting import place_panels
from citizen_security.places.every_place.parameters import EveryPlace

LEVEL = 0.9
HOLDS = pd.DataFrame({"fit": ["cities of Nowhere"], "model_holds": [True], "covered": [0.8749]})
BEATEN = HOLDS.assign(model_holds=False)


@pytest.fixture(scope="module")
def tables(made):
    rows, fit = made
    return summaries.place_tables(rows, [fit], HOLDS, EveryPlace(credible_level=LEVEL, since=2002))


@pytest.fixture(scope="module")
def counts(made):
    """The same places without populations."""
    rows, fit = made
    without = rows.assign(population=np.nan, rate=np.nan, exposure=1.0)
    (panel,) = place_panels(without)
    parameters = EveryPlace(credible_level=LEVEL, since=2002)
    return without, summaries.place_tables(without, [replace(fit, panel=panel)], HOLDS, parameters)


def test_a_place_is_described_by_its_rows(tables, made):
    rows, _ = made
    places = tables.places.set_index("key")
    assert places.loc["NOW-001", ["first_year", "last_year", "years"]].tolist() == [2001, 2002, 2]
    own = rows[(rows["key"] == "NOW-001") & (rows["year"] == 2002)]["population"].item()
    assert places.loc["NOW-001", "population"] == own
    assert places.loc["NOW-000", ["kind", "parent", "unit"]].tolist() == ["city", "NOW-A", "homicides per 100,000"]
    assert places["model_holds"].all()
    assert (places["forecast_covered"] == 0.875).all()
    assert places["break_year"].isna().all()


def test_a_published_rate_has_the_exact_interval_of_its_count(tables, made):
    rows, _ = made
    own = rows[(rows["key"] == "NOW-000") & (rows["year"] == 2004)].iloc[0]
    count, exposure = own["homicides"], own["population"] / 100_000
    found = tables.years[(tables.years["key"] == "NOW-000") & (tables.years["year"] == 2004)].iloc[0]
    assert found["rate"] == pytest.approx(count / exposure, abs=5e-4)
    # A second path: the count at the upper limit is seen or fewer with five per cent, at the lower one or more.
    assert stats.poisson.cdf(count, found["rate_upper"] * exposure) == pytest.approx(0.05, abs=1e-4)
    assert stats.poisson.sf(count - 1, found["rate_lower"] * exposure) == pytest.approx(0.05, abs=1e-4)
    assert np.isnan(found["homicides_lower"])


def test_years_run_from_a_places_first_figure_to_its_last_and_gaps_have_a_risk_alone(tables):
    spans = tables.years.groupby("key")["year"].agg(list)
    assert spans.to_list() == [[2001, 2002, 2003, 2004], [2001, 2002], [2002, 2003, 2004]]
    gap = tables.years[(tables.years["key"] == "NOW-000") & (tables.years["year"] == 2003)].iloc[0]
    assert pd.isna(gap["homicides"])
    assert np.isnan(gap["rate"])
    assert gap["risk_lower"] < gap["risk"] < gap["risk_upper"]
    assert not gap["doubted"]


def test_risk_rank_and_next_year_are_quantiles_of_the_draws(tables, made):
    _, fit = made
    now = tables.now.set_index("key")
    last, coming = np.exp(fit.log_risks[..., 3]), np.exp(fit.log_risks[..., 4])
    row = now.loc["NOW-001"]
    assert row["year"] == 2004
    assert row[["risk_lower", "risk", "risk_upper"]].tolist() == pytest.approx(
        np.quantile(last[:, 1], [0.05, 0.5, 0.95]).round(3)
    )
    assert row[["next_lower", "next_risk", "next_upper"]].tolist() == pytest.approx(
        np.quantile(coming[:, 1], [0.05, 0.5, 0.95]).round(3)
    )
    # Risks near 10, 20 and 40 with deviations of a tenth never meet.
    assert now["rank"].tolist() == [3, 2, 1]
    assert now["rank_lower"].tolist() == now["rank_upper"].tolist() == [3, 2, 1]
    assert (now["ranked"] == 3).all()
    assert now["years_since_figure"].tolist() == [0, 2, 0]
    assert now["expected"].isna().all()


def test_a_fit_that_is_beaten_gives_no_next_year(made):
    rows, fit = made
    now = summaries.now_table(rows, [fit], BEATEN, LEVEL)
    assert now[["next_lower", "next_risk", "next_upper"]].isna().all(axis=None)
    assert now["risk"].notna().all()


def test_changes_lead_from_every_earlier_figure_to_the_last_one(tables, made):
    _, fit = made
    changes = tables.changes.set_index(["key", "since"])
    assert list(changes.index) == [("NOW-000", 2001), ("NOW-000", 2002), ("NOW-001", 2001), ("NOW-002", 2002)]
    assert changes["until"].tolist() == [2004, 2004, 2002, 2004]
    moved = fit.log_risks[:, 0, 3] - fit.log_risks[:, 0, 0]
    row = changes.loc[("NOW-000", 2001)]
    assert row["change_percent"] == pytest.approx(100 * np.expm1(np.median(moved)), abs=1e-3)
    assert row["lower"] == pytest.approx(100 * np.expm1(np.quantile(moved, 0.05)), abs=1e-3)
    assert (row["probability_of_rise"], row["more_than_chance"]) == (1.0, True)
    # Nothing moved in the others but the draws.
    assert not changes.loc[("NOW-002", 2002), "more_than_chance"]
    moved = fit.log_risks[:, 1, 1] - fit.log_risks[:, 1, 0]
    assert changes.loc[("NOW-001", 2001), "probability_of_rise"] == (moved > 0).mean()


def test_the_row_shown_first_is_that_of_the_base_year_or_of_the_next_figure(tables, made):
    rows, fit = made
    base = tables.changes[tables.changes["base"]].set_index("key")["since"]
    # The second place has no figure after the base year from which anything could have changed.
    assert base.to_dict() == {"NOW-000": 2002, "NOW-002": 2002}
    earlier = summaries.change_table(rows, [fit], LEVEL, 1999)
    assert earlier[earlier["base"]].set_index("key")["since"].to_dict() == {
        "NOW-000": 2001, "NOW-001": 2001, "NOW-002": 2002
    }  # fmt: skip


def test_without_a_population_there_are_counts_and_neither_rates_nor_ranks(counts):
    rows, tables = counts
    assert (tables.places["unit"] == "homicides a year").all()
    assert tables.places["population"].isna().all()
    for name in ("rate", "rate_lower", "risk", "risk_upper"):
        assert tables.years[name].isna().all(), name
    for name in ("risk", "rank", "rank_lower", "ranked", "next_risk"):
        assert tables.now[name].isna().all(), name
    assert tables.now["next_expected"].notna().all()
    own = rows[(rows["key"] == "NOW-002") & (rows["year"] == 2004)].iloc[0]
    found = tables.years[(tables.years["key"] == "NOW-002") & (tables.years["year"] == 2004)].iloc[0]
    assert found["homicides"] == own["homicides"]
    assert stats.poisson.cdf(own["homicides"], found["homicides_upper"]) == pytest.approx(0.05, abs=1e-3)
    assert found["expected_lower"] < found["expected"] < found["expected_upper"]
    assert tables.changes["change_percent"].notna().all()


def test_a_change_across_the_break_of_a_population_is_marked(made):
    rows, fit = made
    of_colombia = rows.assign(key=rows["key"].str.replace("NOW", "COL"), year=rows["year"] + 15, iso3="COL")
    (panel,) = place_panels(of_colombia)
    moved = replace(fit, panel=panel, years=tuple(year + 15 for year in fit.years))
    changes = summaries.change_table(of_colombia, [moved], LEVEL, 2016).set_index(["key", "since"])["across_break"]
    # From 2016 or 2017 to 2019 a change crosses 2018; the second place ends in 2017.
    assert changes.to_dict() == {
        ("COL-000", 2016): True, ("COL-000", 2017): True, ("COL-001", 2016): False, ("COL-002", 2017): True
    }  # fmt: skip
    places = summaries.place_table(of_colombia, HOLDS)
    assert (places["break_year"] == 2018).all()
    # The country's own series has no such break.
    country = rows.assign(key="COL", iso3="COL", kind="country").head(1)
    assert summaries.place_table(country, HOLDS)["break_year"].isna().all()


def test_what_is_known_against_a_figure_stands_beside_it(made):
    rows, fit = made
    noted = rows.assign(note=np.where(rows["year"] == 2002, "doubted by specialists", ""))
    years = summaries.year_table(noted, [fit], LEVEL)
    assert set(years.loc[years["doubted"], "year"]) == {2002}
    assert set(years.loc[years["doubted"], "note"]) == {"doubted by specialists"}


def test_an_order_is_sure_if_the_draws_are(made):
    _, fit = made
    assert summaries.sure_pairs(fit, 0.95) == (3, 3)
    # The second and third place are alike: of three pairs two are sure.
    alike = fit.log_risks.copy()
    alike[:, 2] = alike[:, 1] + np.random.default_rng(3).normal(0, 0.1, alike[:, 1].shape)
    assert summaries.sure_pairs(replace(fit, log_risks=alike), 0.95) == (2, 3)
