"""Pages on paper: what a reader prints or keeps as a PDF."""

import re

import pytest

# What is left of A4 between the margins that the style sheet sets, in pixels of 1/96 inch.
SHEET = {"width": 688, "height": 1009}
STORY_SHEETS = 4
STORIES = ("paradox/did_violence_fall", "evidence/what_works_on_average")
WORKSHOP = "cities/city_homicide"
PLACE = "places/hnd"
# A map and a table of every study.
GAP_MAP = "evidence/gap_map"

FURNITURE = (
    ".bd-sidebar-primary",
    ".bd-sidebar-secondary",
    ".bd-header-article",
    ".prev-next-area",
    "#pst-back-to-top",
    "details.code",
    "div.cell_input",
    # Bubbles of the gap map are its figures.
    "button:not(.gap-map-table button)",
    "select",
    "body.place > header",
    "body.place > footer",
)
# Whatever can be seen and reaches over the right edge of the sheet; lines of a drawing end where the drawing does.
CUT = """(width) => [...document.querySelectorAll("main *:not(svg *)")].filter((it) => {
  const box = it.getBoundingClientRect();
  const clipped = it.closest(".heard, mjx-assistive-mml, .visually-hidden");
  return !clipped && it.checkVisibility({ contentVisibilityAuto: true }) && box.width && box.right > width + 1;
}).map((it) => `${it.tagName} ${it.className} ${it.getBoundingClientRect().right}: ${it.textContent.slice(0, 60)}`)"""
SHUT = """() => [...document.querySelectorAll("details:not(.code, .this-run)")].filter((it) =>
  it.checkVisibility() && ![...it.children].slice(1).some((inner) => inner.checkVisibility())
).map((it) => it.textContent.slice(0, 60))"""


@pytest.fixture
def on_paper(open_page):
    """A page as it is laid out on a sheet."""

    def opened(name, scheme="light"):
        page = open_page(f"{name}.html", viewport=SHEET, color_scheme=scheme)
        page.emulate_media(media="print", color_scheme=scheme)
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        return page

    return opened


def sheets(page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))


@pytest.mark.parametrize("name", STORIES)
def test_a_story_takes_at_most_four_sheets(open_page, name):
    assert 1 <= sheets(open_page(f"{name}.html")) <= STORY_SHEETS


@pytest.mark.parametrize("name", [PLACE, WORKSHOP, GAP_MAP, STORIES[0]])
def test_a_sheet_has_the_text_and_nothing_to_click(on_paper, name):
    page = on_paper(name)
    assert [it for it in FURNITURE if page.locator(it).filter(visible=True).count()] == []
    assert page.locator("main h1").filter(visible=True).count() == 1


@pytest.mark.parametrize("name", [PLACE, WORKSHOP, GAP_MAP, STORIES[0]])
def test_nothing_is_cut_at_the_edge_of_the_sheet(on_paper, name):
    assert on_paper(name).evaluate(CUT, SHEET["width"]) == []


@pytest.mark.parametrize("name", [PLACE, WORKSHOP, STORIES[0]])
def test_what_a_page_folds_is_open_on_paper(on_paper, name):
    page = on_paper(name)
    assert page.locator("details").count()
    assert page.evaluate(SHUT) == []


@pytest.mark.parametrize("name", [PLACE, WORKSHOP])
def test_ink_is_dark_and_paper_white_in_the_dark_mode_too(on_paper, name):
    page = on_paper(name, "dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    colour = "(it) => getComputedStyle(it).color.match(/[0-9.]+/g).slice(0, 3).map(Number)"
    for text in page.locator("main :is(h1, h2, p, td)").filter(visible=True).all()[:12]:
        assert max(text.evaluate(colour)) < 128, text.inner_text()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
