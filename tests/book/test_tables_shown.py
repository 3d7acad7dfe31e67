"""The tables that no notebook analyses are shown: printed figures beside published ones, and charts."""

import json
import re

import pandas as pd
import pytest
from hostile import IN_TABLES

from citizen_security.book import tables_shown as module
from citizen_security.figures import tables_shown as charts
from citizen_security.figures.embed import Embedded
from citizen_security.tables import catalog


def published(rates, years=(2012, 2013, 2016)):
    rows = [(iso3, year, rate) for iso3, them in rates.items() for year, rate in zip(years, them, strict=True)]
    return pd.DataFrame(rows, columns=["iso3", "year", "homicide_rate"])


@pytest.mark.parametrize(
    ("printed", "year", "distance"),
    [
        ({"A": 10.0, "B": 20.0}, 2012, 2.0),
        ({"A": 39.0, "B": 61.0}, 2013, 1.0),
        # 2016 has a rate of one of the two only, which is enough; of one of three it is not.
        ({"A": 70.5, "B": 0.0}, 2016, 0.5),
        ({"A": 70.0, "C": 1.0, "D": 2.0}, 2013, 20.0),
    ],
)
def test_a_printed_list_is_dated_by_the_rates_that_lie_nearest(printed, year, distance):
    table = published(
        {"A": (12.0, 40.0, 70.0), "B": (18.0, 60.0, None), "C": (91.0, 11.0, None), "D": (92, 22.0, None)}
    )
    assert module.nearest_year(pd.Series(printed), table) == (year, pytest.approx(distance))


def test_a_list_whose_places_have_no_rates_is_given_no_year():
    assert module.nearest_year(pd.Series({"X": 3.0, "Y": 4.0}), published({"A": (12.0, 40.0, 70.0)})) is None


@pytest.fixture
def shown(monkeypatch):
    for name in module.CHARTS:
        monkeypatch.setattr(charts, name, lambda *frames: Embedded("<figure></figure>", "chart"))
    return module.tables_shown


def test_the_page_shows_every_chart_and_what_the_lists_of_2017_meant(shown):
    page = shown()[module.PAGE]
    assert re.findall(r"generated/(\w+)\.html", page) == list(module.CHARTS)
    # The first list is labelled 2016; its figures are those of 2012, as the flag in the table suspects.
    assert re.findall(r"rates\s+published for (\d+) lie nearest", page) == ["2012", "2016"]
    # 120,000 guards among 13.9 million Guatemalans.
    assert re.search(r"Guatemala\n  - 2008\n  - 120,000\n  - 8[5-7]\d\n", page)


def test_names_in_these_tables_stay_text(shown, monkeypatch):
    load, text = catalog.load, " ".join(IN_TABLES.values())
    named = {"most_violent_countries": "country_as_printed", "private_security_personnel": "country"}
    hostile = {**named, "cost_of_violence": "country"}
    monkeypatch.setattr(
        catalog, "load", lambda name: load(name).assign(**({hostile[name]: text} if name in hostile else {}))
    )
    page = shown()[module.PAGE]
    assert "<script" not in page.replace("\\<script", "")
    assert not re.search(r"(?<!\\)\{(?!ref|raw|list)", page)


def chart_rows(monkeypatch, draw, *frames):
    """Rows that a chart is drawn from."""
    found = []
    monkeypatch.setattr(charts, "show", lambda chart, *_, **__: found.append(chart) or Embedded("", ""))
    draw(*frames)
    datasets = json.loads(found[0].to_json())
    values = datasets.get("data", {}).get("values") or next(iter(datasets["datasets"].values()))
    return pd.DataFrame(values)


def test_quarters_and_municipalities_of_a_state_are_summed(monkeypatch):
    quarters = pd.DataFrame(
        {
            "city": ["A", "A", "A", "B"],
            "state": ["S", "S", "T", "S"],
            "year": [2001, 2001, 2001, 2002],
            "homicides": [3, 4, 50, 6],
        }
    )
    rows = chart_rows(monkeypatch, charts.mexican_states, quarters).set_index(["country", "year"])["homicides"]
    assert rows.to_dict() == {("S", 2001): 7, ("T", 2001): 50, ("S", 2002): 6}


def test_poverty_of_states_is_shown_in_percent(monkeypatch):
    states = pd.DataFrame({"state": ["A"], "year": [1990], "homicide_rate": [15.75], "extreme_poverty_share": [0.1184]})
    [row] = chart_rows(monkeypatch, charts.brazilian_states, states).to_dict("records")
    assert row == {"country": "A", "year": 1990, "homicide_rate": 15.8, "extreme_poverty_percent": 11.8}
