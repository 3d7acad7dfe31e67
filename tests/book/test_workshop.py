"""The page of a notebook: what it found first, what may be changed, and every step with its code folded."""

import re
from dataclasses import replace
from typing import Literal

import nbformat
import pytest
from playwright.sync_api import expect
from pydantic import Field
from runs_on_paper import KERNEL, MANIFEST, PIXEL, VALUES

from citizen_security.book.pictures import pictures_of
from citizen_security.book.workshop import LONGEST_ALLOWED, LONGEST_FINDING, finding, workshop_page
from citizen_security.compendium import NOTEBOOKS
from citizen_security.parameters import Parameters
from citizen_security.runs.resolved import UnrecordedValues
from citizen_security.values import glue_texts

ENTRY = {"value": 24, "unit": "", "interval": None, "n": None, "label": "Countries", "format": ""}
ANSWER = {**ENTRY, "value": "Homicide did not fall. It rose in <most> places.", "label": "The answer"}
RECORDED = {**VALUES, "answer": ANSWER}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300pt" height="200pt"><path id="p" d="M0 0"/></svg>'


class Invented(Parameters):
    """Parameters of a notebook that there is not."""

    first_year: int = Field(2000, ge=1990, le=2020, description="year <first>", json_schema_extra={"unit": "a"})
    weights: bool = Field(False, description="whether places count by their people")
    scale: Literal["rate", "log_rate"] = Field("rate", description="what is compared")
    source: Literal["a register of deaths", "a register of the police", "a survey of victims", "a newspaper"] = Field(
        "a newspaper", description="who counted"
    )


NOTEBOOK = replace(
    NOTEBOOKS["paradox/panel_regressions"], parameters=Invented, findings=("answer", "gdp_growth_effect"), figure="draw"
)


def picture(cell, kind, content):
    shown = nbformat.v4.new_output("display_data", data={kind: content})
    return nbformat.v4.new_code_cell(
        "draw()", id=cell, metadata={"mystnb": {"image": {"alt": "Rates & years"}}}, outputs=[shown]
    )


def recorded_output():
    return nbformat.v4.new_output("display_data", data={"application/papermill.record/answer": "x"})


PAGE = nbformat.v4.new_notebook(
    metadata={"kernelspec": KERNEL, "papermill": {"duration": 1.0}},
    cells=[
        nbformat.v4.new_markdown_cell("# A question", id="title"),
        nbformat.v4.new_code_cell("record()", id="record", outputs=[recorded_output()]),
        nbformat.v4.new_code_cell("a = 1", id="silent", metadata={"tags": ["hide-input", "parameters"]}),
        picture("draw", "image/svg+xml", SVG),
        picture("photograph", "image/png", PIXEL),
        nbformat.v4.new_code_cell("print(1)", id="prints", outputs=[nbformat.v4.new_output("stream", text="1")]),
        nbformat.v4.new_markdown_cell("What it cannot show.", id="limits"),
    ],
)


def page(notebook=NOTEBOOK, values=RECORDED, stories=(), **changes):
    """The cells of the invented notebook's page, by their identifiers."""
    made = workshop_page(PAGE, notebook, {**MANIFEST, **changes}, values, pictures_of(notebook.name, PAGE), stories)
    nbformat.validate(nbformat.from_dict(made))
    return {cell["id"]: cell for cell in made["cells"]}


def top(**options):
    return page(**options)["this-run"]["source"]


# The box


def test_the_page_opens_with_its_title_and_what_it_found_before_any_code():
    assert list(page())[:3] == ["title", "this-run", "parameters-table"]
    assert list(page())[3:] == [cell["id"] for cell in PAGE["cells"][1:]]


def test_findings_are_the_recorded_values_in_the_order_of_the_compendium():
    items = re.findall(r"<li>(.*?)</li>", top())
    assert items == [
        "Homicide did not fall. It rose in &lt;most&gt; places.",
        "<strong>−0.24 per point</strong> (−0.41 to −0.07): 95% confidence",
    ]
    reverse = replace(NOTEBOOK, findings=NOTEBOOK.findings[::-1])
    assert re.findall(r"<li>(.*?)</li>", top(notebook=reverse)) == items[::-1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "<strong>24</strong>: Countries"),
        ({"unit": "years", "label": "Middle age"}, "<strong>24 years</strong>: Middle age"),
        ({"unit": "%"}, "<strong>24%</strong>: Countries"),
        ({"interval": [20, 30]}, "<strong>24</strong> (20 to 30): Countries"),
        ({"label": "Countries; n counts country-years; weighted"}, "<strong>24</strong>: Countries; weighted"),
        ({"label": "Countries; n: country-years"}, "<strong>24</strong>: Countries"),
        ({"unit": "cities", "label": "cities whose rate > 50"}, "<strong>24</strong> cities whose rate &gt; 50"),
    ],
)
def test_a_number_says_what_it_is_with_its_interval(changes, said):
    entry = {**ENTRY, **changes}
    assert finding(entry, glue_texts({"it": entry}), "it") == said


