"""Pictures of all municipalities: titles say what the frame holds, and names are drawn as they stand."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.cities.every_municipality import (
    plot_forecasts,
    plot_funnel,
    plot_groups_now,
    plot_growth,
    plot_neighbours,
    plot_recovery,
    plot_risk_now,
    plot_top_places,
)


@pytest.fixture
def risks():
    homicides = np.array([0, 0, 3, 40, 900])
    person_years = np.array([1e4, 2e4, 5e4, 1e6, 1e7])
    raw = homicides / person_years * 1e5
    return pd.DataFrame(
        {
            "homicides": homicides,
            "person_years": person_years,
            "raw_rate": raw,
            "rate": [8.0, 6.0, 5.0, 4.1, 9.0],
            "probability_top": [0.2, 0.1, 0.2, 0.0, 0.5],
        }
    )


@pytest.fixture
def recovery():
    return pd.DataFrame(
        {
            "places": [100, 100],
            "persons": [2_000, 50_000],
            "raw_error": [9.0, 1.0],
            "model_error": [3.0, 1.0],
            "covered": [0.91, 0.6],
        }
    )


@pytest.fixture
def groups():
    return pd.DataFrame(
        {
            "group": ["A", "B"],
            "rate": [10.0, 30.0],
            "lower": [8.0, 25.0],
            "upper": [12.0, 36.0],
            "change": [5.0, -40.0],
            "change_lower": [-1.0, -50.0],
            "change_upper": [11.0, -30.0],
        }
    )


def test_the_funnel_says_what_the_model_makes_of_places_without_a_homicide(risks):
    figure = plot_funnel(risks)
    assert figure.get_suptitle() == "2 of 5 places counted no homicide; the model's rate for the middle one is 7.0"
    raw, model = figure.axes
    assert raw.lines[0].get_ydata().tolist() == risks["raw_rate"].tolist()
    assert model.lines[0].get_ydata().tolist() == risks["rate"].tolist()
    assert raw.get_ylim() == model.get_ylim()


def test_the_funnel_without_empty_places_makes_no_claim_on_them(risks):
    assert "no homicide" not in plot_funnel(risks[risks["homicides"] > 0]).get_suptitle()


@pytest.mark.parametrize(
    ("model_error", "said"), [(3.0, "raw rate's error is 3.0 times"), (18.0, "error is 2.0 times that of the raw")]
)
def test_the_recovery_says_whichever_is_nearer(recovery, model_error, said):
    recovery.loc[0, "model_error"] = model_error
    assert said in plot_recovery(recovery, credible_level=0.9).get_suptitle()


def test_a_coverage_below_the_promise_stays_in_the_picture(recovery):
    coverage = plot_recovery(recovery, credible_level=0.9).axes[1]
    assert coverage.get_ylim()[0] < 0.6


def test_groups_are_ordered_and_their_movement_said(groups):
    figure = plot_groups_now(groups, compared=2015, year=2020)
    assert figure.get_suptitle() == "Since 2015 the risk fell in 1 of 2 groups and rose in 0; in the others it is open"
    now, moved = figure.axes
    assert [label.get_text() for label in now.get_yticklabels()] == ["B", "A"]
    assert now.lines[0].get_xdata().tolist() == [30.0, 10.0]
    assert moved.lines[0].get_xdata().tolist() == [-40.0, 5.0]


def test_in_one_year_nothing_moves(groups):
    figure = plot_groups_now(groups, compared=2020, year=2020)
    assert figure.get_suptitle() == "The highest of 2 group risks is 3.0 times the lowest"
    assert len(figure.axes) == 1


def test_risks_now_stand_beside_what_was_counted(risks):
    now = risks.assign(
        place=list("abcde"), lower=risks["rate"] - 1, upper=risks["rate"] + 1, probability_above=[0, 0.5, 0.96, 1, 0.94]
    )
    figure = plot_risk_now(now, year=2020, threshold=5.5, credible_level=0.8, shown=3)
    assert figure.get_suptitle() == "In 2020 2 of 5 places surely had a risk above 5.5"
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["e", "a", "b"]
    assert axes.lines[1].get_xdata().tolist() == [9.0, 8.0, 6.0]
    assert axes.lines[2].get_xdata().tolist() == risks["raw_rate"].iloc[[4, 0, 1]].tolist()
    assert "80% credible interval" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_forecasters_are_ordered_by_their_log_score():
    table = pd.DataFrame(
        {
            "forecaster": ["risk now", "last value", "mean"],
            "log_score": [-2.0, -3.0, -1.0],
            "covered": [0.9, 0.8, 0.7],
            "covered_lower": [0.85, 0.75, 0.6],
            "covered_upper": [0.95, 0.85, 0.75],
            "covered_largest": [0.88, 0.6, 0.5],
            "covered_largest_lower": [0.8, 0.5, 0.4],
            "covered_largest_upper": [0.9, 0.7, 0.6],
        }
    )
    figure = plot_forecasts(table, model="risk now", credible_level=0.9)
    assert figure.get_suptitle() == "By the log score of held-out years the model comes second of 3"
    left, right = figure.axes
    assert [label.get_text() for label in left.get_yticklabels()] == ["mean", "risk now", "last value"]
    assert left.collections[0].get_offsets()[:, 0].tolist() == [-1.0, -2.0, -3.0]
    everywhere, of_all, where_largest, of_largest = right.collections
    assert of_all.get_offsets()[:, 0].tolist() == [0.7, 0.9, 0.8]
    assert of_largest.get_offsets()[:, 0].tolist() == [0.5, 0.88, 0.6]
    # Each share stands on its interval.
    for ranges, points, ends in ((everywhere, of_all, [0.6, 0.75]), (where_largest, of_largest, [0.4, 0.6])):
        (start, stop), row = ranges.get_segments()[0][:, 0], points.get_offsets()[0, 1]
        assert [start, stop] == ends
        assert ranges.get_segments()[0][0, 1] == row


def test_maps_are_drawn_and_those_that_are_helped_counted():
    table = pd.DataFrame(
        {
            "map": ["states", "drawn, alike", "drawn, not alike"],
            "gain": [0.1, 2.0, -1.0],
            "lower": [-1.0, 1.0, -2.0],
            "upper": [1.2, 3.0, -0.5],
        }
    )
    rates = np.array([[0.0, 1.0], [2.0, 400.0]])
    figure = plot_neighbours(table, {"drawn, alike": rates, "drawn, not alike": rates}, credible_level=0.9)
    first, second, right = figure.axes
    assert figure.get_suptitle() == "Neighbours surely help the forecast on 1 of 3 maps"
    assert [axes.get_title("left") for axes in (first, second)] == ["drawn,\nalike", "drawn,\nnot alike"]
    # One high rate leaves the others apart from each other.
    assert first.images[0].get_array().tolist() == [[0, 1], [2, 3]]
    assert [label.get_text() for label in right.get_yticklabels()] == ["states", "drawn,\nalike", "drawn,\nnot alike"]
    assert "90%" in right.get_title("left")
    assert right.collections[1].get_offsets()[:, 0].tolist() == [0.1, 2.0, -1.0]


def test_one_group_has_no_range(groups):
    figure = plot_groups_now(groups.head(1), compared=2020, year=2020)
    assert figure.get_suptitle() == "One group, at 10.0 homicides per 100,000 person-years"


@pytest.mark.parametrize("name", ["$\\frac$", "<b>bold</b>", "a_b^c", "$"])
def test_a_name_with_signs_of_mathematics_is_drawn_as_it_stands(groups, name):
    figure = plot_groups_now(groups.assign(group=[name, "B"]), compared=2019, year=2020)
    figure.canvas.draw()
    assert name in [label.get_text() for label in figure.axes[0].get_yticklabels()]


def test_the_top_of_the_raw_list_is_judged_by_probability(risks):
    figure = plot_top_places(risks, top=1)
    # The highest raw rate is that of the last place, 9.0 per 100,000, whose probability is 0.5.
    assert figure.get_suptitle().startswith("Of the first 1 of the last year's raw list about 0 ")
    assert len(figure.axes[0].lines) == 2


def test_growth_is_said_in_times(recovery):
    growth = pd.DataFrame({"places": [500, 5_000], "seconds": [10.0, 25.0], "megabytes": [10.0, 80.0]})
    assert plot_growth(growth).get_suptitle() == "10 times the places take 2.5 times the time"
