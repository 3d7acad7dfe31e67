"""Pictures of the printed list: what is drawn is what was found, and titles count what is drawn."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from citizen_security.figures.cities.city_table import (
    IN,
    MOVED,
    OUT,
    STAYED,
    plot_published,
    plot_rebuilt,
    plot_turnover,
    plot_unlisted,
    source_of_places,
    title_neighbours,
    title_published,
    title_turnover,
    title_unlisted,
)


@pytest.fixture
def matched():
    return pd.DataFrame(
        {
            "label": ["A (BRA)", "B (BRA)", "C (MEX)", "D (SLV)"],
            "year": [2016, 2015, 2016, 2016],
            "homicide_rate": [60.0, 50.0, 45.0, 90.0],
            "published_rate": [61.0, 70.0, 45.0, np.nan],
            "label_rate": [61.0, 80.0, 45.0, np.nan],
        }
    )


def test_the_title_counts_only_rows_that_can_be_compared(matched):
    assert title_published(matched, 0.05).startswith("1 of 3 printed rates differ")


def test_each_compared_city_has_its_three_rates_on_its_own_row(matched):
    axes = plot_published(matched, label_year=2016, tolerance=0.05).axes[0]
    drawn = {line.get_label(): list(zip(*line.get_data(), strict=True)) for line in axes.lines}
    assert drawn["printed"] == [(60, 0), (50, 1), (45, 2)]
    assert drawn["published, year of the row"] == [(61, 0), (70, 1), (45, 2)]
    assert drawn["published, 2016, of a row of another year"] == [(80, 1)]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["A (BRA)", "B (BRA)", "C (MEX)"]


def test_lines_of_the_rebuilt_list_tell_who_moves_comes_and_goes():
    rebuilt = pd.DataFrame(
        {
            "label": [f"City {number}" for number in range(13)],
            "printed_place": pd.array([12, *range(1, 11), 11, None], dtype="Int64"),
            "place": pd.array([1, *range(2, 12), None, 12], dtype="Int64"),
        }
    )
    figure = plot_rebuilt(rebuilt, label_year=2016)
    colours = [to_hex(line.get_color()).upper() for line in figure.axes[0].lines[:13]]
    assert colours == [MOVED, *[STAYED] * 10, OUT, IN]
    assert figure.get_suptitle() == "Counts of 2016 put 1 of 12 cities off the list, move 1 by 10 places or more"


def test_missing_cities_are_coloured_by_whether_chance_could_have_lifted_them():
    unlisted = pd.DataFrame(
        {"label": ["A", "B"], "rate": [60.0, 45.0], "lower": [50.0, 40.0], "upper": [70.0, 50.0],
         "surely_above": [True, False]}
    )  # fmt: skip
    axes = plot_unlisted(unlisted, cut_off=42.4, confidence_level=0.95, label_year=2016).axes[0]
    assert {text.get_text() for text in axes.get_legend().get_texts()} == {
        "interval above the line", "interval reaches below it", "lowest listed rate, 42.4"
    }  # fmt: skip
    assert title_unlisted(unlisted, 2016).startswith("2 cities that are not listed have")
    assert title_unlisted(unlisted.head(1), 2016).startswith("1 city that is not listed has")


def test_the_title_of_turnover_says_how_much_and_what_chance_would():
    summary = pd.DataFrame(
        {"year": [2010, 2011], "observed": [0.3, 0.1], "chance": 0.1, "chance_lower": 0.0, "chance_upper": 0.2}
    )
    assert title_turnover(summary) == "20% of the list is new a year later; chance alone would renew 10%"
    axes = plot_turnover(summary, confidence_level=0.95, length=30).axes[0]
    np.testing.assert_allclose(axes.lines[1].get_ydata(), [0.3, 0.1])
    assert axes.get_ylim()[0] == 0


def test_the_title_of_neighbours_counts_those_that_overlap():
    assert title_neighbours(np.array([True, False, True]), 0.9) == "Intervals of 2 of 3 neighbours overlap (90%)"


def test_the_source_of_simulated_places_says_how_many_years():
    assert source_of_places(2_000).endswith("; 2,000 simulated years with the printed risks")
