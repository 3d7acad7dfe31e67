"""What a page says of a place: grammatical for every place, and no more than its figures say."""

import re
from dataclasses import replace

import pytest

from citizen_security.book.places import sentences
from citizen_security.book.places.numbers import short
from citizen_security.book.places.records import Change, Interval, Now, Place, Rank, Year


def year(number, count, people=100_000.0):
    rate = None if people is None else Interval(1e5 * count / people, 0.0, 1e6)
    return Year(number, count, people, rate, None)


def change(value, lower, upper, *, sure, since=2010, until=2020, across_break=False):
    return Change(since, until, Interval(value, lower, upper), sure, base=True, across_break=across_break)


def place(*years, changed=None, rank=None, following=None):
    now = Now(2020, Interval(5, 4, 6), rank, following) if rank or following else None
    return Place(
        key="XXX", kind="country", name="Here", iso3="XXX", country="Here", parent="", measure="m", source_table="t",
        called="Here", break_year=None, population=1e5, model_holds=True, forecast_covered=None, years=years, now=now,
        changes=(changed,) if changed else (),
    )  # fmt: skip


FALL = change(-50.0, -60.0, -40.0, sure=True)
RISE = change(60.0, 40.0, 80.0, sure=True)
OPEN = change(10.0, -20.0, 40.0, sure=False)


@pytest.mark.parametrize(
    ("before", "now", "changed", "finding"),
    [
        (year(2010, 60), year(2020, 31), FALL, "31 homicides per 100,000 in 2020, down from 60 in 2010"),
        (year(2010, 20), year(2020, 31), RISE, "31 homicides per 100,000 in 2020, up from 20 in 2010"),
        # Chance could explain it, or the published figures went the other way: neither up nor down is claimed.
        (year(2010, 20), year(2020, 31), OPEN, "31 homicides per 100,000 in 2020, against 20 in 2010"),
        (year(2010, 20), year(2020, 31), FALL, "31 homicides per 100,000 in 2020, against 20 in 2010"),
        (year(2010, 31), year(2020, 31), OPEN, "31 homicides per 100,000 in 2020, as in 2010"),
        (year(2010, 5), year(2020, 0), FALL, "no homicides in 2020, down from 5.0 homicides per 100,000 in 2010"),
        (year(2010, 0), year(2020, 5), RISE, "5.0 homicides per 100,000 in 2020, up from no homicides in 2010"),
        (year(2010, 0), year(2020, 0), OPEN, "no homicides in 2020, as in 2010"),
        (year(2010, 3, None), year(2020, 1, None), FALL, "1 homicide in 2020, down from 3 in 2010"),
        (year(2010, 3), year(2020, 10), None, "10 homicides per 100,000 in 2020"),
    ],
)
def test_the_finding_is_a_sentence_for_every_place(before, now, changed, finding):
    assert sentences.title(place(before, now, changed=changed)) == f"Here: {finding}"


def test_one_figure_and_none_have_a_finding_too():
    assert sentences.title(place(year(2020, 1234, None))) == "Here: 1,234 homicides in 2020"
    assert sentences.title(place()) == "Here: no published figure"


@pytest.mark.parametrize(
    ("rank", "words"),
    [
        (Rank(5, 3, 9, 33), "was the 5th highest of 33 countries of the region; any rank from 3rd to 9th fits"),
        (Rank(1, 1, 1, 33), "was the highest of 33 countries of the region, and no other rank fits the figures"),
        (Rank(33, 31, 33, 33), "was the lowest of 33 countries of the region; any rank from 31st to 33rd fits"),
    ],
)
def test_a_rank_has_its_interval_in_words(rank, words):
    said = sentences.rank(place(year(2020, 10), rank=rank), 0.95)
    assert words in said
    assert "95% interval" in said
    assert "last figure" not in said


def test_a_rank_of_a_year_after_the_last_figure_says_so():
    said = sentences.rank(place(year(2018, 10), rank=Rank(5, 3, 9, 33)), 0.9)
    assert said.startswith("For 2020, by the model alone, its risk of homicide is the 5th highest")
    assert said.endswith("(90% interval). Its last figure is of 2018.")


def test_the_last_rate_is_told_with_what_chance_leaves_open():
    shown = place(year(2018, 10))
    rate = shown.latest.rate
    said = sentences.by_its_count(shown, 0.9)
    assert (
        f"the rate of 2018 may stand for {short(rate.lower)} to {short(rate.upper)} per 100,000 (90% interval)" in said
    )
    assert sentences.by_its_count(place(), 0.9) == ""


@pytest.mark.parametrize("rank", [None, Rank(1, 1, 1, 1)])
def test_who_stands_alone_has_no_rank(rank):
    assert sentences.rank(place(year(2020, 10), rank=rank, following=Interval(1, 0, 2)), 0.95) == ""


