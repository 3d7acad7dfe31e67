"""The front page's chart gets every country and the region, under the names it expects."""

import json
import re

import pandas as pd
import pytest

from citizen_security.figures.paradox import front, series


@pytest.fixture(scope="module")
def specification():
    years = range(2000, 2004)
    country_year = pd.DataFrame(
        [(iso3, year, rate + year % 3, 40.0) for iso3, rate in (("BRA", 25.0), ("CHL", 3.0)) for year in years],
        columns=["iso3", "year", "homicide_rate", "poverty_685_lineup"],
    )
    countries = pd.DataFrame({"iso3": ["BRA", "CHL", "FRA"], "name": ["Brazil", "Chile", "France"]})
    regional = pd.DataFrame(
        [(subject, year, 20.0) for subject in ("homicide", "poverty", "gini") for year in years],
        columns=["subject", "year", "value"],
    )
    html = front.homicide_and_poverty(country_year, countries, regional).html
    return json.loads(re.search(r'class="vega-spec">(.*?)</script>', html)[1])["light"]


def test_every_country_of_the_panel_and_the_region_are_drawn(specification):
    (rows,) = specification["datasets"].values()
    assert {row["country"] for row in rows} == {"Brazil", "Chile", series.REGION}
    assert len(rows) == 12


def test_reader_can_choose_among_the_countries(specification):
    (bound,) = {tuple(found["options"]) for found in _found(specification, "bind")}
    assert {"Brazil", "Chile"} <= set(bound)
    assert "France" not in bound


def _found(content, key):
    """Everything under a key, however deep Vega-Lite's writer put it."""
    if isinstance(content, dict):
        if key in content:
            yield content[key]
        content = list(content.values())
    if isinstance(content, list):
        for inner in content:
            yield from _found(inner, key)
