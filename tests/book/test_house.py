"""The picture of the house: whoever carries on reads from it where a change may reach."""

import json
from graphlib import CycleError
from pathlib import Path
from xml.etree import ElementTree

import pytest
from support import ROOT

from citizen_security import compendium
from citizen_security.book.house import NOTEBOOKS, PARTS, house, house_in_words, house_picture, house_svg
from citizen_security.imports import PACKAGE, read_imports

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def own():
    entries = compendium.NOTEBOOKS.values()
    parts = {entry.part for entry in entries}
    return house(read_imports(ROOT), [ROOT / entry.path for entry in entries], parts)


def write(folder: Path, **modules: str) -> Path:
    source = folder / "src" / PACKAGE
    source.mkdir(parents=True)
    for name, code in {"__init__": "", **modules}.items():
        (source / f"{name}.py").write_text(code)
    return folder


def small(tmp_path):
    """A roof, two parts that are one, and a ground; and a notebook."""
    root = write(
        tmp_path,
        roof='"""The `roof`. It keeps off rain."""\nfrom citizen_security import first, ground',
        first='"""First."""\nfrom citizen_security import ground',
        second="from citizen_security.first import thing",
        ground='"""The ground & what grows\non it.\n\nMore."""',
    )
    notebook = tmp_path / "notebook.ipynb"
    cells = [{"cell_type": "code", "source": ["from citizen_security.second import f"]}, {"cell_type": "markdown"}]
    notebook.write_text(json.dumps({"cells": cells}))
    return house(read_imports(root), [notebook], {"first", "second"})


def test_rooms_stand_above_what_they_import(tmp_path):
    built = small(tmp_path)
    assert built.floors == {"ground": 0, PARTS: 1, "roof": 2, NOTEBOOKS: 2}
    assert list(built.rooms) == [NOTEBOOKS, "roof", PARTS, "ground"]
    assert built.arrows == {NOTEBOOKS: {PARTS}, "roof": {PARTS, "ground"}, PARTS: {"ground"}, "ground": set()}


def test_a_room_says_what_it_is_in_its_own_words(tmp_path):
    rooms = small(tmp_path).rooms
    assert rooms["roof"] == "The roof"
    assert rooms["ground"] == "The ground & what grows on it"


def test_a_circle_cannot_be_drawn(tmp_path):
    root = write(tmp_path, up="from citizen_security import down", down="from citizen_security import up")
    with pytest.raises(CycleError):
        house(read_imports(root), [], set())


def test_the_picture_has_a_box_a_room_and_a_head_an_arrow(own):
    figure = ElementTree.fromstring(house_svg(own))
    assert len(figure.findall(f".//{SVG}rect")) == len(own.rooms)
    heads = [path for path in figure.iter(f"{SVG}path") if path.get("class") == "head"]
    assert len(heads) == sum(len(targets) for targets in own.arrows.values())
    titles = {title.text for title in figure.iter(f"{SVG}title")}
    assert {f"{name} imports {target}" for name, targets in own.arrows.items() for target in targets} < titles


def test_text_stays_text_and_fits_its_box(own):
    names = [text.text for text in ElementTree.fromstring(house_svg(own)).iter(f"{SVG}text")]
    assert set(own.rooms) < set(names)
    # Two lines of at most fifty characters, as many as a box of 330 pixels holds at the style sheet's size.
    assert max(map(len, names)) <= 50
    assert len(names) <= 3 * len(own.rooms)


def test_whoever_does_not_see_the_picture_is_told_every_arrow(own):
    words = ElementTree.fromstring(house_svg(own)).find(f".//{SVG}desc").text
    assert words == house_in_words(own)
    assert "methods: imports libraries only." in words
    assert "compendium: imports the parts, parameters." in words


def test_the_picture_has_no_colour_of_its_own_and_scrolls_within_itself(own):
    # Light and dark come from the style sheet; a keyboard can scroll what a narrow screen cuts off.
    picture = house_svg(own)
    assert "#" not in picture
    assert picture.startswith('<figure class="house" tabindex="0"')


def test_the_page_is_made_from_the_checkout_it_is_built_in(tmp_path, checkout):
    (checkout / "src" / PACKAGE / "greenhouse.py").write_text('"""A room more."""\n')
    assert ">greenhouse</text>" in house_picture(checkout)
    assert ">greenhouse</text>" not in house_picture(ROOT)