BETWEEN = "between 2010 and 2020"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (FALL, f"Its risk fell by 50% (40% to 60%) {BETWEEN}: more than chance would do."),
        (RISE, f"Its risk rose by 60% (40% to 80%) {BETWEEN}: more than chance would do."),
        (OPEN, f"No change is shown {BETWEEN}: anything from −20% to +40% fits the figures."),
        (
            change(732.0, 618.0, 864.0, sure=True),
            f"Its risk rose to 8.3 times what it was (7.2 to 9.6 times) {BETWEEN}: more than chance would do.",
        ),
        # At another level than that of the interval that is shown, an end may lie on the other side.
        (
            change(-9.0, -20.0, 2.0, sure=True),
            f"Its risk fell by 9% (−20% to +2%) {BETWEEN}: more than chance would do.",
        ),
    ],
)
def test_a_change_is_told_with_whether_chance_could_do_it(changed, words):
    assert sentences.changed(place(year(2010, 1), year(2020, 1)), changed) == words


def test_a_change_across_a_break_says_so_and_a_count_is_no_risk():
    counted = place(year(2010, 1, None), year(2020, 1, None))
    said = sentences.changed(counted, replace(FALL, across_break=True))
    assert said.startswith("The number to expect fell by 50%")
    assert said.endswith(
        "more than chance would do, if the two figures can be compared."
        " The populations before and after are of different censuses."
    )


def test_a_doubted_figure_is_no_plain_finding():
    before, doubted = (
        year(2010, 60),
        replace(year(2020, 31), note="doubted by specialists; published count is 6% below"),
    )
    shown = place(before, doubted, changed=FALL)
    assert (
        sentences.title(shown) == "Here: 31 homicides per 100,000 in 2020 (doubted by specialists), against 60 in 2010"
    )
    assert sentences.changed(shown, FALL).endswith(
        "more than chance would do, if the two figures can be compared. Beware of 2020: doubted by specialists."
    )
    across = replace(FALL, across_break=True)
    assert sentences.title(place(before, year(2020, 31), changed=across)).endswith("in 2020, against 60 in 2010")


def test_what_is_noted_of_the_years_of_a_state_is_about_its_population():
    state = replace(place(year(2010, 60), replace(year(2020, 31), note="a step")), kind="state")
    assert "Beware" not in sentences.changed(state, FALL)


def test_the_next_year_has_its_interval_and_how_often_such_intervals_held():
    shown = replace(place(year(2020, 10), following=Interval(9.6, 7.0, 12.4)), forecast_covered=0.83)
    assert sentences.expected(shown, 0.95) == (
        "For 2021 it expects 9.6 (7.0 to 12) homicides per 100,000, if the series goes on as it did (interval meant to "
        "hold 95% of such years; of years that were kept from the model, it held 83%)."
    )
    assert sentences.expected(place(year(2020, 10)), 0.95) == ""


def test_gaps_are_named_between_the_figures_and_after_them():
    shown = place(year(2010, 1), year(2011, 1), year(2014, 1))
    assert sentences.gaps(shown, 2015) == "No figure for 2012–2013, 2015: gaps in the picture, not zero."
    assert (
        sentences.gaps(place(year(2010, 1), year(2012, 1)), 2012)
        == "No figure for 2011: a gap in the picture, not zero."
    )
    assert sentences.gaps(place(year(2010, 1)), 2010) == ""
    assert sentences.gaps(place(), 2010) == "No year has a published figure."


def test_stretches_of_years():
    assert sentences.periods([2004, 1998, 2002, 2001, 2003]) == "1998, 2001–2004"
    assert sentences.span(place(year(2020, 1))) == "2020"
    assert sentences.span(place(year(2010, 1), year(2020, 1))) == "2010–2020"


def test_the_picture_is_told_in_three_figures():
    said = sentences.series_in_words(place(year(2010, 60), year(2015, 80), year(2020, 31)))
    assert "highest 80 in 2015, lowest 31 in 2020, last 31 in 2020" in said
    assert sentences.series_in_words(place(year(2020, 1, None))) == "One dot: 1 homicide in 2020."


def test_no_sentence_of_any_place_has_a_hole(places):
    for shown in places.values():
        said = [
            sentences.title(shown),
            sentences.rank(shown, 0.95),
            sentences.by_its_count(shown, 0.95),
            sentences.expected(shown, 0.95),
            sentences.gaps(shown, 2024),
            sentences.series_in_words(shown),
            *(sentences.changed(shown, it) for it in shown.changes),
        ]
        for words in said:
            assert not {"None", "nan", "  "} & {words, *words.split(" ")}, words
            assert not re.search(r"(?<![\d,.])1 homicides", words), words
            assert ".." not in words
