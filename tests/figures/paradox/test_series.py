"""Pictures of the paradox, and the front page's interactive chart."""

import json

import numpy as np
import pandas as pd
import pytest
import vl_convert

from citizen_security.figures import theme
from citizen_security.figures.paradox.series import (
    REGION,
    TOOLTIP,
    homicide_and_poverty_chart,
    place_name,
    plot_before_after,
    plot_country_series,
    plot_coverage,
    plot_region,
    plot_world_ratio,
    title_region,
)

WINDOWS = {"before": (1990, 1991), "after": (1998, 1999)}


@pytest.fixture
def frame():
    rows = [
        (name, year, base + year - 1990, None if year == 2000 else 50.0 - base)
        for base, name in enumerate(["Brazil", "Mexico", REGION])
        for year in range(1990, 2024)
    ]
    return pd.DataFrame(rows, columns=["country", "year", "homicide", "poverty"])


@pytest.fixture
def series():
    years = range(1990, 2000)
    falling = np.linspace(50, 25, 10)
    flat = np.full(10, 20.0)
    return {
        subject: pd.DataFrame(
            {"year": years, "value": values, "left_out": values + 1, "lower": values * 0.9, "upper": values * 1.1}
        )
        for subject, values in (("homicide", flat), ("poverty", falling), ("gini", flat))
    }


def compiled(chart):
    return vl_convert.vegalite_to_vega(chart.to_json(), vl_version="6.4")


def test_the_chart_is_drawn_and_small_enough_to_be_carried(frame):
    chart = homicide_and_poverty_chart(
        pd.concat([frame.assign(country=f"{name}") for name in range(34)]).drop_duplicates(["country", "year"])
    )
    text = chart.to_json(indent=None)
    # 34 countries and 34 years in full; the front page has fewer rows.
    assert len(text.encode()) <= 150_000
    assert vl_convert.vegalite_to_svg(text, vl_version="6.4").startswith("<svg")


def test_the_selection_by_country_has_the_names_that_pages_and_tests_use(frame):
    chart = homicide_and_poverty_chart(frame).to_dict()
    country = next(parameter for parameter in chart["params"] if parameter["name"] == "country")
    assert country["select"]["fields"] == ["country"]
    assert country["bind"]["options"] == [None, REGION, "Brazil", "Mexico"]
    # Both panels take part: what is chosen in one stands out in the other.
    assert len({view.rpartition("_")[0] for view in country["views"]}) == 2
    vega = compiled(homicide_and_poverty_chart(frame))
    assert "country_country" in [signal["name"] for signal in vega["signals"]]
    assert "country_store" in [data["name"] for data in vega["data"]]


def test_what_is_chosen_changes_the_lines_in_both_panels(frame):
    vega = compiled(homicide_and_poverty_chart(frame))

    def lines(marks):
        for mark in marks:
            if mark["type"] == "line":
                yield json.dumps(mark["encode"]["update"])
            yield from lines(mark.get("marks", []))

    reacting = [line for line in lines(vega["marks"]) if "country_store" in line]
    assert len(reacting) == 2
    assert all('"stroke"' in line and '"strokeWidth"' in line for line in reacting)


def test_the_width_follows_the_container(frame):
    chart = homicide_and_poverty_chart(frame).to_dict()
    (patch,) = chart["usermeta"]["embedOptions"]["patch"]
    assert patch["op"] == "add"
    assert patch["value"]["name"] == "width"
    assert "containerSize()" in patch["value"]["init"]
    # The patch works because both panels' scales run to the signal that it adds.
    vega = compiled(homicide_and_poverty_chart(frame))
    assert "width" not in [signal["name"] for signal in vega["signals"]]
    horizontal = next(scale for scale in vega["scales"] if scale["name"] == "x")
    assert horizontal["range"] == [0, {"signal": "width"}]


def test_the_pointer_is_told_country_year_and_units(frame):
    assert TOOLTIP in json.dumps(compiled(homicide_and_poverty_chart(frame))).replace("\\", "")
    assert "Homicides per 100,000 people" in TOOLTIP
    assert "% below 6.85 USD a day" in TOOLTIP


