"""Titles say what the frame says; figures draw."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.programmes import internal_armed_conflict as figures

YEARS = pd.DataFrame({"year": [2022, 2023, 2024], "change": [40.0, -16.0, 0.0]})
DATES = pd.date_range("2023-01-01", periods=4, freq="MS")
LINES = pd.DataFrame(
    {"line_from": [2014, 2020], "form_name": ["counts", "levels"], "change": [-10.0, -40.0], "lower": [-20.0, -50.0],
     "upper": [1.0, -30.0]}
)  # fmt: skip
EARLY = pd.DataFrame({"date": DATES, "change": [-60.0, 20.0, 5.0, -40.0], "decree": [False, False, False, True]})
PROVINCES = pd.DataFrame(
    {"province": ["A", "B"], "change": [-30.0, 10.0], "lower": [-40.0, 5.0], "upper": [-20.0, 15.0],
     "two_years": [1.0, 2.0]}
)  # fmt: skip
SLOPES = pd.DataFrame(
    {
        "year": [2022, 2023, 2024],
        "slope": [np.nan, 0.2, -0.3],
        "lower": [np.nan, -0.2, -0.9],
        "upper": [np.nan, 0.6, 0.3],
    }
)
COUNTRIES = pd.DataFrame(
    {"country": ["Honduras"], "year": [2023], "change": [-10.0], "lower": [-14.0], "upper": [-6.0], "off_line": [0.0],
     "off_line_lower": [-27.0], "off_line_upper": [37.0]}
)  # fmt: skip


def test_titles_are_computed():
    assert figures.title_months(YEARS) == "The same months of 2024: −16% against 2023, +40% against 2022"
    assert figures.title_lines(LINES).startswith("−40% to −10%")
    assert figures.title_dates(EARLY).startswith("As a ratio as far off its line at 1 of 3 earlier dates")
    assert figures.title_provinces(PROVINCES) == "1 of 2 provinces fell beyond chance, one rose"
    assert "slope −0.30 (−0.90 to +0.30)" in figures.title_slopes(SLOPES)
    assert "agree too little" in figures.title_slopes(SLOPES.iloc[[2, 1, 0]])
    assert figures.title_countries(COUNTRIES) == "First years against the year before: Honduras −10%"


@pytest.mark.parametrize(
    ("draw", "arguments"),
    [
        (figures.plot_months, (pd.DataFrame({"date": DATES, "homicides": [1, 2, 3, 2], "expected": [np.nan, 2, 3, 4]}),
                               YEARS, DATES[2])),
        (figures.plot_lines, (LINES,)),
        (figures.plot_dates, (EARLY,)),
        (figures.plot_provinces, (PROVINCES,)),
        (figures.plot_slopes, (SLOPES,)),
        (figures.plot_countries, (COUNTRIES,)),
    ],
)  # fmt: skip
def test_figures_draw(draw, arguments):
    figure = draw(*arguments)
    figure.canvas.draw()
    assert figure.axes[0].get_children()


def test_the_list_has_every_province():
    monthly = pd.DataFrame({"date": [*DATES, *DATES], "province": ["A"] * 4 + ["B"] * 4, "homicides": range(8)})
    chart = figures.interactive_provinces(monthly, DATES[2], dark=True).to_dict()
    assert chart["params"][0]["bind"]["options"] == ["A", "B"]
