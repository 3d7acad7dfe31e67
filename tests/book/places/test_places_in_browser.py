"""The pages of places in a browser: what a newcomer does, with a mouse, a keyboard, a phone, or without scripts."""

import csv
import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import STILL
from playwright.sync_api import expect

PHONE = {"width": 390, "height": 844}
AXE = {"resultTypes": ["violations"], "preload": False}
# By the keys of their places; the others are pages of the theme.
PLACES = ("HND", "COL-76001", "COL-76520", "ECU-guayas")
CALI, MEDELLIN = "places/col-76001-cali.html", "places/col-05001-medellin.html"


def started(page):
    """Wait until the scripts have shown what is theirs."""
    page.wait_for_function("!document.querySelector('main .scripted[hidden]')")
    return page


def find(page, words):
    """Type into the field that finds places, and wait for what it finds."""
    page.get_by_role("combobox", name="Your country, state or city").click()
    page.keyboard.type(words)
    expect(page.get_by_role("option").first).to_be_visible()


def path(page):
    return page.url.split("/compendium/")[1]


# Every kind of page


@pytest.mark.parametrize("name", [*PLACES, "index", "explorer"])
def test_a_page_runs_nothing_but_its_own_and_can_be_read_by_everyone(opened, serve, places_site, places, name):
    page = opened("index.html")
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{serve(places_site)}places/{places[name].address if name in places else name}.html")
    started(page)
    # Names of the invented places would act, were they more than text.
    assert page.evaluate("window.__ran") is None
    for mode in ("light", "dark"):
        page.emulate_media(color_scheme=mode)
        page.wait_for_function("(mode) => document.documentElement.dataset.theme === mode", arg=mode)
        page.evaluate(STILL)
        found = Axe().run(page, options=AXE).response["violations"]
        assert not found, [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert said == []
    assert [url for url in asked if not url.startswith((serve(places_site), "data:", "blob:"))] == []


def test_the_picture_of_a_place_is_in_the_first_screen_of_a_phone(opened):
    page = opened("places/hnd.html", viewport=PHONE)
    assert page.locator("#series > svg").bounding_box()["y"] < PHONE["height"]


# Finding a place


@pytest.mark.parametrize(
    ("words", "name", "title"),
    [
        ("medellin", MEDELLIN, "Medellín: 12 homicides"),
        ("SAO PAULO", "places/bra-3550308-sao-paulo.html", "São Paulo: "),
        ("São Paulo state", "places/bra-sp.html", "São Paulo (state)"),
        ("São Paulo, Brazil", "places/bra-3550308-sao-paulo.html", "São Paulo: "),
        ("rio janeiro", "places/bra-rj.html", "Rio de Janeiro"),
        ("St. Kitts", "places/kna.html", "Saint Kitts and Nevis"),
        ("brasil", "places/bra.html", "Brazil"),
        ("Tegucigalpa", "places/hnd.html", "Honduras"),
        ("bukele", "places/slv.html", "El Salvador"),
        ("guayaquil", "places/ecu-guayas.html", "Guayas"),
    ],
)
def test_a_place_is_found_without_accents_and_by_what_people_call_it(opened, words, name, title):
    page = started(opened("index.html"))
    find(page, words)
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert path(page) == name
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def test_the_field_is_a_combobox_to_who_listens(opened):
    page = started(opened("places/hnd.html"))
    find(page, "c")
    field = page.get_by_role("combobox", name="Your country, state or city")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    expect(chosen).to_have_attribute("aria-selected", "true")
    # Countries come before cities.
    expect(chosen).to_have_text("Colombia country")
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("listbox")).to_be_hidden()


@pytest.mark.parametrize("words", ["atlantis", "constructor"])
def test_what_is_not_there_is_seen_with_the_way_to_the_list(opened, words):
    page = started(opened("index.html"))
    page.get_by_role("combobox", name="Your country, state or city").click()
    page.keyboard.type(words)
    status = page.locator(".find [role=status]")
    expect(status).to_have_text(f"Nothing found for “{words}”. All places in a list")
    assert status.bounding_box()["height"] > 10
    page.keyboard.press("Enter")
    with page.expect_navigation():
        status.get_by_role("link").click()
    assert path(page) == "places/index.html#all-places"


def test_a_list_that_does_not_load_is_seen(opened):
    page = opened("index.html")
    page.route("**/places/search.js", lambda route: route.abort())
    started(page)
    page.get_by_role("combobox", name="Your country, state or city").click()
    page.keyboard.type("honduras")
    status = page.locator(".find [role=status]")
    expect(status).to_have_text("What can be found here could not be loaded. All places in a list")
    assert status.bounding_box()["height"] > 10