def test_a_missing_figure_is_a_gap_and_not_a_zero(frame):
    text = homicide_and_poverty_chart(frame).to_json()
    assert '"poverty": null' in text
    assert "NaN" not in text


def test_the_dark_chart_has_the_dark_ground_s_colours(frame):
    light, dark = (homicide_and_poverty_chart(frame, dark=dark).to_json() for dark in (False, True))
    assert theme.DARK["text"] in dark
    assert theme.DARK["text"] not in light


def test_the_title_of_the_region_says_how_both_changed_and_what_gaps_allow(series):
    title = title_region(series, "Region", WINDOWS)
    assert "Region, mean of 1990–1991 to mean of 1998–1999:" in title
    assert "homicide +0.0% (gaps: −18.2 to +22.2)" in title
    # Poverty is 48.6 on average in the first two years and 26.4 in the last.
    assert "poverty −45.7% (gaps: −55.6 to −33.7)" in title


def test_regional_panels_start_at_zero_and_never_share_a_second_axis(series):
    figure = plot_region(series, "Region", "poverty_365", WINDOWS)
    drawn = [[list(line.get_ydata()) for line in axis.lines] for axis in figure.axes]
    assert [values["value"].tolist() in lines for lines, values in zip(drawn, series.values(), strict=True)] == [
        True
    ] * 3
    assert drawn[0] != drawn[1]
    assert [axis.get_ylim()[0] for axis in figure.axes] == [0, 0, 0]
    assert "3.65" in figure.axes[1].get_ylabel()


def test_the_country_panels_leave_gaps_open():
    panel = pd.DataFrame({"iso3": ["BRA"] * 3, "year": [2000, 2001, 2002], "rate": [20.0, np.nan, 22.0]})
    figure = plot_country_series(panel, pd.Series({"BRA": "Brazil"}))
    drawn = figure.axes[0].lines[0].get_ydata()
    assert np.isnan(drawn[1])
    assert len(drawn) == 3


def test_the_coverage_row_of_all_counts_complete_country_years():
    panel = pd.DataFrame(
        {"iso3": ["A", "B"] * 2, "year": [2000, 2000, 2001, 2001], "rate": [1, 1, 1, None], "gini": [1, None, 1, 1]}
    )
    figure = plot_coverage(panel, ["rate", "gini"])
    counts = figure.axes[0].images[0].get_array()
    assert counts.tolist() == [[2, 1], [1, 2], [1, 1]]
    assert "50% of 4 country-years" in figure.axes[0].get_title(loc="left")


def test_the_world_picture_quotes_the_year_that_the_text_quotes():
    years = range(2010, 2015)
    compared = pd.DataFrame(
        {
            "year": years,
            "ratio": 4.0,
            "ratio_left_out": 4.5,
            "ratio_lower": 3.0,
            "ratio_upper": 5.0,
            "region_coverage": 0.9,
            "rest_coverage": 0.8,
        }
    )
    title = plot_world_ratio(compared, "Region", 2012).get_suptitle()
    assert "4.0 times the world's rate in 2012" in title
    assert "3.0 to 5.0" in title


def test_countries_before_and_after_are_counted_in_the_title():
    changes = pd.DataFrame(
        {
            "iso3": ["A", "B", "C"],
            "poverty_change": [-10.0, -5.0, 3.0],
            "homicide_change": [2.0, -1.0, 4.0],
            "surveys": [9, 1, 9],
        }
    )
    windows = {"before": (2000, 2004), "after": (2015, 2019)}
    axis = plot_before_after(changes, pd.Series({"A": "Alpha"}), windows).axes[0]
    assert axis.get_xlabel().endswith("2000–2004 to 2015–2019")
    assert "Poverty fell in 2 of 3 countries; homicide rose in 1 of those 2" in axis.get_title(loc="left")
    assert {text.get_text() for text in axis.texts} == {"Alpha", "B", "C"}


def test_a_place_is_the_region_or_its_countries_in_the_order_of_their_codes():
    names = pd.Series({"MEX": "Mexico", "BRA": "Brazil", "CHL": "Chile"})
    assert place_name("lac", names) == REGION
    assert place_name(["MEX", "BRA"], names) == "Brazil, Mexico"
