"""Sentences about a place: each is grammatical for every place, and says no more than its figures do."""

from collections.abc import Sequence
from itertools import groupby

from citizen_security.book.places.numbers import change as signed_change
from citizen_security.book.places.numbers import ordinal, share, short
from citizen_security.book.places.records import Change, Interval, Place, Rank, Year

PER = "per 100,000"
# A note on a figure that specialists doubt, as the table of countries words it.
DOUBTED = "doubted by specialists"
# What the notes say of a count beside a rate is none of the rate's affair.
OF_THE_COUNT = "published count"
# A rise of more is told as so many times, in %.
DOUBLED = 100


def amount(year: Year) -> str:
    """What was published of a year: `31 homicides per 100,000`, `1 homicide`, `no homicides`."""
    if year.homicides == 0:
        return "no homicides"
    if year.rate:
        return f"{short(year.rate.value)} {_homicides(short(year.rate.value))} {PER}"
    return f"{year.homicides:,} {_homicides(str(year.homicides))}"


def figure(year: Year) -> str:
    """The number alone that was published of a year: a rate where there is one."""
    return short(year.rate.value) if year.rate else f"{year.homicides or 0:,}"


def title(place: Place) -> str:
    """The finding: `Honduras: 31 homicides per 100,000 in 2023, down from 77 in 2010`.

    It says up or down only of a change that is more than chance, only if the published figures moved that way too, and
    only if the two are one series that nobody doubts.

    Parameters
    ----------
    place : Place
    """
    latest = place.latest
    if latest is None:
        return f"{place.called}: no published figure"
    doubt = f" ({DOUBTED})" if DOUBTED in latest.note else ""
    found = f"{place.called}: {amount(latest)} in {latest.year}{doubt}"
    change = place.base_change
    before = place.year(change.since) if change else None
    if change is None or before is None or before.year >= latest.year:
        return found
    if figure(before) == figure(latest):
        return f"{found}, as in {before.year}"
    number = figure(before) if latest.homicides and before.homicides else amount(before)
    return f"{found}, {_way(change, before, latest)} {number} in {before.year}"


def rank(place: Place, level: float) -> str:
    """Where a place stands among its like, and how sure that is; empty where it is not ranked.

    Parameters
    ----------
    place : Place
    level : float
        Probability of the interval.
    """
    now = place.now
    if now is None or now.rank is None or now.rank.among < 2:
        return ""
    found = now.rank
    since = (
        "" if place.latest is None or place.latest.year >= now.year else f" Its last figure is of {place.latest.year}."
    )
    own = f"In {now.year} its risk of homicide was {_position(found)}"
    modelled = f"For {now.year}, by the model alone, its risk of homicide is {_position(found)}"
    stands = f"{modelled if since else own} of {found.among:,} {place.group}"
    if found.lower == found.upper:
        return f"{stands}, and no other rank fits the figures ({level:.0%} interval).{since}"
    ends = f"{ordinal(found.lower)} to {ordinal(found.upper)}"
    return f"{stands}; any rank from {ends} fits the figures ({level:.0%} interval).{since}"


def by_its_count(place: Place, level: float) -> str:
    """How far chance in its count leaves the last published rate open; empty where there is no rate.

    Parameters
    ----------
    place : Place
    level : float
        Probability of the interval.
    """
    latest = place.latest
    if latest is None or latest.rate is None:
        return ""
    ends = f"{short(latest.rate.lower)} to {short(latest.rate.upper)} {PER}"
    return f"By chance in its count the rate of {latest.year} may stand for {ends} ({level:.0%} interval)."


def changed(place: Place, change: Change) -> str:
    """How a place's risk changed, whether that is more than chance, and what is known against the comparison."""
    what = "Its risk" if place.has_rates else "The number to expect"
    between = f"between {change.since} and {change.until}"
    percent = change.percent
    beware = _beware(place, change)
    compared = ", if the two figures can be compared" if beware else ""
    if change.more_than_chance and percent.value > DOUBLED:
        times = f"{_times(percent.value)} times what it was ({_times(percent.lower)} to {_times(percent.upper)} times)"
        return f"{what} rose to {times} {between}: more than chance would do{compared}.{beware}"
    if change.more_than_chance and percent.value:
        verb = "fell" if percent.value < 0 else "rose"
        by = f"{what} {verb} by {share(percent.value)} ({_ends(percent)}) {between}"
        return f"{by}: more than chance would do{compared}.{beware}"
    ends = f"{signed_change(percent.lower)} to {signed_change(percent.upper)}"
    return f"No change is shown {between}: anything from {ends} fits the figures.{beware}"


