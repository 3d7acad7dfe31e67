"""The front page's picture: every line has its name and last value, and labels never lie on each other."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from citizen_security.figures.paradox.two_histories import plot_two_histories


@pytest.fixture
def figure():
    years = [2000, 2001, 2002]
    own = pd.DataFrame(
        [
            (code, year, rate + at, 50.0 - 10 * at)
            for code, rate in (("BRA", 20.0), ("CHL", 4.0))
            for at, year in enumerate(years)
        ],
        columns=["iso3", "year", "homicide_rate", "poverty_685_lineup"],
    )
    countries = pd.DataFrame({"iso3": ["BRA", "CHL", "COL"], "name": ["Brazil", "Chile", "Colombia"]})
    regional = pd.DataFrame(
        [
            (subject, year, first + step * at)
            for subject, first, step in (("homicide", 20, 1), ("poverty", 50, -10))
            for at, year in enumerate(years)
        ],
        columns=["subject", "year", "value"],
    )
    made = plot_two_histories(own, countries, regional, {"BRA": "#0072B2", "CHL": "#CC79A7", "COL": "#009E73"})
    yield made
    plt.close(made)


def test_every_line_with_figures_has_its_name_and_last_value(figure):
    above, below = ([text.get_text() for text in axis.texts] for axis in figure.axes)
    assert sorted(above) == ["Brazil 22", "Chile 6", "the region 22"]
    assert sorted(below) == ["Brazil 30%", "Chile 30%", "the region 30%"]


def test_the_title_is_the_two_changes(figure):
    title = figure.get_suptitle().replace("\n", " ")
    assert title.endswith("2000 to 2002: poverty 50% to 30%, homicide 20 to 22 per 100,000 people")
