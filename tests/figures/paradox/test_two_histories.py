"""The front page's picture: every line has its name and last value, and labels never lie on each other."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from citizen_security.figures.paradox.two_histories import plot_two_histories

WINDOWS = {"before": (2000, 2000), "after": (2001, 2002)}


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
    ).assign(lower=lambda table: table["value"] * 0.9, upper=lambda table: table["value"] * 1.1)
    made = plot_two_histories(own, countries, regional, WINDOWS, {"BRA": "#0072B2", "CHL": "#CC79A7", "COL": "#009E73"})
    yield made
    plt.close(made)


def test_every_line_with_figures_has_its_name_and_last_value(figure):
    above, below = ([text.get_text() for text in axis.texts] for axis in figure.axes)
    assert sorted(above) == ["Brazil 22", "Chile 6", "the region 22"]
    assert sorted(below) == ["Brazil 30%", "Chile 30%", "the region 30%"]


def test_the_title_is_the_two_changes_between_the_windows_that_are_shaded(figure):
    # Homicide 20 to the mean of 21 and 22, poverty 50 to that of 40 and 30; gaps of a tenth on either side.
    title = figure.get_suptitle().replace("\n", " ")
    assert title.endswith(
        "2000–2000 to 2001–2002 (shaded): poverty −30.0% (gaps: −42.7 to −14.4), homicide +7.5% (gaps: −12.0 to +31.4)"
    )
    for axis in figure.axes:
        shaded = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in axis.patches]
        assert shaded == [(1999.5, 2000.5), (2000.5, 2002.5)]