def test_a_long_text_ends_with_a_sentence_and_a_long_sentence_is_whole():
    short, long = "A sentence. ", f"A {'very ' * LONGEST_FINDING}long sentence."
    assert finding({**ANSWER, "value": short * 40}, {}, "it") == (short * (LONGEST_FINDING // len(short))).strip()
    assert finding({**ANSWER, "value": f"{long} Another."}, {}, "it") == long


def test_what_a_run_could_not_record_gives_its_reason():
    # A reader who changed a parameter sees why a finding is not there, and not an empty box.
    said = top(values=VALUES, missing={"answer": "no country has <enough> years"})
    assert "<li>Not in this run: no country has &lt;enough&gt; years.</li>" in said
    assert "<strong>−0.24 per point</strong>" in said


def test_a_finding_that_the_run_neither_has_nor_explains_is_refused_in_words():
    with pytest.raises(UnrecordedValues) as refusal:
        page(values=VALUES)
    for part in ("'answer'", "paradox/panel_regressions", "Name one that it records", "Missing(names="):
        assert part in str(refusal.value)


def test_a_main_figure_that_no_cell_shows_is_refused_with_those_there_are():
    with pytest.raises(UnrecordedValues, match=r"'drew' as the main figure.*Allowed: draw, photograph"):
        page(notebook=replace(NOTEBOOK, figure="drew"))


def test_a_notebook_without_findings_has_no_box():
    assert "key-findings" not in top(notebook=replace(NOTEBOOK, findings=(), figure=""))
    assert "<figure" not in top(notebook=replace(NOTEBOOK, figure=""))


def test_the_main_figure_stands_in_the_box_and_leads_to_its_cell():
    box = top().partition("</section>")[0]
    assert 'aria-label="Rates &amp; years"' in box
    assert '<a href="#cell-draw">' in box
    photographed = top(notebook=replace(NOTEBOOK, figure="photograph")).partition("</section>")[0]
    assert 'src="../pictures/paradox/panel_regressions/photograph.png" alt="Rates &amp; years"' in photographed


# Ways on, and the run


def test_the_page_says_how_to_run_it_what_it_reads_and_who_tells_its_story():
    said = top(stories=["paradox/which_drivers_move.md", "paradox/overview.md"])
    assert "`citizen-security run paradox/panel_regressions`" in said
    assert "{ref}`table-country_year`" in said
    assert "**The story:** {doc}`/paradox/which_drivers_move`, {doc}`/paradox/overview`" in said
    assert "The story" not in top()


def test_the_coding_scheme_is_not_named_table_by_table():
    said = top(notebook=replace(NOTEBOOK, tables=NOTEBOOKS["evidence/meta_analysis"].tables))
    assert "{ref}`table-studies`" in said
    assert "table-directions" not in said


def test_a_quick_run_warns_before_its_findings():
    said = top(effort="quick")
    assert said.index("its numbers are not the book's results") < said.index("key-findings")
    assert "its numbers are not" not in top()


def test_what_papermill_noted_is_not_on_the_page():
    made = workshop_page(PAGE, NOTEBOOK, MANIFEST, RECORDED, pictures_of(NOTEBOOK.name, PAGE))
    assert set(made["metadata"]) == {"kernelspec"}


# Parameters


def rows(**options):
    """Cells of the table of parameters, by the parameter's name."""
    found = re.findall(r"<tr><th scope=\"row\"><code>(\w+)</code></th>(.*?)</tr>", parameters(**options))
    return {name: re.findall(r"<td>(.*?)</td>", cells) for name, cells in found}


def parameters(**options):
    return page(**options)["parameters-table"]["source"]


def test_parameters_are_a_table_of_meaning_default_and_allowed_values():
    assert rows()["first_year"] == ["year &lt;first&gt; (a)", "2000", "integer from 1990 to 2020"]
    assert rows()["weights"] == ["whether places count by their people", "false", "true or false"]
    assert rows()["scale"][1:] == ["rate", "one of rate, log_rate"]
    assert re.findall(r'<th scope="col">([^<]*)', parameters()) == ["Parameter", "What it is", "Default", "Allowed"]
    # As in the notebook's cell.
    assert list(rows()) == ["first_year", "weights", "scale", "source", "effort"]


def test_a_long_list_of_allowed_values_folds():
    whole = "one of a register of deaths, a register of the police, a survey of victims, a newspaper"
    assert len(whole) <= LONGEST_ALLOWED
    assert rows()["source"][2] == whole
    longer = replace(NOTEBOOK, parameters=NOTEBOOKS["evidence/evidence_gap_map"].parameters)
    allowed = re.findall(r"<details><summary>([^<]*) …</summary>([^<]*)</details>", parameters(notebook=longer))
    assert allowed
    for start, unfolded in allowed:
        assert unfolded.startswith(start)
        assert len(start) <= LONGEST_ALLOWED / 2 < len(unfolded)


def test_a_changed_value_stands_before_the_default():
    # Who reads another's run sees what is not as in the book.
    changed = rows(changed={"first_year": 2005, "weights": True})
    assert changed["first_year"][1] == "<strong>2005</strong> in this run; 2000"
    assert changed["weights"][1] == "<strong>true</strong> in this run; false"
    assert changed["scale"][1] == "rate"


def test_a_changed_text_stays_text():
    hostile = rows(changed={"source": "<img src=x> ```"})["source"][1]
    assert hostile.startswith("<strong>&lt;img src=x&gt; &#96;&#96;&#96;</strong>")


# Code


def tags(cell):
    return page()[cell]["metadata"]["tags"]


def test_all_code_folds_and_keeps_its_other_tags():
    assert tags("silent") == ["hide-input", "parameters", "silent"]
    assert [cell["id"] for cell in page().values() if "hide-input" in cell["metadata"].get("tags", ())] == [
        cell["id"] for cell in PAGE["cells"] if cell["cell_type"] == "code"
    ]
    assert page()["limits"] == PAGE["cells"][-1]


def test_cells_that_show_nothing_take_no_room_and_those_that_show_do():
    assert {cell for cell in ("record", "silent", "draw", "photograph", "prints") if "silent" in tags(cell)} == {
        "record",
        "silent",
    }


def test_the_run_that_was_kept_is_not_changed():
    before = nbformat.writes(PAGE)
    page()
    assert nbformat.writes(PAGE) == before


# In a browser

WORKSHOP, OTHER = "paradox/panel_regressions.html", "cities/city_table.html"
OPEN = "() => [...document.querySelectorAll('details.code')].map((fold) => fold.open)"


@pytest.fixture
def workshop(open_page):
    page = open_page(WORKSHOP)
    expect(page.locator("button.code-switch")).to_be_visible()
    return page


def test_findings_and_figure_are_read_before_any_code(workshop):
    box = workshop.get_by_role("region", name="Key findings")
    expect(box.get_by_role("listitem")).to_have_count(len(NOTEBOOKS["paradox/panel_regressions"].findings))
    figure = box.locator("figure :is(img, svg)").first.bounding_box()
    assert figure["y"] < 900
    assert figure["y"] < workshop.locator("details.code").first.bounding_box()["y"]


def test_code_is_folded_and_each_cell_unfolds_by_keyboard(workshop):
    assert not any(workshop.evaluate(OPEN))
    fold = workshop.locator("details.code").nth(1)
    expect(fold.locator(".highlight")).to_be_hidden()
    fold.locator("summary").focus()
    workshop.keyboard.press("Enter")
    expect(fold.locator(".highlight")).to_be_visible()
    assert workshop.evaluate(OPEN).count(True) == 1


def test_one_switch_unfolds_all_code_and_is_remembered_on_other_pages(workshop, address):
    switch = workshop.locator("button.code-switch")
    expect(switch).to_have_text("Show code")
    switch.click()
    assert all(workshop.evaluate(OPEN))
    expect(switch).to_have_text("Hide code")
    workshop.goto(address + OTHER)
    expect(switch).to_have_text("Hide code")
    assert all(workshop.evaluate(OPEN))
    switch.click()
    workshop.reload()
    expect(switch).to_have_text("Show code")
    assert not any(workshop.evaluate(OPEN))


def test_what_is_read_stays_in_its_place_when_code_unfolds(workshop):
    heading = workshop.locator(".bd-article h2").nth(3)
    # At once, so that no picture that comes into view meanwhile moves what is below it.
    moved = heading.evaluate("""(it) => {
      window.scrollTo({ top: it.getBoundingClientRect().top + window.scrollY - 100, behavior: "instant" });
      const before = it.getBoundingClientRect().top;
      document.querySelector("button.code-switch").click();
      return it.getBoundingClientRect().top - before;
    }""")
    assert abs(moved) < 2


def test_where_nothing_can_be_remembered_the_switch_works_all_the_same(open_page):
    forbid = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } });"
    page = open_page(WORKSHOP, before=lambda page: page.add_init_script(forbid))
    page.locator("button.code-switch").click()
    assert all(page.evaluate(OPEN))


def test_a_story_has_no_switch_for_code(open_page):
    page = open_page("paradox/which_drivers_move.html")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("button.code-switch").count() == 0


def test_without_scripts_each_fold_still_opens(open_page):
    page = open_page(WORKSHOP, java_script_enabled=False)
    fold = page.locator("details.code").first
    fold.locator("summary").click()
    expect(fold.locator(".highlight")).to_be_visible()
