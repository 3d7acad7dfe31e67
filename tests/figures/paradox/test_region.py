"""Pictures of the region and its countries say what the frames say, and every mark can be told apart."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.paradox.region import (
    chart_panels,
    plot_country_panels,
    plot_reversion,
    plot_revisions,
    plot_world_share,
    show_countries,
    title_changes,
)
from citizen_security.figures.paradox.series import REGION

NAMES = pd.Series({"A": "Alpha", "B": "Beta", "C": "A Country with a Very Long Name"})


@pytest.fixture
def ratios():
    rows = [(iso3, year) for iso3 in NAMES.index for year in range(2000, 2005)]
    frame = pd.DataFrame(rows, columns=["iso3", "year"])
    frame = frame.assign(homicide=1.0, poverty=0.5, gini=1.0, income=2.0)
    frame.loc[frame["year"] == 2002, "homicide"] = np.nan
    frame.loc[frame["iso3"] == "B", "homicide"] = 0.0
    return frame


@pytest.fixture
def changes():
    return pd.DataFrame(
        {
            "homicide_change": [1.0, -1.0, 2.0],
            "poverty_change": [-5.0, np.nan, -1.0],
            "gini_change": [np.nan, np.nan, np.nan],
            "income_change": [10.0, 5.0, -2.0],
        }
    )


@pytest.fixture
def compared():
    return pd.DataFrame(
        {
            "year": range(2010, 2015),
            "homicide_share": 0.35,
            "homicide_share_lower": 0.3,
            "homicide_share_upper": 0.4,
            "homicide_share_reported": 0.45,
            "population_share": 0.083,
        }
    )


def test_the_title_counts_only_countries_with_figures_and_leaves_out_what_nobody_has(changes):
    title = title_changes(changes)
    assert "income a head rose in 2 of 3" in title
    assert "poverty fell in 2 of 2" in title
    assert "homicide fell in 1 of 3" in title
    assert "Gini" not in title


def test_every_country_has_a_panel_and_the_legend_a_free_cell(ratios, changes):
    figure = plot_country_panels(ratios, changes, NAMES)
    titled = [axis for axis in figure.axes if axis.get_title(loc="left")]
    assert {axis.get_title(loc="left") for axis in titled} == set(NAMES)
    (legend,) = [axis.get_legend() for axis in figure.axes if axis.get_legend()]
    assert len(legend.get_texts()) == 4
    assert all(not axis.get_legend() for axis in titled)


def test_gaps_stay_open_and_a_year_without_homicide_is_not_drawn_at_some_height(ratios, changes):
    figure = plot_country_panels(ratios, changes, NAMES)
    alpha, beta = (
        next(axis for axis in figure.axes if axis.get_title(loc="left") == name) for name in ("Alpha", "Beta")
    )
    assert np.isnan(alpha.lines[0].get_ydata()[2])
    assert np.isnan(beta.lines[0].get_ydata()).all()


def test_one_country_alone_is_drawn(ratios, changes):
    figure = plot_country_panels(ratios[ratios["iso3"] == "A"], changes.head(1), NAMES)
    assert [axis.get_title(loc="left") for axis in figure.axes if axis.get_title(loc="left")] == ["Alpha"]


def test_the_four_lines_differ_in_more_than_colour(ratios, changes):
    figure = plot_country_panels(ratios, changes, NAMES)
    assert len({line.get_linestyle() for line in figure.axes[0].lines[:4]}) == 4


def test_the_share_of_the_world_is_quoted_with_its_bounds_and_the_share_of_people(compared):
    title = plot_world_share(compared, "Region", 2012).get_suptitle()
    assert "Region, 2012: 8.3% of the world's people" in title
    assert "35% of its homicides (30 to 40" in title


def test_reported_homicides_are_a_line_of_their_own(compared):
    (axis,) = plot_world_share(compared, "Region", 2012).axes
    assert [45.0] * 5 in [pytest.approx(list(line.get_ydata())) for line in axis.lines]
    assert axis.get_ylim()[0] == 0


@pytest.fixture
def revisions():
    return pd.DataFrame({"iso3": ["A", "A", "B"], "year": [2000, 2001, 2001], "change": [0.1, -2.0, 0.3]})


@pytest.fixture
def versions():
    return pd.DataFrame({"version": ["counts", "rates"], "value": [5.0, 2.0], "lower": [-2.0, -5.0], "upper": [9.0, 6]})


def test_the_largest_revision_is_named(revisions, versions):
    title = plot_revisions(revisions, versions, NAMES).get_suptitle()
    assert "median revision of 3 rates was 0.30" in title
    assert "2.0, Alpha" in title


def test_a_version_that_could_not_be_compared_has_no_row(revisions, versions):
    below = plot_revisions(revisions, versions, NAMES).axes[1]
    assert [label.get_text() for label in below.get_yticklabels()] == ["victims over people", "published rates"]


def test_the_title_sets_the_fall_beside_the_one_that_chance_brings():
    levels = pd.DataFrame({"iso3": ["A", "B"], "before": [50.0, 5.0], "after": [40.0, 6.0]})
    figure = plot_reversion(levels, ("A",), np.array([-30.0, -10.0]), -15.2, -21.0, (-30.0, -10.0), NAMES)
    title = figure.get_suptitle()
    assert "1 most violent countries fell by 15% against all" in title
    assert "chance alone gives −21% (−30% to −10%)" in title
    assert [text.get_text() for text in figure.axes[0].texts] == ["Alpha"]


@pytest.mark.slow
def test_the_interactive_chart_carries_four_panels_and_the_region_only_where_it_is_meant():
    panel = pd.DataFrame({"iso3": ["A"] * 3, "year": [2000, 2001, 2002], "h": [1.0, np.nan, 2.0], "m": 1000.4})
    columns = {"homicide": "h", "poverty": "h", "gini": "h", "income": "m"}
    regional = pd.DataFrame(
        [(subject, 2000, 7.0) for subject in columns],
        columns=["subject", "year", "value"],
    )
    alone = show_countries(panel, None, columns, NAMES, "poverty_365").html
    both = show_countries(panel, regional, columns, NAMES, "poverty_365").html
    assert "below 3.65 USD a day" in alone
    assert f'"country":"{REGION}"' not in alone
    assert "Bold: the region" not in alone
    assert f'"country":"{REGION}"' in both
    assert '"income":1000.0' in alone, "income is carried to the dollar"
    assert "NaN" not in alone


def test_the_panels_of_the_chart_name_the_line_that_was_chosen():
    assert "2.15" in chart_panels("poverty_215")["poverty"].title
