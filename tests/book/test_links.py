"""Every address on every page, checked in the files of the site: nothing leads nowhere."""

import hashlib
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

LOADED = {
    ("img", "src"),
    ("script", "src"),
    ("link", "href"),
    ("source", "src"),
    ("source", "srcset"),
    ("iframe", "src"),
}
FOLLOWED = {("a", "href"), ("form", "action")}


class Addresses(HTMLParser):
    """Addresses that a page names, and the places in it that others can point to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.followed: list[str] = []
        self.anchors: set[str] = {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            if (tag, name) in LOADED:
                self.loaded.append(value or "")
            if (tag, name) in FOLLOWED:
                self.followed.append(value or "")


@pytest.fixture(scope="session")
def pages(built) -> dict[Path, Addresses]:
    # The theme leaves a template among its static files; no page links to it.
    found = [path for path in sorted(built.rglob("*.html")) if "_static" not in path.relative_to(built).parts]
    return {path: Addresses(path.read_text("utf-8")) for path in found}


def internal(address: str) -> bool:
    return not urlsplit(address).scheme and not address.startswith("//")


def target(page: Path, address: str) -> tuple[Path, str]:
    """File and fragment that an address leads to from a page."""
    parts = urlsplit(address)
    file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    return (file / "index.html" if file.is_dir() else file), unquote(parts.fragment)


def every(pages: dict[Path, Addresses]) -> Iterator[tuple[Path, str]]:
    for path, found in pages.items():
        for address in [*found.loaded, *found.followed]:
            if internal(address):
                yield path, address


def test_internal_addresses_are_relative(pages):
    # An address from the root of the host breaks as soon as the site is served below a path.
    assert [(path.name, address) for path, address in every(pages) if address.startswith("/")] == []


def test_every_internal_link_image_and_download_is_there(pages):
    missing = [f"{path.name}: {address}" for path, address in every(pages) if not target(path, address)[0].is_file()]
    assert missing == []


def test_every_fragment_is_there(pages):
    wrong = []
    for path, address in every(pages):
        file, fragment = target(path, address)
        if fragment and file in pages and fragment not in pages[file].anchors:
            wrong.append(f"{path.name}: {address}")
    assert wrong == []


def test_nothing_is_loaded_from_another_host(pages, built):
    for path, found in pages.items():
        assert [it for it in found.loaded if not internal(it) and not it.startswith("data:")] == [], path
    for sheet in built.rglob("*.css"):
        loaded = re.findall(r"(?:url\(|@import)\s*['\"]?(https?:|//)[^)'\"]*", sheet.read_text("utf-8"))
        assert loaded == [], f"{sheet} loads from another host"


def test_every_page_is_reached_from_the_front_page(pages, built):
    # A page that no link leads to is lost to readers.
    front = built / "index.html"
    reached, waiting = {front}, [front]
    while waiting:
        page = waiting.pop()
        for address in filter(internal, pages[page].followed):
            file, _ = target(page, address)
            if file in pages and file not in reached:
                reached.add(file)
                waiting.append(file)
    assert pages.keys() - reached <= {built / "genindex.html", built / "search.html", built / "404.html"}


def test_every_picture_has_alternative_text(built):
    silent = []
    for path in built.rglob("*.html"):
        for image in re.findall(r"<img\b[^>]*>", path.read_text("utf-8")):
            if not re.search(r'\balt="[^"]+"', image):
                silent.append(f"{path.name}: {image[:160]}")
    assert silent == []


def test_site_can_be_published_as_it_is(built):
    # GitHub Pages leaves out folders that start with an underscore, unless told otherwise.
    assert (built / ".nojekyll").is_file()


def test_every_table_can_be_downloaded_and_is_the_one_described(built):
    package = json.loads((built / "data" / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        content = (built / "data" / resource["path"]).read_bytes()
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == resource["hash"], resource["name"]
