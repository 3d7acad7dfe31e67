"""Pictures of all municipalities: titles say what the frame holds, and names are drawn as they stand."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.cities.every_municipality import (
    plot_funnel,
    plot_groups_and_years,
    plot_growth,
    plot_recovery,
    plot_top_places,
    plot_two_models,
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
def intervals():
    return pd.DataFrame({"median": [10.0, 30.0], "lower": [8.0, 25.0], "upper": [12.0, 36.0]})


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


def test_groups_are_ordered_and_their_range_said(intervals):
    groups, years = intervals.assign(group=["A", "B"]), intervals.assign(year=[2001, 2002])
    figure = plot_groups_and_years(groups, years)
    assert figure.get_suptitle() == "The highest of 2 group rates is 3.0 times the lowest"
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["B", "A"]


def test_one_group_has_no_range(intervals):
    figure = plot_groups_and_years(intervals.head(1).assign(group="A"), intervals.head(1).assign(year=2001))
    assert figure.get_suptitle() == "One group, at 10.0 homicides per 100,000 person-years"


@pytest.mark.parametrize("name", ["$\\frac$", "<b>bold</b>", "a_b^c", "$"])
def test_a_name_with_signs_of_mathematics_is_drawn_as_it_stands(intervals, name):
    figure = plot_groups_and_years(intervals.assign(group=[name, "B"]), intervals.assign(year=[2001, 2002]))
    figure.canvas.draw()
    assert name in [label.get_text() for label in figure.axes[0].get_yticklabels()]


def test_the_top_of_the_raw_list_is_judged_by_probability(risks):
    figure = plot_top_places(risks, top=1)
    # The highest raw rate is that of the last place, 9.0 per 100,000, whose probability is 0.5.
    assert figure.get_suptitle().startswith("Of the first 1 of the raw list, by the simple model about 0 ")
    assert len(figure.axes[0].lines) == 2


def test_two_models_are_compared_by_coverage_where_the_truth_is_known_and_by_width_where_not():
    classes = pd.DataFrame(
        {
            "places": [100, 100],
            "persons": [2_000, 50_000],
            "width_simple": [1.4, 0.2],
            "width_fuller": [1.4, 0.3],
            "covered_simple": [0.9, 0.71],
            "covered_fuller": [0.91, 0.9],
        }
    )
    figure = plot_two_models(classes, credible_level=0.9)
    assert len(figure.axes) == 2
    assert figure.get_suptitle().endswith("90% intervals of the two models hold in 71% and 90%")
    brought = plot_two_models(classes.drop(columns=["covered_simple", "covered_fuller"]), credible_level=0.9)
    assert len(brought.axes) == 1
    assert brought.get_suptitle().replace("\n", " ").endswith("the fuller model's intervals are 1.5 times as wide")


def test_growth_is_said_in_times(recovery):
    growth = pd.DataFrame({"places": [500, 5_000], "seconds": [10.0, 25.0], "megabytes": [10.0, 80.0]})
    assert plot_growth(growth).get_suptitle() == "10 times the places take 2.5 times the time"
