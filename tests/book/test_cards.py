"""The cards of the overviews: one for each question of the part, each with its picture, its finding and one link."""

import re

import pytest
import yaml
from support import ROOT

BOOK = ROOT / "book"
CARD = re.compile(r"^(?P<fence>:{3,})\{grid-item-card\}\n(?P<card>.*?)^(?P=fence)\n", re.DOTALL | re.MULTILINE)


def cards(text: str) -> list[str]:
    return [it["card"] for it in CARD.finditer(text)]


def faults(card: str) -> list[str]:
    """What a card has less or more of than one, and whether it quotes no run."""
    parts = {
        "link": r"^:link: ",
        "title": r"^\*\*.+\*\*$",
        "picture": r"^```\{thumbnail\} ",
    }
    counts = {name: len(re.findall(mark, card, re.MULTILINE)) for name, mark in parts.items()}
    found = [f"{name}: {count}" for name, count in counts.items() if count != 1]
    return found if "{glue:text}" in card else [*found, "no finding of a run"]


def parts_of_the_book() -> dict[str, list[str]]:
    """Overview of each part, and the pages of its questions: those that stand before a notebook."""
    contents = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    parts = {}
    for part in contents["parts"]:
        overview, *rest = [it["file"] for it in part["chapters"]]
        if overview.endswith("/overview"):
            parts[overview] = [it for it in rest if (BOOK / f"{it}.md").exists()]
    return parts


WITH_CARDS = {name: pages for name, pages in parts_of_the_book().items() if pages}


def test_there_are_parts_with_questions():
    assert {"paradox/overview", "cities/overview", "evidence/overview", "programmes/overview"} <= set(WITH_CARDS)


@pytest.mark.parametrize("overview", [*WITH_CARDS, "index"])
def test_a_card_is_one_card(overview):
    text = (BOOK / f"{overview}.md").read_text(encoding="utf-8")
    shown = cards(text)
    assert len(shown) == text.count("{grid-item-card}") > 0
    assert {card: found for card in shown if (found := faults(card))} == {}


@pytest.mark.parametrize("overview", WITH_CARDS)
def test_every_question_of_a_part_has_its_card(overview):
    folder = overview.partition("/")[0]
    shown = cards((BOOK / f"{overview}.md").read_text(encoding="utf-8"))
    linked = [f"{folder}/{name}" for card in shown for name in re.findall(r"^:link: (\S+)$", card, re.MULTILINE)]
    assert len(linked) == len(set(linked))
    assert set(WITH_CARDS[overview]) - set(linked) == set()


def test_cards_that_ran_into_each_other_are_found():
    card = ":link: a\n:link-type: doc\n**A?**\n```{thumbnail} p/n::f\n```\n{glue:text}`n.ipynb::s:s`\n"
    apart = "".join(f":::{{grid-item-card}}\n{it}:::\n\n" for it in (card, card))
    assert [faults(it) for it in cards(apart)] == [[], []]
    (one,) = cards(apart.replace(":::\n\n:::{grid-item-card}\n", ""))
    assert faults(one) == ["link: 2", "title: 2", "picture: 2"]
    assert faults(card.replace("{glue:text}", "")) == ["no finding of a run"]