def test_a_page_is_found_after_the_places(opened):
    page = started(opened("index.html"))
    find(page, "extortion")
    expect(page.get_by_role("option")).to_have_text(
        [
            "Extortion no figures; where it is discussed",
            "Honduras country",
            "What was tried, and what was studied? page",
        ]
    )


# The page of a place


def test_task_find_the_rate_of_honduras_and_its_interval(opened):
    page = started(opened("index.html"))
    find(page, "hond")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_text("The figures in a table").click()
    expect(page.get_by_role("row", name=re.compile("^2023"))).to_contain_text("31 (30–32)")


def test_the_year_of_a_change_is_chosen_and_sent(opened):
    page = started(opened("places/hnd.html"))
    page.get_by_label("Change since").select_option("2012")
    status = page.locator(".since [role=status]")
    expect(status).to_contain_text("between 2012 and 2023")
    assert path(page) == "places/hnd.html?since=2012"
    assert page.locator("input.permalink").input_value() == page.url
    page.reload()
    expect(status).to_contain_text("between 2012 and 2023")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("places/hnd.html?since=1850", "since=1850 (there are years from 2010 to 2012)"),
        ("places/hnd.html?since=2011&embed", ""),
        ("places/index.html?show=moon&year=3000", "show=moon, year=3000 (there are 2010 to 2023)"),
        ("places/index.html?year=2015x", "year=2015x (there are 2010 to 2023)"),
        ("places/index.html?year=2012&utm_source=mail", ""),
    ],
)
def test_what_an_address_asks_for_and_nothing_has_is_said(opened, address, told):
    page = started(opened(address))
    expect(page.locator(".ignored").first).to_have_text(f"Unknown, and ignored: {told}." if told else "")


def test_the_next_choice_takes_what_was_said_of_an_address_away(opened):
    page = started(opened("places/hnd.html?since=1850"))
    page.get_by_label("Change since").select_option("2012")
    expect(page.locator(".ignored")).to_have_text("")
    assert path(page) == "places/hnd.html?since=2012"


