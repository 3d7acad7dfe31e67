"""Who comes by keyboard sees where they are and is soon at a chart; who is made ill by motion meets none."""

import pytest

KINDS = {
    "front": "index.html",
    "story": "paradox/did_violence_fall.html",
    "gap map": "evidence/gap_map.html",
    "workshop": "cities/city_homicide.html",
    "place": "places/hnd.html",
    "places": "places/index.html",
    "explorer": "places/explorer.html",
    "data": "data/country.html",
    "search": "search.html?q=homicide",
}
# Filters of charts, and from how many stops away at most they are to be reached.
CHARTS = {
    "paradox/did_violence_fall.html": "figure.chart select",
    "evidence/gap_map.html": ".gap-map :is(input, select, summary)",
    "places/index.html": ".map-controls :is(select, input), .place-map :is(select, input)",
    "places/explorer.html": ".explorer input",
}
STOPS = 10

REACHED = "a[href], button, input, select, textarea, summary, [tabindex]"
# Of each stop of the keyboard whose looks do not change when it is reached. Looks are of the element, of what is right
# before and after it, and of those around it that have a look of their own for what is within.
UNSEEN = """(reached) => {
  const style = document.createElement("style");
  style.textContent = "*, ::before, ::after { transition: none !important; animation: none !important; }";
  document.head.append(style);
  const look = (it) => ["", "::before", "::after"].map((part) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, backgroundColor, borderColor } =
      getComputedStyle(it, part);
    const outline = outlineStyle === "none" ? "" : outlineStyle + outlineWidth + outlineColor;
    return [outline, boxShadow, backgroundColor, borderColor].join();
  }).join();
  const looks = (it) => look(it) + look(it.parentElement);
  const unseen = [];
  for (const it of document.querySelectorAll(reached)) {
    if (it.tabIndex < 0 || it.disabled || !it.checkVisibility({ visibilityProperty: true })) continue;
    document.activeElement?.blur();
    const before = looks(it);
    it.focus({ focusVisible: true });
    if (document.activeElement === it && looks(it) === before) unseen.push(it.outerHTML.slice(0, 160));
  }
  return unseen;
}"""
MOVING = """() => {
  const long = (times) => times.split(",").some((time) => parseFloat(time) * (time.endsWith("ms") ? 1 : 1000) > 1);
  const all = [...document.querySelectorAll("*")].filter((it) => it.checkVisibility());
  return all.flatMap((it) => ["", "::before", "::after"].map((part) => [it, getComputedStyle(it, part)]))
    .filter(([, style]) => long(style.transitionDuration) || style.scrollBehavior === "smooth"
      || (style.animationName !== "none" && long(style.animationDuration)))
    .map(([it, style]) => `${it.tagName} ${it.className} ${style.transitionDuration} ${style.animationName}`);
}"""
STOPS_BEFORE = """([chart, reached]) => {
  const filter = [...document.querySelectorAll(chart)].find((it) => it.checkVisibility());
  const before = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
  const heading = [...document.querySelectorAll("main :is(h1, h2, h3)")].filter((it) => before(it, filter)).pop();
  return [...document.querySelectorAll(reached)].filter((it) =>
    it.tabIndex >= 0 && it.checkVisibility({ visibilityProperty: true }) && before(heading, it) && before(it, filter)
  ).length + 1;
}"""


def ready(page):
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_where_the_keyboard_is_can_be_seen(open_page, kind, mode):
    page = ready(open_page(KINDS[kind], color_scheme=mode))
    # From here on the browser takes the reader for one who uses the keyboard.
    page.keyboard.press("Tab")
    assert page.evaluate(UNSEEN, REACHED) == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_moves_for_who_asked_for_less_motion(open_page, kind):
    assert ready(open_page(KINDS[kind], reduced_motion="reduce")).evaluate(MOVING) == []


@pytest.mark.parametrize("name", CHARTS)
def test_the_first_filter_of_a_chart_is_near_its_heading(open_page, name):
    page = ready(open_page(name))
    for figure in page.locator("figure.chart").all()[:1]:
        figure.scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('figure.chart').dataset.drawn")
    assert page.evaluate(STOPS_BEFORE, [CHARTS[name], REACHED]) <= STOPS
