"""The data chapter: every table and field that the compendium ships, as its description has it."""

import copy
import json
import re

import pytest
import yaml
from support import ROOT

from citizen_security.book.data_chapter import SUBJECTS, data_pages
from citizen_security.book.markdown import code, text

DATA = ROOT / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text("utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}


@pytest.fixture(scope="module")
def pages():
    return data_pages(PACKAGE, DATA)


def section(pages, resource):
    """What the chapter says of one table."""
    page = pages[f"{resource['path'].split('/')[0]}.md"]
    start = page.index(f"(table-{resource['name']})=")
    following = page.find("\n(table-", start)
    return page[start:] if following < 0 else page[start:following]


@pytest.mark.parametrize("name", RESOURCES)
def test_every_field_of_a_table_is_described(pages, name):
    said = section(pages, RESOURCES[name])
    for field in RESOURCES[name]["schema"]["fields"]:
        assert f"* - {code(field['name'])}" in said
        assert text(field["description"]) in said
        assert text(field.get("unit", "")) in said


@pytest.mark.parametrize("name", RESOURCES)
def test_publishers_licences_notes_and_checksum_of_a_table_are_told(pages, name):
    # A reader who quotes a figure owes its publisher a mention, and has to know where the series breaks.
    resource = RESOURCES[name]
    said = section(pages, resource)
    for source in resource["sources"]:
        assert text(source["title"]) in said
    for licence in resource["licenses"]:
        assert text(licence["title"]) in said
    for note in resource["notes"]:
        assert f"- {text(note)}" in said
    assert resource["hash"] in said


@pytest.mark.parametrize("name", RESOURCES)
def test_every_table_is_in_the_overview_and_can_be_downloaded(pages, name):
    assert f"{{ref}}`table-{name}`" in pages["index.md"]
    assert f'href="{RESOURCES[name]["path"]}" download' in pages["index.md"]
    assert f'href="{RESOURCES[name]["path"]}" download' in section(pages, RESOURCES[name])


def test_number_of_rows_is_counted(pages):
    assert "1,122 rows" in section(pages, RESOURCES["country_year"])


def test_table_of_contents_has_every_page(pages):
    # A subject that was added to the tables would otherwise be written and never shown.
    listed = set(re.findall(r"file: data/(\w+)", (ROOT / "book" / "_toc.yml").read_text("utf-8")))
    # One page is drawn from several subjects, when the book is assembled.
    assert {f"{name}.md" for name in listed} == {*pages, "shown.md"}
    assert yaml.safe_load((ROOT / "book" / "_toc.yml").read_text("utf-8"))["root"] == "index"


def test_every_subject_has_a_title_for_readers():
    assert {resource["path"].split("/")[0] for resource in PACKAGE["resources"]} == set(SUBJECTS)


@pytest.mark.parametrize(
    ("constraints", "said"),
    [
        ({"required": True, "unique": True}, "never missing; unique"),
        ({"minimum": 0, "maximum": 200}, "0 to 200"),
        ({"minimum": 0}, "from 0"),
        ({"maximum": -1.5}, "up to \\-1\\.5"),
        ({"enum": ["a", "b"]}, "one of `a`, `b`"),
        ({"pattern": "^[A-Z]{3}$"}, "matches `^[A-Z]{3}$`"),
    ],
)
def test_what_a_field_allows_is_told_in_words(tmp_path, constraints, said):
    assert said in data_pages(_package({"constraints": constraints}, tmp_path), tmp_path)["things.md"]


def test_words_of_a_description_stay_words(tmp_path):
    hostile = "<script>alert(1)</script> {{ version }} ```{raw} html"
    field = {"description": hostile, "unit": hostile, "source": hostile, "constraints": {"enum": [hostile]}}
    page = data_pages(_package(field, tmp_path, title=hostile, notes=[hostile]), tmp_path)["things.md"]
    outside_code = re.sub(r"(`+).*?\1", "", page)
    assert "<script>" not in outside_code
    assert "{{ version" not in outside_code


def test_source_whose_address_is_no_address_is_refused(tmp_path):
    package = _package({}, tmp_path, sources=[{"title": "x", "path": "javascript:alert(1)"}])
    with pytest.raises(ValueError, match="no address of the web"):
        data_pages(package, tmp_path)


def _package(field, folder, **changes):
    (folder / "things").mkdir()
    (folder / "things" / "table.csv").write_text('name\n"a\nb"\nc\n')
    resource = {
        "name": "table",
        "path": "things/table.csv",
        "title": "Table",
        "description": "A table.",
        "bytes": 12,
        "hash": "sha256:00",
        "schema": {"fields": [{"name": "name", "type": "string", "description": "A name.", **field}]},
        "sources": [],
        "licenses": [],
        "notes": [],
    }
    return copy.deepcopy({"description": "x", "resources": [{**resource, **changes}]})


def test_quoted_line_breaks_are_no_rows(tmp_path):
    assert "2 rows" in data_pages(_package({}, tmp_path), tmp_path)["things.md"]
