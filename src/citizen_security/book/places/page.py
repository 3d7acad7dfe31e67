"""The page of a place: its finding, its pictures, its links and sections, and its data to take along."""

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from citizen_security.book.places import sentences
from citizen_security.book.places.caveats import publishers
from citizen_security.book.places.context import Context
from citizen_security.book.places.drivers import driver_series
from citizen_security.book.places.links import around, crumbs, related
from citizen_security.book.places.markup import text
from citizen_security.book.places.pictures import figures, where
from citizen_security.book.places.records import Interval, Place, Year
from citizen_security.book.places.sections import sections

# Columns of the file of a place's figures; a country's has what else is measured there as well.
COLUMNS = ("year", "homicides", "population", "rate", "rate_lower", "rate_upper", "risk", "risk_lower", "risk_upper")
# Sentences of the years to choose from differ in their numbers alone: their words are written once.
BLANK = "#"
NUMBER = re.compile(rf"{BLANK}|[+−]?\d+(?:[.,]\d+)*%?")
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Page:
    """What the template of a place's page is filled with.

    Attributes
    ----------
    address : str
        Name of the page, without folder and ending.
    title, description : str
        Plain text.
    body : str
        HTML.
    dataset : mapping
        The data of the page in the words of schema.org.
    figures : str
        The data themselves, as CSV.
    """

    address: str
    title: str
    description: str
    body: str
    dataset: Mapping[str, Any]
    figures: str


def page(place: Place, context: Context) -> Page:
    """The page of a place.

    Parameters
    ----------
    place : Place
    context : Context

    Returns
    -------
    Page
    """
    heading = sentences.title(place)
    standing = " ".join(filter(None, (said(place, context.level) for said in (sentences.by_its_count, sentences.rank))))
    parts = [
        crumbs(place, context),
        f"<h1>{text(heading)}</h1>",
        f'<p class="lead">{text(standing)}</p>' if standing else "",
        _since(place),
        f'<div class="beside"><div>{figures(place, context)}</div>',
        f"<aside>{where(place, context)}{related(place, context)}</aside></div>",
        around(place, context),
        *sections(place, context),
    ]
    return Page(
        address=place.address,
        title=heading,
        description=f"{heading}. {standing}".strip(),
        body="\n".join(filter(None, parts)),
        dataset=_dataset(place, context),
        figures=_csv(place, context),
    )


def _since(place: Place) -> str:
    """The change from a year that the reader chooses; where scripts are off, from the default year."""
    shown = place.base_change
    if shown is None:
        return ""
    said = {it: sentences.changed(place, it) for it in place.changes}
    forms = list(dict.fromkeys(NUMBER.sub(BLANK, it) for it in said.values()))
    options = "".join(
        f'<option data-says="{text(_as_form(it, forms))}"{" selected" if one == shown else ""}>{one.since}</option>'
        for one, it in said.items()
    )
    return (
        '<p class="since"><label class="scripted" hidden>Change since '
        f'<select name="since" data-forms="{text(json.dumps(forms, ensure_ascii=False))}">{options}</select></label> '
        f'<span role="status">{text(said[shown])}</span> <span class="ignored" aria-live="polite"></span></p>'
    )


def _as_form(sentence: str, forms: list[str]) -> str:
    """A sentence as the place of its form in the list, and what stands in the blanks of the form."""
    return " ".join([str(forms.index(NUMBER.sub(BLANK, sentence))), *NUMBER.findall(sentence)])


def _csv(place: Place, context: Context) -> str:
    """The figures of the page: numbers and blanks alone, so that nothing in it is a formula to a spreadsheet."""
    found = driver_series(context.country_year, place.iso3) if place.kind == "country" else {}
    own = {year.year: year for year in place.years}
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([*COLUMNS, *found])
    for year in sorted({*own, *(it for series in found.values() for it in series)}):
        drivers = (_plain(series.get(year)) for series in found.values())
        writer.writerow([year, *_figures(own.get(year)), *drivers])
    return written.getvalue()


def _figures(year: Year | None) -> list[Any]:
    """The columns of a year but the year itself; blanks where the place has none."""
    if year is None:
        return [None] * (len(COLUMNS) - 1)
    return [year.homicides, _plain(year.population), *_ends(year.rate), *_ends(year.risk)]


def _ends(interval: Interval | None) -> list[str | None]:
    if interval is None:
        return [None] * 3
    return [_plain(it) for it in (interval.value, interval.lower, interval.upper)]


def _plain(value: float | None) -> str | None:
    return None if value is None else f"{value:.10g}"


def _dataset(place: Place, context: Context) -> dict[str, Any]:
    """The page's data in the words of schema.org, for those that index data sets."""
    years = [year.year for year in place.years]
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"Homicide in {place.name}",
        "description": sentences.title(place),
        "spatialCoverage": {"@type": "Place", "name": ", ".join(dict.fromkeys([place.name, place.country]))},
        **({"temporalCoverage": f"{min(years)}/{max(years)}"} if years else {}),
        "variableMeasured": "homicides per 100,000 people" if place.has_rates else "homicides",
        "license": LICENCE,
        "creator": {"@type": "Organization", "name": "The citizen security compendium contributors"},
        "isBasedOn": [it.address for it in publishers(place, context.descriptions) if it.address],
        "isAccessibleForFree": True,
        "distribution": {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": f"{place.address}.csv"},
    }
