"""Text of figures on a phone: large enough to be read where it stands, or in a frame that scrolls."""

import pytest

PHONE = {"width": 390, "height": 844}
# Pixels on the screen; smaller letters are guessed and not read.
LEGIBLE = 9
# One of each kind of page that has figures.
PAGES = (
    "index.html",
    "paradox/did_violence_fall.html",
    "cities/which_city_is_the_most_violent.html",
    "cities/where_is_it_moving.html",
    "evidence/what_was_not_reported.html",
    "paradox/panel_regressions.html",
    "cities/city_homicide.html",
    "places/hnd.html",
    "places/explorer.html",
    "architecture.html",
)
# Letters of each drawing that are too small, as they are on the screen: a drawing that is scaled down scales its text.
TOO_SMALL = """(least) => [...document.querySelectorAll('main svg')].flatMap((drawing) =>
  [...drawing.querySelectorAll('text')]
    .filter((text) => text.textContent.trim() && text.getClientRects().length)
    .map((text) => {
      const { a, b } = text.getScreenCTM();
      return [Math.hypot(a, b) * parseFloat(getComputedStyle(text).fontSize), text.textContent.trim()];
    })
    .filter(([size]) => size < least)
    .map(([size, words]) => `${size.toFixed(1)} px: ${words}`))"""


@pytest.mark.parametrize("name", PAGES)
def test_text_of_figures_can_be_read_on_a_phone(open_page, name):
    page = open_page(name, viewport=PHONE)
    page.wait_for_load_state("networkidle")
    assert page.locator("main svg text").count() > 0
    assert page.evaluate(TOO_SMALL, LEGIBLE) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


# Titles that reach over the edge of the screen, and those that are there twice.
CUT_TITLES = """() => [...document.querySelectorAll("main svg.drawing")].flatMap((drawing) => {
  const seen = (it) => it.checkVisibility({ visibilityProperty: true });
  const own = [...drawing.querySelectorAll("text.title")].filter(seen);
  const before = drawing.closest(".drawing-frame")?.previousElementSibling;
  const said = before?.matches(".drawing-title") ? before : null;
  const shown = said?.checkVisibility() ? [said, ...own] : own;
  return shown.filter((it) => it.getBoundingClientRect().right > innerWidth || (it !== said && shown.includes(said)))
    .map((it) => it.textContent);
})"""


@pytest.mark.parametrize("name", PAGES)
def test_the_title_of_a_figure_is_in_sight_as_a_whole_on_a_phone(open_page, name):
    page = open_page(name, viewport=PHONE)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(CUT_TITLES) == []


# One kind of page each: tables of fields, commands.
CUT = """() => [...document.querySelectorAll("main table.fields, main .highlight-console pre")].filter((it) => {
  const frame = it.closest(".pst-scrollable-table-container") ?? it;
  return frame.scrollWidth > frame.clientWidth + 1;
}).map((it) => it.textContent.trim().slice(0, 60))"""


@pytest.mark.parametrize("name", ["data/programmes.html", "data/country.html", "rerun.html"])
def test_nothing_of_a_table_of_fields_and_of_a_command_is_beyond_the_edge_on_a_desk(open_page, name):
    page = open_page(name, viewport={"width": 1280, "height": 900})
    assert page.locator("main :is(table.fields, .highlight-console)").count() > 0
    assert page.evaluate(CUT) == []


def test_what_is_typed_into_the_search_page_does_not_lie_on_the_glass(open_page):
    page = open_page("search.html", viewport={"width": 1280, "height": 900})
    glass = page.locator("main form.bd-search i, main form.bd-search svg").first.bounding_box()
    field = page.locator("main form.bd-search input")
    left = field.bounding_box()["x"] + float(field.evaluate("(it) => parseFloat(getComputedStyle(it).paddingLeft)"))
    assert glass["x"] + glass["width"] <= left


# Drawings that were set anew, and those that still have to be swiped.
FIT = """() => [...document.querySelectorAll("main .drawing-frame > svg.drawing")].map((it) => {
  const frame = it.parentElement;
  return frame.scrollWidth <= frame.clientWidth + 1;
})"""


def test_the_figures_of_a_story_fit_a_phone_without_swiping(open_page):
    page = open_page("programmes/did_the_state_of_exception_do_it.html", viewport=PHONE)
    for drawing in page.locator("main .drawing-frame").all():
        drawing.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelectorAll('.narrowed').length > 2")
    fitting = page.evaluate(FIT)
    assert sum(fitting) >= len(fitting) - 1
    assert page.evaluate(TOO_SMALL, LEGIBLE) == []