def test_the_dark_mode_is_one_choice_for_the_whole_book(opened, serve, places_site):
    page = started(opened("places/hnd.html", color_scheme="light"))
    button = page.get_by_role("button", name=re.compile("^Colours"))
    while page.evaluate("document.documentElement.dataset.theme") != "dark":
        button.click()
    page.goto(serve(places_site) + "places/index.html")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    page.goto(serve(places_site) + CALI)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_place_is_shown_in_a_frame_of_another_page(opened):
    page = started(opened("places/hnd.html?embed"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#series > svg")).to_be_visible()
    for hidden in ("header", "aside", "#sources", "#use"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert 'src="' + page.url.split("?")[0] + '?embed"' in page.locator("textarea.embed-code").input_value()


@pytest.mark.parametrize("width", [340, 700])
@pytest.mark.parametrize("key", ["HND", "COL-76001", "ECU-guayas"])
def test_a_frame_is_as_high_as_what_it_shows_and_keeps_the_year(opened, places, key, width):
    address = f"places/{places[key].address}.html"
    page = started(opened(address))
    since = page.locator(".since select")
    if since.count():
        since.select_option(index=0)
    code = page.locator("textarea.embed-code").input_value()
    if since.count():
        assert f'?embed&since={since.input_value()}"' in code
    height = int(re.search(r'height="(\d+)"', code)[1])
    framed = started(opened(address + "?embed", viewport={"width": width, "height": height}))
    assert framed.evaluate("document.documentElement.scrollHeight") <= height


def test_without_scripts_the_finding_the_picture_and_the_change_are_there(opened):
    page = opened("places/hnd.html", java_script_enabled=False, color_scheme="dark")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Honduras: 31 homicides")
    expect(page.locator(".since [role=status]")).to_contain_text("between 2010 and 2023")
    assert page.locator("#series > svg").bounding_box()["height"] > 150
    expect(page.get_by_label("Change since")).to_be_hidden()
    page.get_by_role("link", name="All places in a list").click()
    expect(page.locator('a[href="col-76001-cali.html"]')).to_have_count(1)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"


# The map and the list


def test_arrow_keys_change_the_year_of_the_map_and_the_address_keeps_it(opened):
    page = started(opened("places/index.html?year=2023"))
    year = page.get_by_role("slider", name="Year")
    year.focus()
    assert year.get_attribute("aria-valuetext").startswith("2023: figures for 5 of 7")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".map-status")).to_contain_text("2022: figures for 2 of 7")
    expect(page.locator(".map-title")).to_have_text("Homicides per 100,000 people, 2022")
    expect(page.locator('path[data-place="HND"]')).to_have_class("missing")
    address, _, query = path(page).partition("?")
    assert address == "places/index.html"
    assert set(query.split("&")) == {"show=region", "year=2022"}
    page.reload()
    expect(page.locator(".map-title")).to_have_text("Homicides per 100,000 people, 2022")


def test_states_are_a_second_level_and_counts_are_circles(opened):
    page = started(opened("places/index.html"))
    page.get_by_label("Show").select_option("Provinces of Ecuador")
    expect(page.locator('path[data-place="HND"]')).to_be_hidden()
    expect(page.locator(".map-title")).to_have_text("Homicides, 2023")
    radius = "(circle) => Number(circle.getAttribute('r'))"
    guayas, napo = (page.locator(f'circle[data-place="ECU-{it}"]').evaluate(radius) for it in ("guayas", "napo"))
    assert guayas > 30 * napo > 0


def test_pointing_at_the_map_tells_the_figure_and_a_click_opens_the_page(opened):
    page = started(opened("places/index.html?year=2023"))
    brazil = page.locator('path[data-place="BRA"]')
    brazil.hover()
    expect(page.locator(".map-pointed")).to_have_text("Brazil: 21 per 100,000 in 2023")
    with page.expect_navigation():
        brazil.click()
    assert path(page) == "places/bra.html"


def test_the_list_is_filtered_without_accents(opened):
    page = started(opened("places/index.html"))
    page.get_by_label("Only names with").fill("medellin")
    expect(page.locator(".place-list [role=status]")).to_have_text("1 of 19 places")
    expect(page.locator(".place-list a:visible")).to_have_text(["Antioquia", "Medellín"])


def test_the_list_knows_what_places_are_called_otherwise(opened):
    page = started(opened("places/index.html"))
    page.get_by_label("Only names with").fill("Brasil")
    expect(page.locator(".place-list a:visible")).to_have_text(["Brazil"])


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("show=constructor", "Homicides per 100,000 people, 2010"),
        ("year=abc", "Homicides per 100,000 people, 2010"),
        ("show=__proto__&year=2021", "Homicides per 100,000 people, 2021"),
    ],
)
def test_an_address_with_nonsense_shows_the_map_as_without_it(opened, query, title):
    page = started(opened("places/index.html?" + query))
    expect(page.locator(".map-title")).to_have_text(title)


def test_a_count_on_the_map_has_no_decimals(opened):
    page = started(opened("places/index.html?show=ECU"))
    expect(page.locator(".map-status")).to_contain_text(re.compile(r"lowest Napo, 1\.$"))


# Searching the book


@pytest.mark.parametrize("words", ["medellin", "Medellín", "MEDELLIN"])
def test_the_search_of_the_book_leads_to_the_place_first_whatever_the_accents(opened, words):
    page = opened(f"search.html?q={words}")
    first = page.locator(".found-places li").first
    expect(first).to_have_text("Medellín city, Antioquia, Colombia")
    assert first.get_by_role("link").get_attribute("href").endswith(MEDELLIN)


@pytest.mark.parametrize("words", ["violencia", "violência", "VIOLÊNCIA"])
def test_the_search_of_the_book_folds_accents_of_query_and_index(opened, words):
    page = opened(f"search.html?q={words}")
    expect(page.locator("ul.search li")).to_have_count(1)
    expect(page.locator("ul.search li .context")).to_contain_text("Violência em São Paulo")
    # What stands in a table is no sentence.
    expect(page.locator("ul.search li .context")).not_to_contain_text("cell")


@pytest.mark.parametrize(("words", "name"), [("Bukele", "El Salvador"), ("homicide rate Honduras", "Honduras")])
def test_the_search_of_the_book_knows_people_and_places_within_a_question(opened, words, name):
    page = opened(f"search.html?q={words}")
    expect(page.locator(".found-places li a").first).to_have_text(name)


@pytest.mark.parametrize("words", ["constructor", "__proto__", "toString"])
def test_a_word_that_is_nowhere_is_said_to_be(opened, words):
    page = opened("index.html")
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(page.url.replace("index.html", f"search.html?q={words}"))
    expect(page.locator(".search-summary")).to_contain_text("did not match any documents")
    expect(page.locator(".found-places").get_by_role("link", name="All places in a list")).to_be_visible()
    assert errors == []


