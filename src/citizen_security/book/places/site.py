"""The pages of places as sources of the book, from the tables of the run and shipped ones."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citizen_security.book.places.context import Context
from citizen_security.book.places.explorer import explorer, explorer_data
from citizen_security.book.places.index import index_parts
from citizen_security.book.places.page import Page, page
from citizen_security.book.places.records import TABLES, noted, read_places, table_rows
from citizen_security.book.places.search import search_index
from citizen_security.book.places.studies import Evidence
from citizen_security.book.whole import PLACES
from citizen_security.figures.places.shapes import moved, neighbours, read_shape
from citizen_security.tables import catalog

if TYPE_CHECKING:
    import pandas as pd

# Where the files beside the pages go.
FILES = Path("_extra") / "places"
GENERATED = Path("generated")


def place_sources(run: Path, toc: dict[str, str]) -> Iterator[tuple[Path, str]]:
    """Sources of the pages of places, by their paths in the book's sources.

    Parameters
    ----------
    run : pathlib.Path
        Folder of the run of `places/every_place`.
    toc : dict
        Address → title of the book's other pages, for the search.

    Yields
    ------
    tuple of pathlib.Path and str
    """
    context = read_context(run, toc)
    for place in context.places.values():
        made = page(place, context)
        yield Path(PLACES) / f"{made.address}.json", json.dumps(_filling(made), ensure_ascii=False)
        yield FILES / f"{made.address}.csv", made.figures
    for name, content in {**index_parts(context), "explorer.html": explorer()}.items():
        yield GENERATED / name, content
    yield FILES / "series.js", explorer_data(context)
    yield FILES / "search.js", search_index(context.places.values(), toc, _subjects(context.evidence))


def read_context(run: Path, titles: dict[str, str]) -> Context:
    """What the pages are made from.

    Parameters
    ----------
    run : pathlib.Path
        Folder of the run of `places/every_place`.
    titles : dict
        Address → title of the book's other pages.
    """
    shapes = {
        row["place"]: moved(row["place"], read_shape(row["shape"])) for row in table_rows(catalog.load("place_shapes"))
    }
    descriptions = {name: catalog.describe(name) for name in catalog.tables()}
    places = read_places({name: _recorded(run, name) for name in TABLES})
    towns = table_rows(catalog.load("city_places"))
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    return Context(
        places={key: noted(it, descriptions[it.source_table]["notes"]) for key, it in places.items()},
        shapes=shapes,
        points={f"{it['iso3']}-{it['city_code']}": (it["longitude"], it["latitude"]) for it in towns},
        borders=_borders(shapes),
        evidence=Evidence(
            table_rows(catalog.load("studies")),
            table_rows(catalog.load("effects")),
            table_rows(catalog.load("interventions")),
            table_rows(catalog.load("directions")),
            table_rows(catalog.load("maryland_levels")),
        ),
        register=table_rows(catalog.load("programmes")),
        titles=titles,
        country_year=catalog.load("country_year"),
        descriptions=descriptions,
        level=float(manifest["parameters"]["credible_level"]),
    )


def _subjects(evidence: Evidence) -> dict[str, str]:
    """Interventions and outcomes that have a row or a column on the gap map: code → label."""
    outcomes = table_rows(catalog.load("outcomes"))
    rows = [*((it["intervention"], it) for it in evidence.interventions), *((it["outcome"], it) for it in outcomes)]
    return {code: row["label"] for code, row in rows if row["in_map"]}


def _borders(shapes: dict[str, Any]) -> dict[str, list[str]]:
    """Neighbours among the countries, and among the states of each country."""
    countries = {key: it for key, it in shapes.items() if "-" not in key}
    groups = [countries, *({key: it for key, it in shapes.items() if key.startswith(f"{iso3}-")} for iso3 in countries)]
    return {key: them for group in groups for key, them in neighbours(group).items()}


def _recorded(run: Path, name: str) -> "pd.DataFrame":
    import pandas as pd

    # A code of a place may be made of digits alone, and a place may be called nan.
    return pd.read_csv(
        run / "tables" / f"{name}.csv", dtype={"key": str, "name": str}, keep_default_na=False, na_values=[""]
    )


def _filling(made: Page) -> dict[str, Any]:
    return {
        "title": made.title,
        "description": made.description,
        "body": made.body,
        "dataset": dict(made.dataset),
    }
