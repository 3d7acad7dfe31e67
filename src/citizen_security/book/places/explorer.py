"""What the page that compares places is made of: its controls, and every series as a script that the page loads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from citizen_security.book.places.context import Context
from citizen_security.book.places.drivers import DRIVERS, driver_series
from citizen_security.book.places.index import combobox
from citizen_security.book.places.markup import text
from citizen_security.book.places.records import Place
from citizen_security.book.places.search import entry
from citizen_security.figures.embed import inert_json

# Shown where the address names no place.
SHOWN_FIRST = ("HND", "SLV", "BRA")


@dataclass(frozen=True)
class Measured:
    """What can be compared.

    Attributes
    ----------
    name : str
        In the address.
    label : str
        In the list to choose from.
    unit : str
        Above the picture.
    """

    name: str
    label: str
    unit: str


OF_PLACES = (
    Measured("rate", "Homicide rate, published", "homicides per 100,000 people"),
    Measured("risk", "Homicide rate, underlying", "homicides per 100,000 people, by the model"),
    Measured("homicides", "Homicides", "homicides a year"),
)
MEASURED = (*OF_PLACES, *(Measured(it.column, it.title, it.unit) for it in DRIVERS))


def explorer() -> str:
    """The controls of the comparison; where scripts are off, where the figures are instead."""
    choices = "".join(f'<option value="{it.name}">{text(it.label)}</option>' for it in MEASURED)
    return (
        '<div class="explorer"><p class="unscripted">This comparison needs scripts; the figures of each place are on '
        '<a href="index.html#all-places">its page</a>.</p><div class="scripted" hidden>'
        '<ul class="chosen" aria-label="Places compared"></ul>'
        f'<div class="find" data-picks="places">{combobox("added", "Add a country, state or city")}</div>'
        f'<div class="explorer-controls"><label>Show <select name="measure">{choices}</select></label>'
        '<label>From <select name="from"></select></label><label>to <select name="to"></select></label>'
        '<label>Index to <select name="index"><option value="">no year</option></select></label>'
        '<label><input type="checkbox" name="log"> Steps of doubling</label></div>'
        '<p class="explorer-note" role="status"></p>'
        '<figure><figcaption><b class="explorer-title"></b> <span class="explorer-unit"></span></figcaption>'
        '<svg class="explorer-picture" role="img" width="100%" height="380"></svg>'
        '<label class="explorer-year">Read a year <input type="range" name="year"></label>'
        '<p class="explorer-says" role="status"></p></figure>'
        '<p class="actions"><a class="explorer-csv" download="places.csv">Data (CSV)</a> '
        '<button type="button" class="copy">Copy the link</button></p>'
        '<details class="explorer-table"><summary>The figures in a table</summary>'
        '<div class="scrolls" tabindex="0" role="region" aria-label="The figures that are shown"></div></details>'
        "</div></div>"
    )


def explorer_data(context: Context) -> str:
    """A script that hands every series to the page.

    Parameters
    ----------
    context : Context

    Returns
    -------
    str
        Measures; places by their keys with name, where it is, address and series: first year, and a value a year.
    """
    places = {it.key: _place(it, context) for it in context.places.values() if it.figures}
    content = {
        "measures": {it.name: [it.label, it.unit] for it in MEASURED},
        "first": [key for key in SHOWN_FIRST if key in places] or list(places)[:3],
        "places": places,
    }
    return f"window.placesToCompare = {inert_json(content)};\n"


def _place(place: Place, context: Context) -> list[Any]:
    _, where, address, _ = entry(place, context.names)
    return [place.called, where, address, {name: _series(them) for name, them in _measured(place, context) if them}]


def _measured(place: Place, context: Context) -> Iterable[tuple[str, Mapping[int, float]]]:
    """The series of a place by the names of what is measured; a count has no rate, and no risk beside rates."""
    yield "rate", {it.year: it.rate.value for it in place.figures if it.rate}
    yield "risk", {it.year: it.risk.value for it in place.years if it.risk and place.has_rates}
    yield "homicides", {it.year: float(it.homicides or 0) for it in place.figures}
    if place.kind == "country":
        yield from driver_series(context.country_year, place.iso3).items()


def _series(values: Mapping[int, float]) -> list[Any]:
    """First year, and the values from it on, null where there is none."""
    first, last = min(values), max(values)
    return [first, [_rounded(values.get(year)) for year in range(first, last + 1)]]


def _rounded(value: float | None) -> float | None:
    """To more digits than a reader is told, so that what is told is rounded once; a whole number as one."""
    if value is None:
        return None
    short = float(f"{value:.5g}") if value < 10_000 else float(round(value))
    return int(short) if short.is_integer() else short