def _beware(place: Place, change: Change) -> str:
    """What is known against comparing the two years; empty where nothing is."""
    found = []
    if change.across_break:
        found.append("The populations before and after are of different censuses.")
    # What is noted of a state's years is about its population.
    ends = [it for it in (change.since, change.until) if place.kind != "state"]
    for year in filter(None, map(place.year, ends)):
        doubts = [it for it in year.note.split("; ") if it and OF_THE_COUNT not in it]
        if doubts:
            found.append(f"Beware of {year.year}: {'; '.join(doubts)}.")
    return "".join(f" {it}" for it in found)


def expected(place: Place, level: float) -> str:
    """What the model expects of the year after its last; empty where it expects nothing."""
    if place.now is None or place.now.following is None:
        return ""
    following = place.now.following
    numbers = f"{short(following.value)} ({short(following.lower)} to {short(following.upper)})"
    words = f"{_homicides(short(following.value))}{f' {PER}' if place.has_rates else ''}"
    year = place.now.year + 1
    held = place.forecast_covered
    meant = f"interval meant to hold {level:.0%} of such years"
    tried = f"; of years that were kept from the model, it held {held:.0%}" if held is not None else ""
    return f"For {year} it expects {numbers} {words}, if the series goes on as it did ({meant}{tried})."


def gaps(place: Place, last: int) -> str:
    """Years without a figure; empty where there is none.

    Parameters
    ----------
    place : Place
    last : int
        The last year that its table has of any place.
    """
    if place.latest is None:
        return "No year has a published figure."
    first = place.figures[0].year
    there = {year.year for year in place.figures}
    missing = [year for year in range(first, last + 1) if year not in there]
    if not missing:
        return ""
    return f"No figure for {periods(missing)}: {'a gap' if len(missing) == 1 else 'gaps'} in the picture, not zero."


def span(place: Place) -> str:
    """The years from the first figure to the last: `1990–2023`, or the one year."""
    first, last = place.figures[0].year, place.figures[-1].year
    return f"{first}" if first == last else f"{first}–{last}"


def periods(years: Sequence[int]) -> str:
    """Years as a list of stretches: `1998, 2001–2004`."""
    numbered = groupby(enumerate(sorted(set(years))), key=lambda pair: pair[1] - pair[0])
    stretches = [[year for _, year in stretch] for _, stretch in numbered]
    return ", ".join(f"{it[0]}" if len(it) == 1 else f"{it[0]}–{it[-1]}" for it in stretches)


def series_in_words(place: Place) -> str:
    """The published series, for a reader who does not see the picture; its shape in three figures."""
    unit = f"homicides {PER} people" if place.has_rates else "homicides a year"
    counted = place.figures
    if not counted:
        return "No published figure."
    if len(counted) == 1:
        return f"One dot: {amount(counted[0])} in {counted[0].year}."
    high, low = (choose(counted, key=size) for choose in (max, min))
    return (
        f"Dots and a line with its band over the years {counted[0].year} to {counted[-1].year}, {unit}: highest "
        f"{figure(high)} in {high.year}, lowest {figure(low)} in {low.year}, last {figure(counted[-1])} in "
        f"{counted[-1].year}. The table below has every year."
    )


def size(year: Year) -> float:
    """What was published of a year as a number: a rate where there is one, else a count."""
    return year.rate.value if year.rate else float(year.homicides or 0)


def _homicides(number: str) -> str:
    return "homicide" if number == "1" else "homicides"


def _way(change: Change, before: Year, latest: Year) -> str:
    """Down or up where chance would not do it and the figures say so too, else a word that claims neither."""
    moved = size(latest) - size(before)
    doubted = change.across_break or any(DOUBTED in it.note for it in (before, latest))
    if change.more_than_chance and moved * change.percent.value > 0 and not doubted:
        return "down from" if moved < 0 else "up from"
    return "against"


def _position(found: Rank) -> str:
    if found.rank == 1:
        return "the highest"
    return "the lowest" if found.rank == found.among else f"the {ordinal(found.rank)} highest"


def _times(percent: float) -> str:
    return short(1 + percent / 100)


def _ends(percent: Interval) -> str:
    """Ends of a change's interval, the smaller change first; with signs where they lie on both sides of none."""
    if percent.lower * percent.upper > 0:
        return " to ".join(share(end) for end in sorted((percent.lower, percent.upper), key=abs))
    return f"{signed_change(percent.lower)} to {signed_change(percent.upper)}"
