"""Pictures of places: titles say what the frame holds, arrows stand for what is cut, sources are those shown."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.places import every_place as figures


@pytest.fixture
def places():
    return pd.DataFrame(
        {
            "name": ["A$b", "B", "C"],
            "unit": "homicides per 100,000",
            "fit": "cities of Nowhere",
            "year": 2020,
            "value": [50.0, 45.0, 10.0],
            "value_lower": [40.0, 30.0, 8.0],
            "value_upper": [60.0, 55.0, 13.0],
            "published": [52.0, 41.0, 9.0],
            "published_year": [2020, 2020, 2018],
            "rank": [1.0, 2.0, 3.0],
            "since": [2010, 2011, 2010],
            "until": 2020,
            "change_percent": [900.0, -50.0, 4.0],
            "lower": [600.0, -70.0, -10.0],
            "upper": [1300.0, -20.0, 21.0],
            "more_than_chance": [True, True, False],
            "chosen": [False, True, False],
        }
    )


def title(figure):
    return " ".join(figure._suptitle.get_text().split())


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_risks_say_how_many_intervals_reach_the_highest(places):
    figure = figures.plot_risk_now(places, credible_level=0.9)
    assert title(figure) == "In 2020 the intervals of 2 cities of Nowhere reach that of A$b, which has the highest risk"
    labels = figure.axes[0].get_yticklabels()
    assert [label.get_text() for label in labels] == ["A$b", "B", "C"]
    assert [label.get_fontweight() for label in labels] == ["normal", "bold", "normal"]
    alone = places.assign(value_lower=[58.0, 30.0, 8.0])
    assert "surely had the highest risk" in title(figures.plot_risk_now(alone, credible_level=0.9))
    counts = alone.assign(rank=np.nan, unit="homicides a year")
    assert "surely had the most homicides" in title(figures.plot_risk_now(counts, credible_level=0.9))


def test_changes_count_what_is_sure_and_cut_what_is_far(places):
    figure = figures.plot_changes(places, credible_level=0.9)
    assert title(figure) == "Since 2010 the risk surely fell in 1 of 3 cities of Nowhere and surely rose in 1"
    axes = figure.axes[0]
    assert texts(axes) == ["+900%"]
    assert axes.get_xlim()[1] < 400
    without = places.assign(change_percent=[np.nan, -50.0, 4.0])
    assert "1 of 2 cities" in title(figures.plot_changes(without, credible_level=0.9))
    nothing = places.assign(change_percent=np.nan)
    assert title(figures.plot_changes(nothing, credible_level=0.9)) == "No place has an earlier figure"


def test_of_a_long_list_both_ends_are_drawn(places):
    many = pd.concat([places.iloc[[2]]] * 100, ignore_index=True)
    many["change_percent"] = np.arange(100.0)
    many["name"] = [f"P{number}" for number in range(100)]
    drawn = [label.get_text() for label in figures.plot_changes(many, credible_level=0.9).axes[0].get_yticklabels()]
    assert len(drawn) == figures.SHOWN
    assert (drawn[0], drawn[-1]) == ("P99", "P0")
    assert len(figures.plot_risk_now(many, credible_level=0.9).axes[0].get_yticklabels()) == figures.SHOWN


def test_bars_add_up_to_all_places():
    by_fit = pd.DataFrame({"fit": ["a", "b"], "places": [4, 10], "fell": [1, 0], "not_sure": [3, 4], "rose": [0, 6]})
    figure = figures.plot_shares(by_fit, since=2010)
    assert title(figure) == "Since 2010 the risk surely fell in 1 of 14 places and surely rose in 6"
    assert texts(figure.axes[0]) == ["1", "3", "4", "6"]
    ends = [bar.get_x() + bar.get_width() for bar in figure.axes[0].patches]
    assert max(ends) == pytest.approx(100)


def test_widths_of_ranks_say_how_many_are_narrow():
    widths = pd.DataFrame({"fit": ["a", "a", "a", "b"], "width": [0, 0, 12, 10], "ranked": [3, 3, 3, 20]})
    figure = figures.plot_rank_widths(widths, narrow=10, credible_level=0.9)
    assert title(figure) == "2 of 4 places have a rank known to within 10 places"
    # Places of one width do not cover each other.
    first = figure.axes[0].lines[0]
    assert len({*zip(first.get_xdata(), first.get_ydata(), strict=True)}) == 3


def series(published, doubted=False):
    middle = np.array(published, float)
    return pd.DataFrame(
        {
            "year": range(2018, 2018 + len(middle)),
            "published": middle,
            "published_lower": middle - 1,
            "published_upper": middle + 1,
            "value": 5.0,
            "value_lower": 4.0,
            "value_upper": 6.0,
            "doubted": doubted,
        }
    )


def test_a_place_is_said_with_its_latest_figure_and_its_peak():
    known = {"name": "A", "unit": "homicides per 100,000", "since": 2018, "credible_level": 0.9}
    assert title(figures.plot_place(series([7.0, 30.2, 12.4]), **known)) == (
        "A: 12 homicides per 100,000 in 2020, 30 in 2019, the highest"
    )
    rising = figures.plot_place(series([3.0, np.nan, 7.55], doubted=[False, False, True]), **known)
    assert title(rising) == "A: 7.5 homicides per 100,000 in 2020, more than in any year before"
    assert "published, doubted" in [text.get_text() for text in rising.legends[0].get_texts()]


def test_forecasts_say_how_many_fits_are_beaten():
    fits = pd.DataFrame(
        {
            "fit": ["a", "b"],
            "gain": [0.1, -0.4],
            "gain_lower": [-0.1, -0.6],
            "gain_upper": [0.3, -0.2],
            "covered": [0.9, 0.4],
            "model_holds": [True, False],
        }
    )
    figure = figures.plot_forecasts(fits, credible_level=0.9)
    assert title(figure) == "A simple rival forecasts held-out years surely better in 1 of 2 fits"
    assert figure.axes[1].get_xlim()[0] <= 0.4


def test_revisions_say_how_many_are_beyond_chance():
    revisions = pd.DataFrame(
        {
            "name": ["A", "A", "B"],
            "revision_percent": [1.0, -30.0, 2.0],
            "chance_percent": [5.0, 5.0, 1.0],
            "outside": [False, True, True],
        }
    )
    figure = figures.plot_revisions(revisions)
    assert title(figure) == "Another release moved 2 of 3 figures farther than chance in the count would"
    # The country of the most homicides, whose chance is smallest, on top.
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["B", "A"]


def test_sources_are_those_of_the_tables_that_are_shown_each_once():
    assert figures.sources(["country_year"] * 3) == "UNODC, 2025 release"
    both = figures.sources(["state_year", "city_year", "ecuador_province_month"])
    assert both.count("INEGI") == 1
    assert both.endswith("Ministerio del Interior (Ecuador)")
