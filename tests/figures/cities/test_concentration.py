"""Pictures of concentration: what is drawn is what was computed, and titles count what is drawn."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures import theme
from citizen_security.figures.cities.concentration import (
    plot_lorenz,
    plot_scales,
    plot_series,
    plot_streets,
    plot_windows,
    title_lorenz,
    title_scales,
    title_series,
    title_streets,
    title_windows,
)


def curves():
    line = np.linspace(0, 1, 5)
    frame = pd.DataFrame({"places": line, "homicides": line**0.5, "lower": line, "upper": line**0.9})
    frame = frame.assign(person_lower=np.nan, person_upper=np.nan)
    unknown = frame.assign(group="Police sectors, Mexico City (FGJ)", year=2022, number=72)
    even = frame.assign(group="Cities, Brazil", year=2021, number=153, homicides=line**0.95)
    even = even.assign(person_lower=line**0.8, person_upper=line**0.7)
    return pd.concat([unknown, even], ignore_index=True)


def series(**more):
    rows = pd.DataFrame(
        {
            "group": ["A", "A", "B", "B"],
            "year": [2010, 2012, 2010, 2012],
            "measure": "place_share",
            "basis": "places",
            "observed": [0.10, 0.30, 0.2, 0.21],
            "chance": 0.45,
            "chance_lower": 0.4,
            "chance_upper": 0.5,
            "risk": [0.11, 0.31, 0.21, 0.22],
            "risk_lower": [0.09, 0.29, 0.18, 0.19],
            "risk_upper": [0.13, 0.33, 0.24, 0.25],
            "places": 27,
        }
    )
    return rows.assign(**more)


def windows():
    return pd.DataFrame(
        {
            "window": [12, 1],
            "gini": [0.45, 0.61],
            "generalised_gini": [0.45, 0.58],
            "chance_gini": [0.16, 0.51],
            "chance_generalised_gini": [0.16, 0.47],
            "risk_gini": [0.41, 0.40],
            "risk_lower": [0.38, 0.38],
            "risk_upper": [0.43, 0.42],
        }
    )


def words(figure):
    return figure.get_suptitle().replace("\n", " ")


def test_lorenz_panels_show_each_curve_and_population_only_where_known():
    figure = plot_lorenz(curves(), credible_level=0.9)
    first, second = figure.axes[:2]
    assert [band.get_label() for band in first.collections] == ["equal risk for each place, 90% band"]
    assert second.collections[1].get_label() == "equal risk for each person, 90% band"
    assert second.lines[0].get_ydata().tolist() == pytest.approx((np.linspace(0, 1, 5) ** 0.95).tolist())
    assert "2021, N = 153" in second.get_title(loc="left")
    assert len(figure.legends[0].get_texts()) == 3
    assert words(figure) == title_lorenz(curves())
    # On straight pieces from 0 to ¼: 0.1 of places hold 0.4 of 0.25^0.5 and of 0.25^0.95; the bands, 0.4 of 0.25^0.9
    # and, where populations are known, of 0.25^0.7.
    held = "The tenth of places with most homicides holds"
    assert title_lorenz(curves()) == (
        f"{held} 11 to 20% of them; equal risk for each person would give it at most 15%, for each place 11%"
    )
    assert title_lorenz(curves().head(5)) == f"{held} 20% of them; equal risk for each place would give it at most 11%"


def test_series_leave_gaps_and_the_title_says_which_way_risk_went():
    figure = plot_series(series(), measure="place_share", share=0.5, credible_level=0.95)
    assert figure.axes[0].lines[0].get_xdata().tolist() == [2010, 2012]
    assert figure.axes[0].lines[0].get_linestyle() == "None"
    assert figure.legends[0].get_texts()[0].get_text() == "equal risk for each place, 95% interval"
    by_size = series(person_chance=0.2, person_chance_lower=0.19, person_chance_upper=0.21)
    figure = plot_series(by_size, measure="place_share", share=0.5, credible_level=0.95)
    assert "equal risk for each person, 95% interval" in [text.get_text() for text in figure.legends[0].get_texts()]
    assert words(figure) == title_series(series(), "place_share")
    assert title_series(series(), "place_share").endswith("changes by +1.0 points (B) to +20.0 points (A)")
    assert title_series(series(risk=[0.5, 0.3, 0.2, 0.21]), "generalised_gini") == (
        "From first to last year the Gini of the underlying risk changes by −0.20 (A) to +0.01 (B)"
    )
    assert title_series(series().head(2), "place_share").endswith("changes by +20.0 points (A)")
    assert title_series(series(year=2012), "place_share") == "One year alone shows no change"


def test_scales_draw_three_marks_a_row_and_speak_of_persons_only_for_persons():
    known = {"person_chance": [0.2, 0.22, np.nan, np.nan], "person_chance_lower": 0.19, "person_chance_upper": 0.23}
    rows = series(**known)
    axis = plot_scales(rows, share=0.5, credible_level=0.9).axes[0]
    assert axis.lines[0].get_xdata().tolist() == rows["observed"].tolist()
    assert axis.get_yticklabels()[0].get_text() == "A\n2010, N = 27"
    assert title_scales(rows, 0.5) == (
        "10 to 30% of places hold 50% of homicides; equal risk for each place would take 45%, for each person 20 to 22%"
    )
    assert len(axis.collections) == 3
    persons = series(basis="persons")
    assert title_scales(persons, 0.5).endswith("equal risk for each person would take 45%")
    assert "of the population live where 50%" in title_scales(persons, 0.5)
    assert "population" in plot_scales(persons, share=0.5, credible_level=0.9).axes[0].get_xlabel()


def test_windows_are_drawn_in_order_with_the_interval_of_risk():
    figure = plot_windows(windows(), confidence_level=0.95)
    axis = figure.axes[0]
    assert axis.lines[0].get_xdata().tolist() == [1, 12]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["1", "12"]
    assert "from 0.61 to 0.45, that of risk from 0.40 to 0.41" in title_windows(windows().sort_values("window"))
    assert "chance alone gives 0.16" in title_windows(windows().head(1))


def test_streets_mark_the_published_share_and_the_largest_possible():
    frame = pd.DataFrame({"risk": "equal risk", "streets": [1e-5, 0.01, 1.0], "homicides": [0, 0.4, 1.0]})
    figure = plot_streets(frame, streets=100_000, homicides=4_000, with_homicide=2_000)
    axis = figure.axes[0]
    assert axis.lines[1].get_xdata()[0] == pytest.approx(0.04)
    assert axis.lines[2].get_xdata()[0] == pytest.approx(0.02)
    title = title_streets(100_000, 4_000, 2_000)
    assert title.startswith("2.0% of streets are said")
    # 1 − e^−0.04 = 3.92%.
    assert "equal risk gives 3.9%, more than 4.0%" in title
    assert words(figure) == title


def test_the_legend_does_not_lie_on_the_source_line():
    for figure in (plot_windows(windows(), confidence_level=0.9), plot_lorenz(curves(), credible_level=0.9)):
        theme.source(figure, "somebody")
        figure.canvas.draw()
        legend = figure.legends[0].get_window_extent()
        assert legend.y0 >= figure.texts[-1].get_window_extent().y1