# Comparing


def test_task_compare_cali_and_medellin_and_send_the_link(opened):
    # The places that stand there for those to come go with the first that is chosen.
    page = started(opened("places/explorer.html"))
    for words in ("cali", "medellin"):
        page.get_by_role("combobox", name="Add a country, state or city").click()
        page.keyboard.type(words)
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("Enter")
    title = page.locator(".explorer-title")
    expect(title).to_have_text("Cali and Medellín: homicide rate, published, 2010–2024")
    expect(page.locator(".explorer-picture .name")).to_have_text(["Cali 41", "Medellín 12"])
    sent = started(opened(path(page)))
    expect(sent.locator(".explorer-title")).to_have_text(title.inner_text())


@pytest.mark.parametrize("words", ["cali medellin", "Medellín, Cali", "Cali vs. medellín", "cali y Medellin"])
def test_places_that_are_named_together_are_compared(opened, words):
    page = started(opened("index.html"))
    find(page, words)
    first = page.get_by_role("option").first
    expect(first).to_have_text(re.compile("^Compare (Cali and Medellín|Medellín and Cali) in one picture$"))
    with page.expect_navigation():
        first.click()
    expect(started(page).locator(".explorer-picture .name")).to_have_text(["Cali 41", "Medellín 12"])


def test_the_name_of_one_place_with_and_in_it_is_one_place(opened):
    page = started(opened("index.html"))
    find(page, "saint kitts and nevis")
    expect(page.get_by_role("option")).to_have_text(["Saint Kitts and Nevis country"])


def test_a_year_is_read_by_keyboard_and_every_figure_is_in_the_table(opened):
    page = started(opened("places/explorer.html?places=COL-76001,COL-05001"))
    slider = page.get_by_role("slider", name="Read a year")
    slider.focus()
    assert slider.get_attribute("aria-valuetext") == "2024: Cali 41; Medellín 12."
    page.keyboard.press("Home")
    expect(page.locator(".explorer-says")).to_have_text("2010: Cali 70; Medellín 54.")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".explorer-says")).to_have_text("2011: Cali no figure; Medellín no figure.")
    page.get_by_text("The figures in a table").click()
    expect(page.get_by_role("row", name=re.compile("^2018"))).to_have_text("20185224")


