"""Pictures of drifting series: what is drawn is what was estimated."""

import numpy as np
import pandas as pd

from citizen_security.figures.paradox import levels_or_dynamics as pictures


def test_persistence_marks_the_median_and_names_the_extremes():
    table = pd.DataFrame(
        {
            "series": ["rate"] * 3 + ["gini"] * 2 + ["gdp_growth"] * 2,
            "persistence": [0.5, 0.7, 1.0, 1.0, 0.9, 0.1, np.nan],
        }
    )
    axis = pictures.plot_persistence(table).axes[0]
    title = axis.get_title(loc="left")
    assert title.startswith("Homicide rate: 0.70 of a departure is left a year later")
    assert title.endswith("GDP growth 0.10, Inequality (Gini) 0.95")
    marks = [line.get_xdata()[0] for line in axis.lines if line.get_linewidth() == 3]
    assert marks == [0.7, 0.95, 0.1]
    assert sum(len(points.get_offsets()) for points in axis.collections) == 6


def test_chance_draws_the_observed_driver_among_the_simulated():
    simulated = pd.DataFrame(
        {"regressor": ["gini"] * 61 + ["gdp_growth"] * 5, "t": [*np.linspace(-3, 3, 61), *[0.5] * 5]}
    )
    row = {"regressor": "gini", "t": -2.5, "reached_by_chance": 2.7, "p_chance": 0.1625, "confidence_level": 0.9}
    figure = pictures.plot_chance(simulated, pd.DataFrame([row]))
    axis = next(axis for axis in figure.axes if axis.get_visible())
    assert sorted(line.get_xdata()[0] for line in axis.lines) == [2.5, 2.7]
    assert sum(patch.get_height() for patch in axis.patches) == 61
    assert axis.get_title(loc="left") == "Inequality (Gini): p by chance 0.163"
    assert "90% lie left" in figure.get_suptitle()


def _effects(outcome="rate"):
    rows = [
        ("gdp_growth", "two-way effects", "levels", "same year", "two-way effects", 0.1, -0.2, 0.4),
        ("gdp_growth", "lagged outcome", "dynamics", "same year", "lagged outcome", -0.1, -0.3, 0.1),
        ("gdp_growth", "lagged outcome", "dynamics", "long run", "lagged outcome in the long run", -0.3, -9.0, 0.1),
    ]
    names = ["regressor", "estimator", "kind", "effect", "name", "estimate", "lower", "upper"]
    return pd.DataFrame(rows, columns=names).assign(outcome=outcome)


def test_estimators_are_filled_where_the_check_is_passed_and_cut_where_an_interval_is_long():
    checks = pd.DataFrame(
        {"regressor": "gdp_growth", "estimator": ["two-way effects", "lagged outcome"], "white": [False, True]}
    )
    axis = pictures.plot_estimators(_effects(), checks, {"gdp_growth": -0.24}).axes[0]
    points = {line.get_ydata()[0]: line for line in axis.lines if line.get_marker() in ("s", "o")}
    assert points[0].get_markerfacecolor() == "white"
    assert points[1].get_markerfacecolor() != "white"
    arrows = [line for line in axis.lines if line.get_marker() == "<"]
    assert [float(np.atleast_1d(line.get_ydata())[0]) for line in arrows] == [2]
    assert any(line.get_xdata()[0] == -0.24 for line in axis.lines if line.get_linestyle() == "--")
    assert axis.get_title(loc="left") == "GDP growth: −0.10 to +0.10"
    in_logs = pictures.plot_estimators(_effects("log_rate"), checks, {"gdp_growth": -0.24}).axes[0]
    assert not [line for line in in_logs.lines if line.get_linestyle() == "--"]
    assert in_logs.get_title(loc="left") == "GDP growth: −0.100 to +0.100"


def test_responses_are_drawn_by_driver_with_the_farthest_in_the_title():
    table = pd.DataFrame(
        {"regressor": "gini", "horizon": [0, 1, 2], "estimate": [0.1, -0.5, np.nan], "lower": [0, -1, np.nan],
         "upper": [0.2, 0.1, np.nan], "outcome": "rate", "confidence_level": 0.9}
    )  # fmt: skip
    figure = pictures.plot_responses(table)
    assert figure.axes[0].get_title(loc="left") == "Inequality (Gini): −0.50 at most, year 1"
    assert figure.get_suptitle() == (
        "Response of the homicide rate to a surprise rise of the driver by one unit,\nwith 90% intervals"
    )


def test_pictures_without_a_number_say_so():
    nothing = pd.DataFrame({"series": ["rate"], "persistence": [np.nan]})
    responses = pd.DataFrame({"regressor": ["gini"], "estimate": [np.nan]})
    figures = [
        pictures.plot_persistence(nothing),
        pictures.plot_chance(pd.DataFrame(), pd.DataFrame()),
        pictures.plot_responses(responses),
    ]
    assert all(len(figure.axes) == 1 and figure.axes[0].get_title(loc="left")[:2] == "No" for figure in figures)


def test_the_table_of_checks_has_headers_for_readers():
    row = {"regressor": "gini", "estimator": "mean group", "serial": -0.1, "serial_without": -0.5, "serial_p": 0.0123,
           "cd": 2.0, "absolute_correlation": 0.3, "expected_absolute": 0.25, "dependence_p": 0.005}  # fmt: skip
    html = pictures.style_checks(pd.DataFrame([row])).to_html()
    assert "Inequality (Gini)" in html
    assert "0.012" in html
    assert "p (across countries)" in html
    assert "Errors of the differenced equation on those a year before" in html
    assert "-0.50" in html


def test_tables_of_the_page_have_no_raw_names():
    series = {"series": "rate", "countries": 20, "estimate": 0.8, "persistence": 0.951, "at_one": 4, "tested": 18,
              "no_unit_root": 3, "not_stationary": 5, "cips": -2.1, "cips_p": 0.0654, "cips_critical": -2.05,
              "cips_published": -2.15, "cips_countries": 17}  # fmt: skip
    chance = {"regressor": "gini", "form": "levels", "path": "random walk", "false_independent": 0.4567,
              "false_crv1": 0.07, "false_cr2": 0.021, "t": 1.234, "reached_by_chance": 2.345, "p_quoted": 0.0617,
              "p_chance": 0.0184, "draws": 99}  # fmt: skip
    lost = {"regressor": "gini", "estimator": "lagged outcome", "effect": "same year", "problem": "too short"}
    shown = {
        pictures.style_persistence(pd.DataFrame([series])): ["Homicide rate", "0.95", "0.065", "-2.05", "-2.15"],
        pictures.style_chance(pd.DataFrame([chance])): ["Inequality (Gini)", "45.7%", "1.23", "2.35", "0.062", "1.8%"],
        pictures.style_lost(pd.DataFrame([lost])): ["Inequality (Gini)", "too short"],
    }
    for table, cells in shown.items():
        html = table.to_html()
        assert [cell for cell in cells if f">{cell}<" not in html] == []
        assert not {"gini", "cips_p", "false_cr2", "regressor"} & set(html.replace("<", ">").split(">"))


def test_where_nothing_is_lost_a_sentence_says_so():
    complete = pd.DataFrame({"regressor": ["gini"], "estimator": ["a"], "effect": ["same year"], "problem": [""]})
    assert ">Every estimator has a number for every driver.<" in pictures.style_lost(complete).to_html()
