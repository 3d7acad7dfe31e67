"""Pictures of cities over years: titles are computed, every city is drawn, and the chart carries each of them once."""

import json

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures import embed
from citizen_security.figures.cities import city_trends

NAMES = {"BRA": "Brazil", "MEX": "Mexico", "all": "All"}


def drawn(figure):
    """The figure with its layout done, which is where an overfull one complains."""
    figure.canvas.draw()
    return figure


@pytest.fixture
def falls():
    return pd.DataFrame(
        {
            "label": ["Alpha (AA, BRA)", "Beta (AA, BRA)", "Gamma (Norte, MEX)"],
            "iso3": ["BRA", "BRA", "MEX"],
            "doubt": ["", "counts are halved in 2019", ""],
            "first_window": "2010–2012",
            "last_window": ["2018, 2019, 2021", "2018, 2019, 2021", "2019–2021"],
            "change_percent": [-50.0, 10.0, 200.0],
            "lower": [-60.0, -10.0, 100.0],
            "upper": [-40.0, 30.0, 300.0],
            "probability_fell": [0.999, 0.3, 0.0],
            "rank": [1.0, 2.0, 1.0],
            "rank_lower": [1, 1, 1],
            "rank_upper": [2, 2, 1],
            "cities_ranked": [2, 2, 1],
        }
    )


@pytest.fixture
def series(falls):
    rows = [
        {"label": label, "year": year, "raw_rate": 20.04, "rate": 21.0, "lower": 18.0, "upper": 24.0}
        for label in falls["label"]
        for year in (2019, 2021)
    ]
    return pd.DataFrame(rows).assign(raw_rate=lambda frame: frame["raw_rate"].where(frame.index > 0))


def test_the_title_of_the_split_adds_what_is_the_citys_own():
    split = pd.DataFrame([dict(zip(city_trends.COMPONENT_LABELS, (0.2, 0.4, 0.1, 0.1, 0.2), strict=True))] * 3)
    figure = drawn(city_trends.plot_variance_split(split, 0.9))
    assert figure.get_suptitle() == "30% of the variance is cities going their own way over time"
    assert [text.get_text() for text in figure.axes[0].texts] == ["20%", "40%", "10%", "10%", "20%"]


def test_every_country_has_a_panel_and_every_city_a_line(falls):
    figure = drawn(city_trends.plot_falls(falls, 1 / 3, NAMES, 0.9))
    assert figure.get_suptitle().startswith("33% of the cities have a lower rate")
    assert [axes.get_title(loc="left").split("\n")[0] for axes in figure.axes] == ["Brazil", "Mexico"]
    assert [len(axes.collections[0].get_segments()) for axes in figure.axes] == [2, 1]


def test_one_country_is_drawn_alone(falls):
    assert len(drawn(city_trends.plot_falls(falls[falls["iso3"] == "MEX"], 0.0, NAMES, 0.9)).axes) == 1


def test_the_title_of_the_reversion_sets_the_fall_beside_the_expected_one():
    cities = pd.DataFrame(
        {
            "label": ["Alpha (AA, BRA)", "Beta (AA, BRA)", "Gamma (Norte, MEX)"],
            "iso3": ["BRA", "BRA", "MEX"],
            "start": [1.0, -0.5, 0.2],
            "change": np.log([0.5, 1.2, 0.9]),
            "expected": np.log([0.75, 1.1, 0.97]),
            "highest": [True, False, False],
        }
    )
    figure = drawn(city_trends.plot_reversion(cities, named=1))
    assert figure.get_suptitle() == "The 1 highest changed by −50%; reversion alone would give −25%"
    assert [text.get_text() for text in figure.axes[0].texts] == ["Alpha"]


def test_the_forecasts_have_a_row_each_under_the_verdict():
    numbers = range(1, 1 + len(city_trends.FORECAST_COLOURS))
    summary = pd.DataFrame(
        [
            {"iso3": place, "forecast": name, "crps": 8.0 + number, "log_score": -5 - number / 10}
            | {"coverage_90": 0.8 + number / 100, "forecasts": 60}
            for place in ("all", "BRA")
            for name, number in zip(city_trends.FORECAST_COLOURS, numbers, strict=True)
        ]
    )
    single = summary[summary["iso3"] == "BRA"].assign(coverage_90=0.55)
    origins = pd.concat([single.assign(origin=2015), single.assign(origin=2018)], ignore_index=True)
    figure = drawn(city_trends.plot_forecasts(summary, origins, NAMES, "The pool forecasts worse"))
    assert figure.get_suptitle() == "The pool forecasts worse"
    for axes, first, last in zip(figure.axes, (9, -5.1, 81), (14, -5.6, 86), strict=True):
        means = [line.get_xdata() for line in axes.lines if line.get_marker() == "D"]
        np.testing.assert_allclose([means[0], means[-1]], [[first, first], [last, last]])
        # A dot for each origin of each forecast.
        assert [len(line.get_xdata()) for line in axes.lines if line.get_marker() == "o"] == [2] * len(numbers)
    assert figure.axes[2].get_xlim()[0] < 55
    assert [text.get_text() for text in figure.legends[0].get_texts()].count("one origin") == 1


def test_the_chart_carries_each_city_once_with_its_rank_and_its_doubts(series, falls):
    specification = city_trends.city_chart(series, falls, 0.9, "Beta (AA, BRA)").to_dict()
    rows = specification["data"]["values"]
    names, city = specification["params"]
    assert names["value"] == city["bind"]["labels"]
    assert city["bind"]["labels"] == sorted(falls["label"])
    assert city["bind"]["labels"][city["value"]] == "Beta (AA, BRA)"
    assert [row["y"] for row in rows] == [[2019, 2021]] * 3
    note = rows[1]["t"].split("\n")
    assert note[0] == "2018, 2019, 2021: rank 2 of 2 in the country (90% interval: 1 to 2)"
    assert note[1:] == ["lower than in 2010–2012 with probability 30%", "Doubtful: counts are halved in 2019"]
    assert "above 99%" in rows[0]["t"]
    assert "below 1%" in rows[2]["t"]
    # A missing year is missing on the page too, and not a zero.
    assert rows[0]["r"] == [None, 20.0]


def test_the_chart_tells_rates_as_pages_do_and_the_ends_of_intervals_from_them(series, falls):
    # Whole from ten on: the rates of hundreds of cities are most of what the page weighs.
    exact = series.assign(
        raw_rate=[96.44, 9.96, 4.04, 0.0, np.nan, 12.5][: len(series)], rate=10.04, lower=8.16, upper=13.6
    )
    rows = city_trends.city_chart(exact, falls, 0.9, "Beta (AA, BRA)").to_dict()["data"]["values"]
    assert [it for row in rows for it in row["r"]] == [96, 10, 4, 0, None, 12]
    assert (rows[0]["m"][0], rows[0]["l"][0], rows[0]["h"][0]) == (10, 1.8, 4)


def test_the_chart_is_drawn_without_scripts_and_the_dark_one_carries_no_second_copy(series, falls):
    light, dark = (city_trends.city_chart(series, falls, 0.9, "Beta (AA, BRA)", dark=dark) for dark in (False, True))
    shown = embed.show(light, "a chart", dark=dark)
    content = shown.html.split('class="vega-spec">')[1].split("</script>")[0]
    drawn_specifications = json.loads(content)
    assert "data" in drawn_specifications["light"]
    assert "data" not in drawn_specifications["dark"]
    picture = shown.html.split("<script")[0]
    assert "Beta" in picture
    assert "Alpha" not in picture
