"""What CONTRIBUTING and the book's page on the architecture tell to edit is there to edit."""

import re

import pytest
from support import ROOT

PAGES = ("CONTRIBUTING.md", "book/architecture.md")
PLACEHOLDER = re.compile(r"<[a-z]+>")


def rows(page: str) -> list[list[str]]:
    """Cells of the table whose first column is headed 'to change'."""
    lines = (ROOT / page).read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.lower().startswith("| to change "))
    table = [line for line in lines[start:] if line.startswith("|") or line == ""]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2 : table.index("")]]


def paths(page: str) -> list[str]:
    return [path for row in rows(page) for path in re.findall(r"`([^`]+)`", row[1])]


@pytest.mark.parametrize(("page", "path"), [(page, path) for page in PAGES for path in paths(page)])
def test_a_path_that_a_row_names_is_there(page, path):
    assert list(ROOT.glob(PLACEHOLDER.sub("*", path).rstrip("/")))


def test_every_row_names_a_place_and_what_to_do_then():
    for page in PAGES:
        for _, places, then in rows(page):
            assert "`" in places
            assert "`" in then


def test_the_architecture_has_ten_rows():
    assert len(rows("book/architecture.md")) == 10


def test_a_path_that_is_not_there_would_be_found():
    assert not list(ROOT.glob(PLACEHOLDER.sub("*", "src/citizen_security/<part>/sample.py")))


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_a_page_names_exist(page):
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE)
    assert set(re.findall(r"`make ([a-z-]+)`", (ROOT / page).read_text("utf-8"))) <= set(targets)
