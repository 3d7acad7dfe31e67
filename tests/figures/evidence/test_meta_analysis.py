"""Forest plots and the rest: every row is drawn, and titles say what the data say."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.evidence.meta_analysis import (
    plot_coverage,
    plot_estimators,
    plot_forest,
    plot_gosh,
    plot_influence,
    plot_interventions,
    plot_posterior,
    plot_regression,
    plot_sequences,
    plot_shrinkage,
    title_coverage,
    title_forest,
    title_gosh,
    title_influence,
    title_sequences,
)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def studies(groups=("", "")):
    return pd.DataFrame(
        {
            "label": ["A (2001)", "B (2002)"],
            "effect": [-0.5, 0.1],
            "lower": [-5.0, -0.1],
            "upper": [4.0, 0.3],
            "weight": [0.1, 0.9],
            "group": groups,
        }
    )


def diamonds(groups=()):
    rows = [(group, 1, -0.1, -0.4, 0.2) for group in groups]
    return pd.DataFrame(
        [*rows, ("all studies", 2, -0.1, -0.3, 0.1)], columns=["group", "studies", "effect", "lower", "upper"]
    )


def labels(figure):
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def texts(figure):
    return " ".join(text.get_text() for text in figure.axes[0].texts)


def test_each_study_has_its_row_with_effect_interval_and_weight():
    figure = plot_forest(studies(), diamonds(), measure="rate_ratio", confidence_level=0.95, prediction=(-1.0, 0.8))
    assert labels(figure) == ["A (2001)", "B (2002)", "all studies (2 studies)", "prediction interval of a new study"]
    assert "0.61 (0.01 to 54.60)  10.0%" in texts(figure)
    assert "0.37 to 2.23" in texts(figure)


def test_a_square_is_larger_for_a_larger_weight_and_a_cut_interval_has_arrows():
    figure = plot_forest(studies(), diamonds(), measure="rate_ratio", confidence_level=0.95, prediction=None)
    axis = figure.axes[0]
    sizes = [
        marks.get_sizes()[0] for marks in axis.collections if hasattr(marks, "get_sizes") and len(marks.get_sizes())
    ]
    assert sizes[0] < sizes[1]
    assert {"<", ">"} <= {line.get_marker() for line in axis.lines}


def test_groups_have_heads_and_diamonds_of_their_own():
    figure = plot_forest(
        studies(("level 3", "level 5")),
        diamonds(("level 3", "level 5")),
        measure="odds_ratio",
        confidence_level=0.9,
        prediction=None,
    )
    assert labels(figure) == [
        "level 3",
        "A (2001)",
        "together (1 study)",
        "level 5",
        "B (2002)",
        "together (1 study)",
        "all studies (2 studies)",
    ]


def test_the_forest_title_says_whether_a_new_study_may_find_the_opposite():
    overall = diamonds().iloc[-1]
    assert "either side of none" in title_forest(overall, "rate_ratio", (-1.0, 0.5))
    assert "same side" in title_forest(overall, "rate_ratio", (-1.0, -0.5))
    assert "too few" in title_forest(overall, "rate_ratio", None)
    three = pd.Series({**overall, "studies": 3})
    assert title_forest(three, "rate_ratio", None).endswith("; no prediction interval, as τ² is fixed")
    assert "−0.10 (−0.30 to 0.10)" in title_forest(overall, "standardised_mean_difference", None)


def test_estimators_name_their_variance():
    columns = {"estimator": ["equal_effects", "one", "two"], "label": ["None", "One", "Two"]}
    table = pd.DataFrame({**columns, "tau_squared": [0.0, 0.1, 0.25], "effect": [-0.05, -0.1, -0.2]})
    for test in ("normal", "knapp_hartung"):
        table[f"{test}_lower"], table[f"{test}_upper"] = table["effect"] - 0.3, table["effect"] + 0.3
    figure = plot_estimators(table, measure="rate_ratio", confidence_level=0.95, distinct=7)
    assert labels(figure) == ["None, τ² = 0.000", "One, τ² = 0.100", "Two, τ² = 0.250"]
    assert figure.get_suptitle().startswith("7 estimators of τ²: pooled effects from 0.82 to 0.90; with τ² = 0: 0.95")


def test_the_study_that_makes_most_of_q_is_named():
    parts = pd.DataFrame({"label": ["A", "B", "C"], "heterogeneity": [1.0, 2.0, 7.0], "influence": [0.1, 0.2, 0.9]})
    moved = pd.DataFrame({"dffits": [0.1, -0.2, 1.4], "cook": 0.1, "is_influential": [False, False, True]})
    assert "C makes 70% of the differences; one study is influential" in plot_influence(parts, moved).get_suptitle()
    assert "no study is" in title_influence(parts, np.zeros(3, bool))


def test_leaving_one_out_names_the_studies_that_decide():
    ends = {"lower": [-0.5, -0.6, -0.6], "upper": [0.1, -0.2, -0.1]}
    frame = pd.DataFrame({"label": ["A", "B", "C"], "effect": [-0.2, -0.4, -0.3], **ends})
    by_year = frame.iloc[::-1].assign(effect=[-0.25, -0.5, -0.1])
    figure = plot_sequences(frame, by_year, measure="rate_ratio", confidence_level=0.95)
    for axis, title, drawn in zip(figure.axes, ("Without", "Up to"), (frame, by_year), strict=True):
        assert axis.get_title(loc="left").startswith(title)
        assert [label.get_text() for label in axis.get_yticklabels()] == drawn["label"].tolist()
        assert list(axis.lines[0].get_xdata()) == drawn["effect"].tolist()
        ends = [segment[:, 0].tolist() for segment in axis.collections[0].get_segments()]
        assert ends == drawn[["lower", "upper"]].to_numpy().tolist()
    assert title_sequences(frame, "rate_ratio", 0.9).endswith("the 90% interval leaves out 1 unless A is left out")
    difference = title_sequences(frame.iloc[1:], "standardised_mean_difference", 0.95)
    assert difference == "Without any one study: −0.40 to −0.30; the 95% interval leaves out 0, whichever is left out"
    assert title_sequences(frame.iloc[[0]], "rate_ratio", 0.95).endswith("includes 1, whichever is left out")
    mostly_held = pd.concat([frame.iloc[[0, 0]], frame.iloc[[1]]])
    assert title_sequences(mostly_held, "rate_ratio", 0.95).endswith("includes 1 unless B is left out")


def test_subsets_are_coloured_by_the_study_and_counted():
    subsets = pd.DataFrame({"effect": [-0.2, -0.1, -0.3, -0.2], "i_squared": [80.0, 10.0, 70.0, 0.0]})
    inside = np.array([True, False, True, False])
    figure = plot_gosh(subsets, inside, measure="rate_ratio", study="A", complete=True)
    assert [len(marks.get_offsets()) for marks in figure.axes[0].collections] == [2, 2]
    assert "median I² 75% with the study that stands out, 5% without it" in title_gosh(
        subsets, inside, "rate_ratio", True
    )
    assert title_gosh(subsets, inside, "rate_ratio", False).startswith("A sample of 4 subsets")


def test_the_posterior_title_has_ratios_and_tau():
    curves = pd.concat(
        pd.DataFrame({"quantity": name, "value": [0.0, 1.0], "density": [1.0, 0.5]})
        for name in ("mean", "new_study", "tau")
    )
    figure = plot_posterior(
        curves,
        measure="rate_ratio",
        mean=(-0.5, -1.0, 0.0),
        tau=(0.2, 0.1, 0.4),
        credible_level=0.9,
        likelihood_tau=0.2,
    )
    assert figure.get_suptitle() == "Mean effect 0.61 (0.37 to 1.00) and τ 0.20 (0.10 to 0.40), 90% credible"


def test_shrinkage_draws_two_dots_a_study():
    frame = pd.DataFrame(
        {
            "label": ["A", "B"],
            "effect": [-1.0, 0.2],
            "standard_error": [0.5, 0.1],
            "mean": [-0.4, 0.1],
            "shrinkage": [0.8, 0.2],
        }
    )
    figure = plot_shrinkage(frame, mean=-0.1, measure="standardised_mean_difference")
    assert [len(line.get_xdata()) for line in figure.axes[0].lines[:2]] == [2, 2]
    assert "drawn 50% of the way to the mean, from 20% to 80%" in figure.get_suptitle()


def test_a_regression_says_its_p_value_and_never_zero():
    points = pd.DataFrame({"value": [2000, 2010], "effect": [-0.2, 0.1], "weight": [0.4, 0.6]})
    line = pd.DataFrame({"value": [2000, 2010], "fitted": [-0.2, 0.1], "lower": [-0.3, 0.0], "upper": [-0.1, 0.2]})
    figure = plot_regression(points, line, measure="odds_ratio", label="year", p_value=1e-9)
    assert figure.get_suptitle() == "Effects by year (p = < 0.001, 2 studies)"


def simulated():
    rows = [
        {"sizes": size, "studies": count, "i_squared": share, "procedure": name, "label": name, "coverage": held}
        for size in ("alike", "one_large")
        for count in (3, 20)
        for share in (0.0, 0.9)
        for name, held in (("dersimonian_laird_normal", 0.8 + count / 200), ("reml_knapp_hartung", 0.94))
    ]
    return pd.DataFrame(rows).assign(simulation_error=0.01)


def test_coverage_has_a_panel_for_each_setting_and_the_worst_case_in_the_title():
    figure = plot_coverage(simulated(), confidence_level=0.95)
    assert [axis.get_title(loc="left").split(",")[0] for axis in figure.axes] == ["I² 0%", "I² 90%"] * 2
    normal, hartung = figure.axes[0].containers
    assert list(normal.lines[0].get_ydata()) == pytest.approx([0.815, 0.9])
    assert list(hartung.lines[0].get_ydata()) == pytest.approx([0.94, 0.94])
    figure.canvas.draw()
    legend, labels = figure.legends[0].get_window_extent(), [axis.xaxis.label for axis in figure.axes[2:]]
    # Empty lines under the words keep the room for the legend.
    words = [label.get_window_extent().y1 - label.get_fontsize() * 1.5 for label in labels]
    assert all(label.get_text().startswith("Studies") for label in labels)
    assert min(words) >= legend.y1
    assert legend.y0 >= 0
    assert "as few as 82%" in title_coverage(simulated(), 0.95)
    assert "94% with REML and Knapp–Hartung" in title_coverage(simulated(), 0.95)


def test_interventions_without_an_effect_are_counted_and_not_drawn():
    table = pd.DataFrame(
        {
            "label": ["Pooled", "Single", "Empty"],
            "outcome": ["Homicide", "Homicide", ""],
            "measure": ["rate_ratio", "standardised_mean_difference", ""],
            "studies": [6, 3, 2],
            "pooled_studies": [4, 1, 0],
            "pooled_in_region": [1, 1, 0],
            "effect": [-0.2, -0.1, np.nan],
            "lower": [-0.4, -0.3, np.nan],
            "upper": [0.1, 0.2, np.nan],
            "publications_effect": [-0.2, np.nan, np.nan],
            "publications_lower": [-0.5, np.nan, np.nan],
            "publications_upper": [0.1, np.nan, np.nan],
            "new_lower": [-0.8, np.nan, np.nan],
            "new_upper": [0.5, np.nan, np.nan],
            "is_pooled": [True, False, False],
        }
    )
    apart = table.assign(publications_upper=[-0.1, np.nan, np.nan])
    shown = [it.get_text() for it in plot_interventions(apart, confidence_level=0.95).axes[0].texts]
    assert any(text == "rate −18% (−33% to +11%)\nby publication rate −18% (−39% to −10%)" for text in shown)
    figure = plot_interventions(table, confidence_level=0.95)
    assert not any("by publication" in it.get_text() for it in figure.axes[0].texts)
    ratios, differences = figure.axes
    assert [it.get_text() for it in ratios.get_yticklabels()] == ["Pooled\nhomicide\n4 of 6 studies, 1 in the region"]
    assert [it.get_text() for it in differences.get_yticklabels()] == [
        "Single\nhomicide\n1 usable of 3 studies, 1 in the region"
    ]
    # A scale of ratios is read in per cent, one of differences in standard deviations.
    assert "−50%" in [ratios.xaxis.get_major_formatter()(np.log(ratio), 0) for ratio in (0.5, 1.0)]
    assert [it.get_text() for it in differences.texts] == ["−0.10 (−0.30 to +0.20) SD"]
    assert figure.get_suptitle().replace("\n", " ") == (
        "One intervention of 3 with a study can be averaged; one more has one usable study"
    )
    key = {it.get_text() for it in figure.legends[0].get_texts()}
    assert "a single study, 95% interval" in key
    assert "where the effect of a new study is expected" in key


def test_where_nothing_is_usable_no_intervention_is_drawn():
    empty = pd.DataFrame({"label": ["Empty"], "measure": "", "pooled_studies": 0, "effect": np.nan, "is_pooled": False})
    figure = plot_interventions(empty, confidence_level=0.95)
    assert figure.get_suptitle() == "No intervention of 1 with a study can be averaged; no more have one usable study"
