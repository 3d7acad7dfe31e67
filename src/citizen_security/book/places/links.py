"""Links from the page of a place to others: what it lies in, what lies in it, its neighbours, and places like it."""

from collections.abc import Iterator, Sequence

from citizen_security.book.places import sentences
from citizen_security.book.places.context import Context
from citizen_security.book.places.markup import items, link, text
from citizen_security.book.places.records import Place


def crumbs(place: Place, context: Context) -> str:
    """The way from all places to this one.

    Parameters
    ----------
    place : Place
    context : Context
    """
    above = reversed(list(_above(place, context)))
    links = [link("index.html", "Places"), *(link(f"{it.address}.html", it.name) for it in above)]
    trail = " › ".join([*links, text(place.name)])
    return f'<nav class="crumbs" aria-label="Where this is">{trail}</nav>'


def related(place: Place, context: Context) -> str:
    """Links to the places like one and beside it.

    Parameters
    ----------
    place : Place
    context : Context
    """
    bordering = [context.places[key] for key in context.borders.get(place.key, ()) if key in context.places]
    what = "risk" if place.has_rates else "number"
    alike = _links(f"Nearest in {what}, of {place.group}", context.alike(place))
    return alike + _links(f"Bordering {place.noun[1]}", bordering)


def around(place: Place, context: Context) -> str:
    """Links to what lies in a place, or beside a city in its state; empty where there is nothing.

    Parameters
    ----------
    place : Place
    context : Context
    """
    state = context.places.get(place.parent)
    if place.kind == "city" and state:
        others = [it for it in context.within(state) if it.key != place.key]
        found = _links(f"Other cities of {state.name}", others)
    else:
        inside = context.within(place)
        found = _links(f"{inside[0].noun[1].capitalize()} of {place.name}", inside) if inside else ""
    return f'<div class="around">{found}</div>' if found else ""


def _above(place: Place, context: Context) -> Iterator[Place]:
    """The state and the country that a place lies in."""
    parent = context.places.get(place.parent)
    while parent is not None:
        yield parent
        parent = context.places.get(parent.parent)


def _links(heading: str, found: Sequence[Place]) -> str:
    """Places with their latest figures under a heading; empty where there is none."""
    return f"<h2>{text(heading)}</h2>{items(map(_with_figure, found), 'places')}" if found else ""


def _with_figure(place: Place) -> str:
    """A link to a place with its latest figure."""
    latest = place.latest
    figure = f' <span class="figure">{sentences.figure(latest)}</span>' if latest else ""
    return f"{link(f'{place.address}.html', place.called)}{figure}"
