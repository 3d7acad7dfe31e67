"""What a page says of itself where its address is sent around, and to search engines."""

import json
import re

import pytest
from docutils.core import publish_doctree

from citizen_security.book.head import FRONT_PICTURE, LONGEST_DESCRIPTION, description, meta_tags, page_pictures

SAID = {"title": "A <page>", "said": 'It "says"', "site": "A book", "picture": "pictures/a.png"}


def read(text):
    return publish_doctree(text, settings_overrides={"doctitle_xform": False})


def test_a_description_is_the_first_paragraph_whole_or_up_to_a_word():
    text = f"Title\n=====\n\n.. note:: not this\n\nThis  is\n*it*.\n\n{'word ' * 100}\n"
    assert description(read(text)) == "This is it."
    long = description(read(f"Title\n=====\n\n{'word ' * 100}"))
    assert long.endswith("word …")
    assert len(long) <= LONGEST_DESCRIPTION + 2
    assert description(read("")) == description(None) == ""


def test_without_an_address_a_page_names_none_and_still_says_what_it_is():
    tags = meta_tags(name="part/page", address="", **SAID)
    assert re.findall(r'(?:name|property)="([^"]+)"', tags) == [
        "description",
        "og:title",
        "og:type",
        "og:site_name",
        "og:description",
    ]
    assert 'content="A &lt;page&gt;"' in tags
    assert "http" not in tags


@pytest.mark.parametrize(("name", "address"), [("index", ""), ("part/page", "part/page.html")])
def test_with_an_address_page_and_picture_are_whole_addresses(name, address):
    tags = meta_tags(name=name, address="https://example.org/book/", **SAID)
    assert f'property="og:url" content="https://example.org/book/{address}"' in tags
    assert 'property="og:image" content="https://example.org/book/pictures/a.png"' in tags


def test_pictures_of_pages_are_those_of_the_assembly(tmp_path):
    assert page_pictures(tmp_path) == {}
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated" / "page_pictures.json").write_text(json.dumps({"part/page": "pictures/a.png"}))
    assert page_pictures(tmp_path) == {"part/page": "pictures/a.png"}


# The built site


@pytest.mark.parametrize("name", ["index.html", "paradox/did_violence_fall.html", "places/hnd.html", "data/city.html"])
def test_a_page_has_a_title_a_description_and_no_address_that_is_not_its_own(built, name):
    page = (built / name).read_text("utf-8")
    assert len(re.findall(r"<title>[^<]{10,}</title>", page)) == 1
    [said] = re.findall(r'<meta name="description" content="([^"]+)"', page)
    assert 40 < len(said) <= 2 * LONGEST_DESCRIPTION
    assert page.count('property="og:title"') == 1
    # The site of the tests is at no address.
    assert 'rel="canonical"' not in page
    assert "og:image" not in page


def test_pictures_that_pages_are_sent_around_with_are_published(built):
    # The file of the front page is there also where no address is known.
    assert (built / FRONT_PICTURE).read_bytes().startswith(b"\x89PNG")


def test_every_table_is_described_to_search_engines(built):
    package = json.loads((built / "data" / "datapackage.json").read_text("utf-8"))
    pages = [it.read_text("utf-8") for it in (built / "data").glob("*.html")]
    scripts = [it for page in pages for it in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)]
    described = {it["alternateName"]: it for it in map(json.loads, scripts)}
    assert set(described) == {it["name"] for it in package["resources"]}
    for said in described.values():
        assert said["@type"] == "Dataset"
        # Search engines for data leave out what says less.
        assert 50 <= len(said["description"]) <= 5000, said["name"]
        assert said["license"]
        assert (built / "data" / said["distribution"]["contentUrl"]).is_file()


def test_the_icon_of_the_book_is_there(built):
    [icon] = re.findall(r'<link rel="icon" href="([^"?]+)', (built / "index.html").read_text("utf-8"))
    assert (built / icon).is_file()
