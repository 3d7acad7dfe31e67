"""A series as a picture: every figure at its year, gaps as gaps, the last value in print."""

import re

import pytest

from citizen_security.figures.places.series import Series, runs, series_picture, value_ticks, year_ticks

YEARS = (2000, 2010)
SERIES = Series(
    dots={2000: 0.0, 2001: 50.0, 2005: 100.0},
    line={2000: 10.0, 2001: 20.0, 2002: 30.0, 2005: 40.0},
    band={2000: (5.0, 15.0), 2001: (15.0, 25.0), 2002: (25.0, 35.0)},
    height=100,
)


def drawn(series=SERIES, **options):
    return series_picture(series, **{"years": YEARS, "last": "100", "words": "Words", **options})


def path(picture, kind):
    return re.search(rf'<path class="{kind}" d="([^"]+)"', picture)[1]


def test_a_dot_stands_at_its_year_and_value():
    places = [tuple(map(int, it)) for it in re.findall(r"M(\d+) (\d+)h0", path(drawn(), "dots"))]
    # From 8 to 86% of the width, from the bottom at zero to the top at a hundred.
    assert places == [(80, 100), (158, 50), (470, 0)]


def test_a_year_without_a_figure_breaks_the_line():
    assert path(drawn(), "line").count("M") == 2
    assert runs({2000: 1, 2001: 1, 2003: 1}) == [[2000, 2001], [2003]]


def test_the_band_runs_over_and_back_under_the_line():
    assert path(drawn(), "band").startswith("M80 85L158 75L236 65L236 75L158 85L80 95z")


def test_doubted_years_are_hollow_and_no_others():
    assert path(drawn(Series(dots=SERIES.dots, doubted=frozenset({2001}))), "hollow").count("h0") == 1
    assert 'class="hollow"' not in drawn()


@pytest.mark.parametrize(
    ("new_from", "there"), [(2001, True), (2005, True), (2000, False), (2006, False), (None, False)]
)
def test_a_break_is_marked_only_between_figures(new_from, there):
    assert ('class="break"' in drawn(Series(dots=SERIES.dots, new_from=new_from))) == there


def test_the_last_value_is_printed_beside_the_last_dot():
    assert '<text class="last" x="47.0%" dx="8" y="23">100</text>' in drawn()


def test_words_and_values_are_text():
    picture = drawn(words='"><script>', last="<b>")
    assert "<script>" not in picture
    assert "<b>" not in picture


def test_the_picture_is_as_wide_as_its_place_and_keeps_its_height():
    assert 'width="100%" height="138"' in drawn()
    assert 'preserveAspectRatio="none"' in drawn()


def test_one_year_alone_is_drawn():
    assert "h0" in path(drawn(Series(dots={2005: 3.0}), years=(2005, 2005), last="3"), "dots")


@pytest.mark.parametrize("series", [Series(), Series(dots={2000: -1.0})])
def test_nothing_to_draw_is_refused(series):
    with pytest.raises(ValueError, match="at least one value"):
        drawn(series)


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, [0, 1]),
        (3, [0, 1, 2, 3]),
        (83, [0, 25, 50, 75, 100]),
        (100, [0, 25, 50, 75, 100]),
        (0.07, [0, 0.02, 0.04, 0.06, 0.08]),
    ],
)
def test_ticks_are_round_and_reach_the_highest(highest, ticks):
    assert value_ticks(highest) == pytest.approx(ticks)


def test_ticks_are_few_at_any_size():
    for number in range(1, 400):
        found = value_ticks(number * 7.3)
        assert 3 <= len(found) <= 6
        assert found[-1] >= number * 7.3 - 1e-6


@pytest.mark.parametrize(
    ("years", "ticks"),
    [
        ((1990, 2023), [1990, 1995, 2000, 2005, 2010, 2015, 2020]),
        ((2014, 2023), [2014, 2016, 2018, 2020, 2022]),
        ((2021, 2021), [2021]),
    ],
)
def test_years_are_named_at_round_steps(years, ticks):
    assert year_ticks(*years) == ticks
