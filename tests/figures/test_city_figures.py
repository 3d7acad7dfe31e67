"""Pictures of the city models: the title is the finding, every city has its row, and no place is lost."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.cities.intervals import plot_rank_intervals, plot_rate_intervals
from citizen_security.figures.cities.predictive_checks import STATISTICS, plot_list_statistics, plot_prior_rates
from citizen_security.figures.cities.shrinkage import plot_shrinkage


@pytest.fixture
def cities():
    raw = np.array([40.0, 90.0, 60.0, 55.0])
    return pd.DataFrame(
        {
            "city": ["Alpha", "Beta", "Gamma", "Delta"],
            "label": ["Alpha (AAA)", "Beta (AAA)", "Gamma (BBB)", "Delta (CCC)"],
            "iso3": ["AAA", "AAA", "BBB", "CCC"],
            "is_lac": [True, True, False, True],
            "homicides": [120, 300, 900, 2_000],
            "raw_rate": raw,
            "rate": raw * [1.05, 0.97, 1.0, 1.0],
            "rate_lower": raw * 0.9,
            "rate_upper": raw * 1.2,
            "country_rate": [65.0, 65.0, 60.0, 56.0],
            "change_percent": [5.0, -3.0, 0.0, 0.0],
            "raw_rank": [4, 1, 2, 3],
            "rank_median": [4.0, 1.0, 2.0, 3.0],
            "rank_lower": [3, 1, 2, 2],
            "rank_upper": [4, 1, 3, 4],
        }
    )


def drawn(figure):
    """The figure with its layout done, which is where an overfull one complains."""
    figure.canvas.draw()
    return figure


def names(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_rates_are_in_order_with_the_highest_on_top(cities):
    figure = drawn(
        plot_rate_intervals(cities, rate="rate", lower="rate_lower", upper="rate_upper", title="Rates are uncertain")
    )
    (axes,) = figure.axes
    assert names(axes) == ["Beta (AAA)", "Gamma (BBB)", "Delta (CCC)", "Alpha (AAA)"]
    assert axes.yaxis_inverted()
    assert figure.get_suptitle() == "Rates are uncertain"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "Latin America and the Caribbean",
        "elsewhere",
    ]


def test_a_region_without_cities_is_not_in_the_legend(cities):
    inside = cities[cities["is_lac"]]
    (axes,) = plot_rate_intervals(inside, rate="rate", lower="rate_lower", upper="rate_upper", title="").axes
    assert legend(axes) == ["Latin America and the Caribbean"]


def test_the_title_of_the_ranks_is_computed(cities):
    # Widths are 1, 0, 1 and 2 places: the median is 1.
    figure = drawn(plot_rank_intervals(cities, probability=0.9, top_places=2))
    assert figure.get_suptitle() == "Half of the cities have a 90% rank interval of 1 place or more"
    assert names(figure.axes[0]) == ["Beta (AAA)", "Gamma (BBB)", "Delta (CCC)", "Alpha (AAA)"]


def test_every_city_moved_is_drawn_with_its_country(cities):
    figure = drawn(plot_shrinkage(cities, named=2))
    left, right = figure.axes
    assert figure.get_suptitle() == "Pooling moves the middle city by 1.5%"
    assert {text.get_text() for text in left.texts} == {"Alpha", "Beta"}
    assert names(right) == ["CCC", "BBB", "AAA"]


def test_the_title_of_the_priors_is_their_interval():
    figure = drawn(plot_prior_rates(np.geomspace(1, 1_000, 1_001), pd.Series([50.0, 60.0]), credible_level=0.8))
    # Evenly spread over three decades, the middle 80% begin at a third of the first.
    assert figure.axes[0].get_title(loc="left") == "The priors put 80% of cities between 2.0 and 501"


def test_the_title_of_a_check_counts_the_lists_above_the_lowest_rate():
    generator = np.random.default_rng(1)
    replications = {
        name: pd.DataFrame(generator.standard_normal((400, 4)), columns=list(STATISTICS))
        for name in ("the same cities", "other cities")
    }
    replications["other cities"]["lowest_rate"] = np.repeat([0.0, 2.0], [300, 100])
    observed = pd.Series(dict.fromkeys(STATISTICS, 1.0))
    figure = drawn(plot_list_statistics(replications, observed))
    assert figure.get_suptitle() == "25% of the simulated lists of other cities stay above the lowest rate listed"
    assert [axes.get_xlabel() for axes in figure.axes] == list(STATISTICS.values())


def test_a_check_that_no_list_passes_says_none():
    frame = pd.DataFrame(np.zeros((10, 4)), columns=list(STATISTICS))
    figure = plot_list_statistics({"other cities": frame}, pd.Series(dict.fromkeys(STATISTICS, 1.0)))
    assert figure.get_suptitle().startswith("None of the simulated lists")
