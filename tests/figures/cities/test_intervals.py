"""Intervals of rates and ranks: every city has its row, and the title is the finding."""

import pytest

from citizen_security.figures.cities.intervals import plot_rank_intervals, plot_rate_intervals, title_overlapping_pairs


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


def test_ranks_that_are_certain_have_no_width(cities):
    certain = cities.assign(rank_upper=cities["rank_lower"])
    figure = drawn(plot_rank_intervals(certain, probability=0.9, top_places=2))
    assert figure.get_suptitle() == "Half of the cities or more have a 90% rank interval of a single place"


def test_no_more_places_are_shaded_as_the_top_than_the_list_has_below_its_last(cities):
    (axes,) = plot_rank_intervals(cities, probability=0.9, top_places=9).axes
    # Four cities: three of them may be the top.
    assert axes.patches[0].get_xy()[0] + axes.patches[0].get_width() == pytest.approx(3.5)


def test_the_title_of_pairs_is_their_share_and_the_level():
    assert title_overlapping_pairs(0.734, 0.95) == "73% of all pairs of cities have overlapping 95% intervals"