def test_what_is_shown_can_be_taken_along(opened):
    page = started(opened("places/explorer.html?places=COL-76001,COL-76520&from=2018&to=2019"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Data (CSV)").click()
    assert download.value.suggested_filename == "rate-col-76001-col-76520-2018-2019.csv"
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8"))))
    assert [(it["year"], it["value"]) for it in rows] == [
        ("2018", "52.174"),
        ("2019", ""),
        ("2018", "42.857"),
        ("2019", ""),
    ]
    assert rows[0]["place"] == "Cali"
    assert (rows[0]["measure"], rows[0]["unit"]) == ("Homicide rate, published", "homicides per 100,000 people")
    assert rows[0]["sources_at"].endswith(CALI)


def test_an_index_is_named_in_the_file_and_has_no_digits_of_the_computer(opened):
    page = started(opened("places/explorer.html?places=HND&index=2012"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Data (CSV)").click()
    assert download.value.suggested_filename.endswith("-index-2012.csv")
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8"))))
    assert {it["index_year"] for it in rows} == {"2012"}
    assert all(len(it["value"].replace(".", "")) <= 6 for it in rows)
    expect(page.locator(".explorer-unit")).to_have_text("index, 2012 = 100, of homicides per 100,000 people")


def test_no_line_leaves_the_picture_in_steps_of_doubling(opened):
    # Thirteen doublings are more than the axis has steps.
    page = started(opened("places/explorer.html?places=BRA,KNA,DMA&measure=homicides&log=1"))
    ends = page.evaluate(
        "[...document.querySelectorAll('.explorer-picture path')].map((it) => { const box = it.getBBox();"
        " return [box.y, box.y + box.height]; })"
    )
    grid = page.evaluate("[...document.querySelectorAll('.explorer-picture .grid')].map((it) => it.getBBox().y)")
    assert len(grid) <= 9
    assert min(grid) - 1 <= min(top for top, _ in ends)
    assert max(bottom for _, bottom in ends) <= max(grid) + 1
    expect(page.locator(".explorer-note")).to_have_text(
        "Years of zero have no place among steps of doubling: Dominica."
    )


def test_chosen_years_stay_when_places_and_measures_change(opened):
    page = started(opened("places/explorer.html?places=HND,BRA&from=2012&to=2015"))
    page.get_by_role("button", name="Leave out Brazil").click()
    page.get_by_label("Show", exact=False).first.select_option("Homicides")
    page.get_by_role("combobox", name="Add a country, state or city").click()
    page.keyboard.type("colombia")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".explorer-title")).to_have_text("Honduras and Colombia: homicides, 2012–2015")
    assert "from=2012&to=2015" in page.url


@pytest.mark.parametrize(
    ("query", "title", "note"),
    [
        ("places=BRA,constructor", "Brazil: ", "Not among the places: constructor."),
        ("measure=constructor&places=BRA", "Brazil: ", "Not among the measures: constructor."),
        (
            "places=foo,bar",
            "Honduras, El Salvador and Brazil: ",
            "Not among the places: foo and bar. Shown are examples.",
        ),
        ("places=BRA&from=abc", "Brazil: ", "Not a year: abc."),
        ("places=BRA&from=1066", "Brazil: ", "Not among the years of these places: 1066."),
        ("places=BRA&index=1901", "Brazil: ", "No index: 1901 is not among the years of these places."),
        ("places=ECU-guayas,BRA", "Guayas and Brazil: ", "No figures of this measure: Guayas."),
        (
            "places=BRA,KNA&index=2012",
            "Brazil and ",
            "No line where the year of the index, 2012, has no figure above zero: ",
        ),
    ],
)
def test_what_cannot_be_shown_is_said(opened, query, title, note):
    page = started(opened("places/explorer.html?" + query))
    expect(page.locator(".explorer-title")).to_contain_text(title)
    expect(page.locator(".explorer-note")).to_contain_text(note)


def test_a_ninth_place_is_refused_and_no_other_goes(opened):
    eight = "HND,SLV,BRA,ECU,COL,DMA,KNA,BRA-SP"
    page = started(opened(f"places/explorer.html?places={eight}"))
    page.get_by_role("combobox", name="Add a country, state or city").click()
    page.keyboard.type("medellin")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".explorer-note")).to_contain_text("Medellín is not added: there are 8 places")
    expect(page.locator(".chosen li")).to_have_count(8)
    page.goto(page.url.split("?")[0] + f"?places={eight},COL-76001")
    expect(page.locator(".explorer-note")).to_contain_text("The first 8 of 9 places are shown")


def test_a_line_that_ends_early_says_of_which_year_its_figure_is(opened):
    page = started(opened("places/explorer.html?places=SLV,BRA"))
    labels = page.locator(".explorer-picture .name")
    expect(labels.filter(has_text="Salvador")).to_have_text(re.compile(r"^El Salvador .+ \(2022\)$"))
    expect(labels.filter(has_text="Brazil")).to_have_text(re.compile(r"^Brazil \d+$"))


def test_no_place_is_a_choice_that_stays(opened):
    page = started(opened("places/explorer.html?places=HND&index=2010"))
    page.get_by_role("button", name="Leave out Honduras").click()
    for _ in range(2):
        expect(page.locator(".explorer-title")).to_have_text("No place chosen")
        expect(page.locator(".explorer-picture")).to_contain_text("Choose a place.")
        assert page.get_by_label("Index to").input_value() == ""
        page.reload()
        started(page)


def test_figures_that_do_not_load_are_said_not_to(opened):
    page = opened("index.html")
    page.route("**/places/series.js", lambda route: route.abort())
    page.goto(page.url.replace("index.html", "places/explorer.html"))
    expect(page.locator(".unscripted")).to_contain_text("could not be loaded")
    expect(page.locator(".unscripted").get_by_role("link", name="its page")).to_be_visible()


def test_an_index_and_steps_of_doubling_are_kept_in_the_address(opened):
    page = started(opened("places/explorer.html?places=HND,ECU&index=2010&log=1"))
    expect(page.locator(".explorer-says")).to_have_text("2023: Honduras 44; Ecuador 308.")
    expect(page.locator(".explorer-unit")).to_contain_text("2010 = 100")
    ticks = page.locator(".explorer-picture > text:not(.year):not(.name)").all_text_contents()
    assert ticks == ["32", "64", "128", "256", "512"]
    page.get_by_label("Show", exact=False).first.select_option("Homicides")
    assert "measure=homicides" in page.url


def test_the_comparison_says_where_the_figures_are_without_scripts(opened):
    page = opened("places/explorer.html", java_script_enabled=False)
    expect(page.get_by_text("This comparison needs scripts")).to_be_visible()
