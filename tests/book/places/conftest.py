"""Pages of invented places."""

import shutil
from pathlib import Path

import pytest
from invented_places import write_run
from support import ROOT

from citizen_security.book.build import build
from citizen_security.book.places.context import Context
from citizen_security.book.places.page import Page, page
from citizen_security.book.places.records import Place
from citizen_security.book.places.site import place_sources, read_context

DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """Folder of a run that recorded the invented places."""
    return write_run(tmp_path_factory.mktemp("places") / "run")


@pytest.fixture(scope="session")
def context(run) -> Context:
    return read_context(run, {"programmes/did_the_state_of_exception_do_it": "Did the state of exception do it?"})


@pytest.fixture(scope="session")
def places(context) -> dict[str, Place]:
    return dict(context.places)


@pytest.fixture(scope="session")
def made(context) -> dict[str, Page]:
    """Every page by the key of its place."""
    return {key: page(place, context) for key, place in context.places.items()}


# Pages that those of places link to, which a whole site must have; others are not there.
DATA = ("data/index", "data/country", "data/city", "data/programmes")
TOC = """format: jb-book
root: index
parts:
  - caption: Places
    chapters:
      - file: places/index
      - file: places/explorer
"""


@pytest.fixture(scope="session")
def places_site(run, tmp_path_factory) -> Path:
    """A book of the invented places alone."""
    folder = tmp_path_factory.mktemp("places_book")
    source = folder / "source"
    for name in ("_static", "_templates", "places", "references"):
        shutil.copytree(ROOT / "book" / name, source / name)
    front = (
        "# A book\n\n| head |\n| --- |\n| violência in a cell |\n\nViolência em São Paulo.\n\n"
        "```{raw} html\n:file: generated/find_place_front.html\n```\n"
    )
    (source / "index.md").write_text(front, encoding="utf-8")
    (source / "_toc.yml").write_text(TOC + "".join(f"      - file: {it}\n" for it in DATA), encoding="utf-8")
    (source / "data").mkdir()
    for name in DATA:
        (source / f"{name}.md").write_text(f"# {name}\n", encoding="utf-8")
    titles = {
        "evidence/gap_map": "What was tried, and what was studied?",
        "programmes/did_the_state_of_exception_do_it": "Did the state of exception do it?",
    }
    for path, content in place_sources(run, titles):
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(content, encoding="utf-8")
    return build(source, folder / "built", configuration=ROOT / "_config.yml").parent


@pytest.fixture
def opened(readers, serve, places_site):
    """Open a page of the invented places; options are those of a browser context."""
    with readers.open() as open_address:

        def open_page(name, **options):
            return open_address(
                serve(places_site) + name, **{"viewport": DESKTOP, "reduced_motion": "reduce", **options}
            )

        yield open_page
