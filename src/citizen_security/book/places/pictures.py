"""The pictures of a place's page: its series with key and table, a country's other series, and where the place is."""

from collections.abc import Mapping

from citizen_security.book.places import sentences
from citizen_security.book.places.caveats import publishers
from citizen_security.book.places.context import Context
from citizen_security.book.places.drivers import DRIVERS, driver_series
from citizen_security.book.places.markup import download, link, plain, table, text
from citizen_security.book.places.numbers import MISSING, short
from citizen_security.book.places.records import Interval, Place, Year
from citizen_security.figures.places.place_map import city_map, place_map
from citizen_security.figures.places.series import Series, series_picture

# Height of the plots of a country's other series, in pixels.
SMALL = 84


def figures(place: Place, context: Context) -> str:
    """The series of a place, and of a country what else is measured over the same years; empty without a figure.

    Parameters
    ----------
    place : Place
    context : Context
    """
    if place.latest is None:
        return ""
    found = driver_series(context.country_year, place.iso3) if place.kind == "country" else {}
    own = [year.year for year in place.years]
    years = [*own, *(year for series in found.values() for year in series)]
    axis = min(years), max(years)
    drivers = _drivers(found, axis) if place.kind == "country" else ""
    return f"{_main_figure(place, place.latest, axis, context)}{drivers}"


def where(place: Place, context: Context) -> str:
    """A map with the place marked; empty where no table knows where it is.

    Parameters
    ----------
    place : Place
    context : Context
    """
    drawn = context.map_with(place)
    if drawn is None:
        return ""
    if place.kind == "city":
        state = context.places[place.parent]
        towns = {it.key: context.points[it.key] for it in context.within(state) if it.key in context.points}
        words = f"{place.name} among the large cities of {state.name}"
        picture = city_map(drawn, towns, place.key, plain(words)) if place.key in towns else ""
    else:
        words = f"{place.name} on the map of {'the region' if place.kind == 'country' else place.country}"
        picture = place_map(drawn, place.key, plain(words))
    return f"<figure>{picture}<figcaption>{text(words)}</figcaption></figure>" if picture else ""


def _main_figure(place: Place, latest: Year, axis: tuple[int, int], context: Context) -> str:
    """The series of the place: picture, key, table, and what can be taken away."""
    unit = "Homicides per 100,000 people" if place.has_rates else "Homicides a year"
    picture = series_picture(_series(place), axis, sentences.figure(latest), sentences.series_in_words(place))
    compare = link(f"explorer.html?places={place.key}", "Compare with other places")
    return (
        f'<figure id="series"><figcaption><b>{unit}</b> {text(place.name)}, {sentences.span(place)}</figcaption>'
        f"{picture}{_key(place, context)}"
        f'<p class="source">{text(_latest(place, latest, context))}</p>{_years(place, context)}'
        f'<p class="actions">{download(place)} {compare} '
        '<button type="button" class="scripted copy" hidden>Copy the link</button></p></figure>'
    )


def _key(place: Place, context: Context) -> str:
    """What the marks of the series are; only those that are there."""
    marks = {
        "dot": "published",
        "dot doubted": "published, doubted" if _series(place).doubted else "",
        "stroke": f"underlying, with its {context.level:.0%} interval" if any(it.risk for it in place.years) else "",
        "break": "populations of another census from here" if place.break_year else "",
    }
    shown = (f'<span><span class="{mark}"></span> {words}</span>' for mark, words in marks.items() if words)
    return f'<p class="key">{" ".join(shown)}</p>'


def _series(place: Place) -> Series:
    risks = {year.year: year.risk for year in place.years if year.risk}
    # What is noted of a state is noted of its population.
    doubted = {year.year for year in place.figures if year.note and place.kind != "state"}
    return Series(
        dots={year.year: sentences.size(year) for year in place.figures},
        doubted=frozenset(doubted),
        new_from=place.break_year,
        line={year: risk.value for year, risk in risks.items()},
        band={year: (risk.lower, risk.upper) for year, risk in risks.items()},
    )


def _latest(place: Place, latest: Year, context: Context) -> str:
    """Whose the latest figure is, and of when."""
    named = "; ".join(it.title for it in publishers(place, context.descriptions))
    return f"Latest figure: {latest.year}, {place.measure}. {named}."


def _years(place: Place, context: Context) -> str:
    """Every year in a table, folded."""
    if place.has_rates:
        header = ["Year", "Homicides", "Published rate", "Underlying rate"]
        rows = [[f"{it.year}", _count(it), _with_ends(it.rate), _with_ends(it.risk)] for it in place.figures]
        caption = f"Homicides per 100,000 people in {place.name}, with {context.level:.0%} intervals"
    else:
        header = ["Year", "Homicides", "Number to expect"]
        rows = [[f"{it.year}", _count(it), _with_ends(it.risk)] for it in place.figures]
        caption = f"Homicides in {place.name}, with {context.level:.0%} intervals"
    shown = table(caption, header, reversed(rows))
    return f'<details class="years"><summary>The figures in a table</summary>{shown}</details>'


def _count(year: Year) -> str:
    return MISSING if year.homicides is None else f"{year.homicides:,}"


def _with_ends(interval: Interval | None) -> str:
    if interval is None:
        return MISSING
    return f"{short(interval.value)} ({short(interval.lower)}–{short(interval.upper)})"


def _drivers(found: Mapping[str, Mapping[int, float]], axis: tuple[int, int]) -> str:
    """Small pictures of a country's other series, on the years of the main one."""
    small = "".join(_small(it.title, it.unit, found[it.column], axis) for it in DRIVERS if it.column in found)
    absent = [it.title for it in DRIVERS if it.column not in found]
    missing = f'<p class="source">No published figure here: {text("; ".join(absent))}.</p>' if absent else ""
    return f'<h2>Over the same years</h2><div class="small-multiples">{small}</div>{missing}' if small else missing


def _small(title: str, unit: str, series: Mapping[int, float], years: tuple[int, int]) -> str:
    last = max(series)
    words = (
        f"{title}, {unit}: {short(series[min(series)])} in {min(series)}, {short(series[last])} in {last}; "
        f"{len(series)} years have a figure."
    )
    drawn = series_picture(Series(dots=series, line=series, height=SMALL), years, short(series[last]), words)
    return f"<figure><figcaption><b>{text(title)}</b> {text(unit)}</figcaption>{drawn}</figure>"
