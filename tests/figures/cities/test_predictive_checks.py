"""Checks of the model: titles count what is drawn."""

import numpy as np
import pandas as pd

from citizen_security.figures.cities.predictive_checks import STATISTICS, plot_list_statistics, plot_prior_rates


def drawn(figure):
    """The figure with its layout done, which is where an overfull one complains."""
    figure.canvas.draw()
    return figure


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


def test_rates_of_the_table_that_the_priors_hardly_allow_are_within_the_axis():
    figure = drawn(plot_prior_rates(np.geomspace(1, 10, 1_001), pd.Series([0.0, 0.2, 80.0]), credible_level=0.8))
    low, high = figure.axes[0].get_xlim()
    assert 0.1 < low < 0.2
    assert 80 < high < 100


def test_a_statistic_that_the_list_has_not_has_no_panel():
    names = list(STATISTICS)[:3]
    replications = {"other cities": pd.DataFrame(np.random.default_rng(1).standard_normal((50, 3)), columns=names)}
    figure = drawn(plot_list_statistics(replications, pd.Series(dict.fromkeys(names, 0.5))))
    assert [axes.get_xlabel() for axes in figure.axes] == [STATISTICS[name] for name in names]
