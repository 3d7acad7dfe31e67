"""A claim holds, an interval includes: two meanings of one word on one page would be read as one."""

import re
import subprocess

import pytest
from support import ROOT

HOLDS = re.compile(r"\b(?:holds?|held|holding) (?:zero|no change)\b")
WORDS = ("*.py", "*.md", "*.ipynb", "*.toml")


def held(text: str) -> list[str]:
    return [found.group() for found in HOLDS.finditer(text)]


def test_no_text_of_the_package_or_the_book_says_that_an_interval_holds_zero():
    listed = subprocess.run(
        ["git", "ls-files", "--", *(f"{room}/{kind}" for room in ("src", "book", "notebooks") for kind in WORDS)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    found = {path: them for path in listed if (them := held((ROOT / path).read_text("utf-8")))}
    assert listed
    assert not found, f"an interval includes zero, and a claim holds: {found}"


@pytest.mark.parametrize("text", ["an interval that holds zero", "both hold zero", "it holds no change and a rise"])
def test_the_word_is_found(text):
    assert held(text)


def test_other_words_are_left():
    assert held("a claim that holds; an interval that includes zero; years held out") == []
