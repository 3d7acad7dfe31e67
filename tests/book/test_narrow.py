"""Drawings on a phone: as narrow as the screen where their words leave room, and swiped where they do not."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pytest
from playwright.sync_api import Page
from support import ROOT

from citizen_security.book.drawings import themed
from citizen_security.figures import theme
from citizen_security.figures.drawing import drawing
from citizen_security.figures.end_labels import label_ends

PHONE, TURNED = {"width": 390, "height": 844}, {"width": 844, "height": 390}
STATIC = ROOT / "book" / "_static"
# Words of a drawing on the screen: what is written, its box, and the height of its letters.
WORDS = """() => [...document.querySelectorAll("svg.drawing text")]
  .filter((it) => it.textContent.trim() && it.checkVisibility({ visibilityProperty: true }))
  .map((it) => {
    const { left, right, top, bottom } = it.getBoundingClientRect();
    const { a, b } = it.getScreenCTM();
    const height = Math.hypot(a, b) * parseFloat(getComputedStyle(it).fontSize);
    return { words: it.textContent, left, right, top, bottom, height };
  })"""


@pytest.fixture
def shown(browser) -> Callable[[plt.Figure], Page]:
    """A page of a phone that shows a figure as pages quote it."""
    pages = []

    def show(figure: plt.Figure, viewport: dict = PHONE) -> Page:
        figure.set_layout_engine("constrained")
        quoted = f'<figure class="quoted">{themed(drawing(figure), "alt", "p")}</figure>'
        plt.close(figure)
        page = browser.new_page(viewport=viewport)
        pages.append(page)
        page.set_content(f'<!doctype html><html><main class="bd-article">{quoted}</main></html>')
        page.add_style_tag(path=STATIC / "compendium.css")
        page.add_script_tag(path=STATIC / "narrow.js")
        page.evaluate("() => new Promise((go) => requestAnimationFrame(() => setTimeout(go, 50)))")
        return page

    theme.apply()
    yield show
    for page in pages:
        page.close()


def is_narrowed(page: Page) -> bool:
    return page.locator(".drawing-frame.narrowed").count() == 1


def needs_swiping(page: Page) -> bool:
    return page.evaluate(
        "(() => { const it = document.querySelector('.drawing-frame'); return it.scrollWidth > it.clientWidth + 1; })()"
    )


def words(page: Page, *, within: float = PHONE["width"]) -> dict[str, dict]:
    """Words on the page, none of them beyond the screen, too small, or on another."""
    found = page.evaluate(WORDS)
    for at, one in enumerate(found):
        assert one["left"] >= 0, one
        assert one["right"] <= within, one
        assert one["height"] >= 9, one
        for other in found[:at]:
            across = min(one["right"], other["right"]) - max(one["left"], other["left"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            assert across < 1 or down < 2, (one["words"], other["words"])
    return {it["words"]: it for it in found}


def lines(**options) -> plt.Figure:
    figure, axes = plt.subplots(figsize=(8, 4.8))
    for nth, name in enumerate(("counted deaths", "expected deaths")):
        axes.plot(range(1990, 2023), np.linspace(0, 10 * (nth + 1), 33), label=name)
    axes.set(xticks=range(1990, 2023), title="A finding that stands above the drawing", **options)
    return figure


def test_lines_with_their_names_fit_a_phone_and_keep_their_letters(shown):
    figure = lines(xlabel="Years of the series, of which none is left out and each is counted, with a long label")
    label_ends(figure.axes[0])
    theme.source(figure, "somebody who writes a long line about where all of it comes from, and when; and one more")
    page = shown(figure)
    assert is_narrowed(page)
    assert not needs_swiping(page)
    seen = words(page)
    assert {"counted deaths", "expected deaths"} <= seen.keys()
    # Ticks that would lie on each other are left out; the first stays.
    years = [it for it in seen if it.isdecimal() and len(it) == 4]
    assert "1990" in years
    assert 3 < len(years) < 17
    assert page.locator("svg.drawing tspan").count() >= 4
    assert page.locator(".drawing-frame").evaluate("(it) => getComputedStyle(it, '::before').content") == "none"


def test_marks_move_with_the_axis_they_belong_to(shown):
    figure, axes = plt.subplots(figsize=(8, 4))
    axes.set(xlim=(0, 4), xticks=[0, 1, 2, 3, 4])
    axes.scatter([1, 3], [1, 2], s=60)
    axes.axvline(1)
    page = shown(figure)
    assert is_narrowed(page)
    seen = words(page)
    dots = [it.bounding_box() for it in page.locator("svg.drawing use").all()]
    middles = [it["x"] + it["width"] / 2 for it in dots]
    ticks = [(seen[name]["left"] + seen[name]["right"]) / 2 for name in ("1", "3")]
    assert middles == pytest.approx(ticks, abs=1.5)
    # Squeezed axes leave points round.
    assert all(it["width"] == pytest.approx(it["height"], rel=0.05) for it in dots)


def test_a_key_within_a_panel_stands_below_it_one_entry_a_line(shown):
    figure = lines()
    figure.axes[0].legend(loc="upper left")
    page = shown(figure)
    assert is_narrowed(page)
    seen = words(page)
    entries = [seen[name] for name in ("counted deaths", "expected deaths")]
    assert min(it["top"] for it in entries) > max(it["bottom"] for name, it in seen.items() if name.isdecimal())
    assert entries[0]["left"] == pytest.approx(entries[1]["left"], abs=0.5)


def test_long_names_of_rows_are_broken(shown):
    figure, axes = plt.subplots(figsize=(8, 4))
    names = ["a name of a row that is very long and has many words", "another one that is about as long as the first"]
    axes.barh(names, [1, 2])
    page = shown(figure)
    assert is_narrowed(page)
    words(page)
    assert page.locator("svg.drawing tspan").count() >= 4


def crowded() -> plt.Figure:
    figure, axes = plt.subplots(figsize=(8, 4))
    axes.set(xlim=(0, 8), ylim=(0, 2))
    for nth in range(8):
        axes.text(nth, 1, "Guatemala")
    return figure


def map_() -> plt.Figure:
    figure, axes = plt.subplots(figsize=(8, 4))
    axes.fill([0, 1, 2, 1], [0, 2, 1, 0], color=theme.BLUE)
    axes.text(0.5, 1, "a place")
    axes.axis("off")
    return figure


def narrow_panels() -> plt.Figure:
    figure, panels = plt.subplots(1, 8, figsize=(12, 3))
    for panel in panels:
        panel.plot([0, 1], [0, 1])
    return figure


@pytest.mark.parametrize("figure", [crowded, map_, narrow_panels])
def test_what_would_not_be_read_or_would_be_bent_stays_as_it_was(shown, figure):
    drawn = figure()
    wide = shown(figure(), viewport=TURNED).locator("svg.drawing").get_attribute("viewBox")
    page = shown(drawn)
    assert not is_narrowed(page)
    assert needs_swiping(page)
    assert page.locator("svg.drawing").get_attribute("viewBox") == wide


def test_on_a_phone_that_is_turned_a_drawing_is_as_it_was(shown):
    before = shown(lines(), viewport=TURNED).locator("svg.drawing").get_attribute("viewBox")
    page = shown(lines())
    assert is_narrowed(page)
    page.set_viewport_size(TURNED)
    page.wait_for_function("!document.querySelector('.narrowed')")
    assert page.locator("svg.drawing").get_attribute("viewBox") == before
    page.set_viewport_size(PHONE)
    page.wait_for_function("document.querySelector('.narrowed')")
