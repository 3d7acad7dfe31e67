"""Pictures of predictions: what is drawn and said is what was computed, at any parameters."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures import theme
from citizen_security.figures.paradox.what_predicts_homicide import (
    effect_label,
    plot_calibration,
    plot_coverage_by,
    plot_effects,
    plot_gains,
    plot_importance,
    plot_scores,
    source_line,
    title_block_gains,
    title_calibration,
    title_coverage_by,
    title_effects,
    title_importance,
    title_poverty_gains,
    title_scores,
)

SEEN = ["A country never seen", "Next years"]


def bars(collection):
    return [tuple(float(value) for value in segment[:, 0]) for segment in collection.get_segments()]


@pytest.fixture
def scores():
    return pd.DataFrame(
        {
            "question": [SEEN[0]] * 3 + [SEEN[1]] * 3,
            "kind": ["baseline", "model", "model"] * 2,
            "prediction": ["last value", "elastic_net", "elastic_net, no poverty"] * 2,
            "mean_absolute_error": [1.0, 0.8, 0.1, 0.5, 0.6, 0.1],
            "observations": 30,
            "countries": 9,
        }
    )


def test_scores_set_models_beside_baselines(scores):
    figure = plot_scores(scores, "log_rate")
    assert [patch.get_width() for patch in figure.axes[0].patches] == [1.0, 0.8, 0.1]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [
        "Last value",
        "Elastic net",
        "Elastic net, without poverty",
    ]
    assert "30 country-years, 9 countries" in figure.axes[1].get_title(loc="left") + figure.axes[1].get_title()
    # A model without poverty does not count as the best model, and a loss is not sold as a gain.
    assert title_scores(scores).splitlines()[1:] == [f"{SEEN[0]}: 20% less error", f"{SEEN[1]}: 20% more error"]


def test_gains_are_drawn_against_the_band_that_does_not_matter():
    table = pd.DataFrame(
        {
            "question": SEEN,
            "model": "random_forest",
            "estimate": [1.0, 2.0],
            "lower": [-1.0, 0.5],
            "upper": [3.0, 9.0],
        }
    )
    figure = plot_gains(table, 5, panel="question", label="model", title=title_poverty_gains(table, 5))
    assert [bars(axis.collections[0]) for axis in figure.axes] == [[(-1.0, 3.0)], [(0.5, 9.0)]]
    band = figure.axes[0].patches[0].get_extents().transformed(figure.axes[0].transData.inverted())
    assert (band.x0, band.x1) == pytest.approx((-5, 5))
    assert figure.get_suptitle().splitlines()[0] == "Gain from poverty over the models, where 5% would matter:"
    both = pd.concat([table, table.assign(estimate=[-3.0, 2.0])])
    spans = f"{SEEN[0].lower()} −3 to +1%; {SEEN[1].lower()} +2%"
    assert title_poverty_gains(both, 2.5) == f"Gain from poverty over the models, where 2.5% would matter:\n{spans}"


def test_blocks_are_named_only_where_the_interval_leaves_out_zero():
    table = pd.DataFrame({"block": ["poverty", "work"], "comparison": "alone", "lower": [0.1, -1.0]})
    assert title_block_gains(table) == "Gains whose interval lies above zero:\nPoverty (alone)"
    assert title_block_gains(table.assign(lower=-1.0)).startswith("No block")


def test_importance_shows_every_fold_and_the_interval():
    table = pd.DataFrame(
        {
            "question": SEEN[0],
            "block": ["history", "poverty"],
            "increase": [300.0, 2.0],
            "lower": [200.0, -1.0],
            "upper": [400.0, 4.0],
        }
    )
    by_fold = pd.DataFrame({"question": SEEN[0], "block": ["poverty"] * 3, "increase": [1.0, 2.0, 3.0]})
    axis = plot_importance(table, by_fold).axes[0]
    np.testing.assert_allclose(axis.collections[0].get_offsets(), [[1, 1.22], [2, 1.22], [3, 1.22]])
    assert bars(axis.collections[1]) == [(200, 400), (-1, 4)]
    assert title_importance(table).endswith(f"{SEEN[0]}: homicide so far")
    assert title_importance(table.iloc[1:]).endswith("poverty (its interval includes zero)")


def test_effects_draw_each_fold_and_say_the_span():
    curves = pd.DataFrame(
        {"column": "poverty_685", "fold": ["1", "1", "2", "2"], "value": [10.0, 60, 10, 60], "effect": [-1.0, 1, 0, 2]}
    )
    spans = pd.DataFrame(
        {
            "column": ["poverty_685"],
            "low_value": [10.0],
            "high_value": [60.0],
            "span": [np.log(2)],
            "smallest": [0.0],
            "largest": [np.log(4)],
        }
    )
    axis = plot_effects(curves, spans, "log_rate").axes[0]
    drawn = [np.asarray(line.get_ydata()).tolist() for line in axis.lines]
    assert drawn[1:] == [[-1.0, 1.0], [0.0, 2.0], [-0.5, 1.5]]
    title = title_effects(spans, "log_rate")
    assert "from 10 to 60: the model predicts +100%" in title
    assert "(over folds +0% to +300%)" in title
    assert "+0.7" in title_effects(spans, "rate")
    assert effect_label("gini") == "Inequality (Gini), Gini points"


@pytest.fixture
def calibration():
    return pd.DataFrame(
        {
            "question": SEEN[0],
            "method": ["one", "one", "other", "other"],
            "level": [0.8, 0.9, 0.8, 0.9],
            "coverage": [0.7, 0.9, 0.8, 0.95],
            "lower": [0.6, 0.8, 0.7, 0.92],
            "upper": [0.75, 0.95, 0.9, 0.99],
        }
    )


def test_calibration_says_by_how_much_the_aim_is_missed(calibration):
    axis = plot_calibration(calibration).axes[0]
    ends = [segment[:, 1].tolist() for segment in axis.collections[0].get_segments()]
    assert ends == [[0.6, 0.75], [0.8, 0.95]]
    assert title_calibration(calibration) == f"Coverage less the one aimed at, in points:\n{SEEN[0].lower()} −10 to +5"


def test_the_country_whom_the_promise_fails_is_named_if_it_has_years_enough():
    table = pd.DataFrame({"question": SEEN[1], "iso3": ["AAA", "BBB"], "coverage": [0.2, 0.5], "observations": [3, 30]})
    years = pd.DataFrame({"question": SEEN[1], "target_year": [2000, 2001], "coverage": [0.9, 0.8], "observations": 10})
    figure = plot_coverage_by(table, years, 0.9, {"BBB": "Beland"})
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["AAA", "Beland"]
    assert figure.axes[1].lines[0].get_ydata().tolist() == [0.9, 0.8]
    assert figure.axes[1].lines[0].get_color() == theme.BLUE
    assert "90%, Beland is inside 50%" in figure.get_suptitle()
    assert title_coverage_by(table, 0.9, {}, minimum=99).startswith("No country has 99")


def test_the_source_names_the_release_of_the_homicide_rates():
    assert source_line("2024").startswith("UNODC (2024 release); World Bank ")
