"""What the front of the places shows: a map by year, and a list of all places to filter."""

from collections.abc import Iterable, Mapping

from citizen_security.book.places.context import Context
from citizen_security.book.places.markup import text
from citizen_security.book.places.records import Place
from citizen_security.book.places.search import ALSO
from citizen_security.book.places.sentences import figure, size
from citizen_security.figures.places.year_map import Level, Shown, year_map


def index_parts(context: Context) -> dict[str, str]:
    """HTML that the front of the places takes in, by the names of its files.

    Parameters
    ----------
    context : Context
    """
    return {
        "place_map.html": year_map(levels(context)),
        "place_map_front.html": year_map(levels(context, "places/")),
        "place_list.html": place_list(context),
        "find_place.html": find_place("../"),
        "find_place_front.html": find_place(""),
    }


def find_place(root: str) -> str:
    """The field that finds a place; where scripts are off, a link to the list of all.

    Parameters
    ----------
    root : str
        Where the site begins, from the page that takes it in.
    """
    return (
        f'<div class="find"><div class="scripted" hidden>{combobox("place", "Your country, state or city")}</div>'
        f'<p><a href="{root}places/index.html#all-places">All places in a list</a></p></div>'
    )


def combobox(name: str, label: str) -> str:
    """A field that completes, for `book/_static/find.js`.

    Parameters
    ----------
    name : str
        Its own on the page.
    label : str
    """
    return (
        f'<label for="find-{name}">{label}</label><input id="find-{name}" type="text" role="combobox"'
        f' aria-expanded="false" aria-autocomplete="list" aria-controls="found-{name}" autocomplete="off"'
        ' autocapitalize="off" spellcheck="false">'
        f'<ul id="found-{name}" role="listbox" aria-label="What was found" hidden></ul>'
        '<span class="heard" role="status"></span>'
    )


def levels(context: Context, root: str = "") -> dict[str, Level]:
    """The region's countries, and the states of each country that has any, for the map.

    Parameters
    ----------
    context : Context
    root : str
        Where the pages of places are, from the page that takes the map in.
    """
    countries = [it for it in context.places.values() if it.kind == "country"]
    territories = [polygons for key, polygons in context.shapes.items() if "-" not in key and key not in context.places]
    found = {
        "region": Level(label="Countries of the region", places=_shown(countries, context, root), land=territories)
    }
    for country in sorted(countries, key=lambda it: it.name):
        states = [it for it in context.within(country) if it.kind == "state"]
        if shown := _shown(states, context, root):
            label = f"{states[0].noun[1].capitalize()} of {country.name}"
            found[country.key] = Level(label=label, places=shown, counts=not any(it.has_rates for it in states))
    return found


def place_list(context: Context) -> str:
    """Every place with its latest figure: countries, then the states of each country with their cities."""
    countries = sorted((it for it in context.places.values() if it.kind == "country"), key=lambda it: it.name)
    blocks = [f"<h3>Countries</h3>{_list(map(_entry, countries))}"]
    for country in countries:
        states = [it for it in context.within(country) if it.kind == "state"]
        if states:
            with_cities = " and cities" if any(context.within(it) for it in states) else ""
            heading = f"{states[0].noun[1].capitalize()}{with_cities} of {country.name}"
            entries = (f"{_entry(it)}{_list(map(_entry, context.within(it)))}" for it in states)
            blocks.append(f"<details><summary>{text(heading)}</summary>{_list(entries)}</details>")
    return (
        '<div class="place-list"><p class="scripted" hidden><label>Only names with '
        '<input type="search" name="filter"></label> <span role="status"></span></p>'
        f"{''.join(f'<section>{block}</section>' for block in blocks)}</div>"
    )


def _shown(places: Iterable[Place], context: Context, root: str) -> Mapping[str, Shown]:
    """Places that have a shape and a figure."""
    return {
        it.key: Shown(
            name=it.name,
            address=f"{root}{it.address}.html",
            values={year.year: size(year) for year in it.figures},
            polygons=context.shapes[it.key],
        )
        for it in places
        if it.key in context.shapes and it.figures
    }


def _entry(place: Place) -> str:
    also = f' data-also="{text(ALSO[place.key])}"' if place.key in ALSO else ""
    named = f'<a href="{place.address}.html"{also}>{text(place.name)}</a>'
    latest = place.latest
    if latest is None:
        return named
    unit = "" if latest.rate else " victims"
    return f'{named} <span class="figure">{figure(latest)}{unit}, {latest.year}</span>'


def _list(entries: Iterable[str]) -> str:
    found = "".join(f"<li>{entry}</li>" for entry in entries)
    return f"<ul>{found}</ul>" if found else ""
