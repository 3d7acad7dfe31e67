"""Pictures of notebooks on pages: in the page's colours, with their text, and quoted with what belongs to them."""

import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pytest
from support import ROOT

from citizen_security.book import drawings as module
from citizen_security.book.drawings import themed
from citizen_security.book.pictures import (
    UnknownPicture,
    cell_anchor,
    pictures_of,
    quotation,
    with_drawings,
    with_pictures,
)
from citizen_security.figures import theme
from citizen_security.figures.claims import ledger
from citizen_security.figures.drawing import drawing
from citizen_security.figures.evidence import publication_bias

SVG = "{http://www.w3.org/2000/svg}"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def svg() -> str:
    theme.apply()
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], [2, 1, 4], color=theme.BLUE)
    axes.set_title("A finding <b> & more")
    theme.source(figure, "somebody")
    text = drawing(figure)
    plt.close(figure)
    return text


def drawn(page: str) -> ElementTree.Element:
    """The drawing of what a page shows of it, without the title that stands before."""
    return ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + len("</svg>")])


def cell(name: str, data: dict, alt: str = "what it is") -> dict:
    outputs = [{"output_type": "display_data", "data": data, "metadata": {}}]
    metadata = {"mystnb": {"image": {"alt": alt}}}
    return {"id": name, "cell_type": "code", "source": "draw()", "metadata": metadata, "outputs": outputs}


@pytest.fixture
def executed(svg) -> dict:
    words = {"id": "words", "cell_type": "markdown", "source": "words", "metadata": {}}
    live = {"text/html": '<figure class="chart">live</figure>'}
    cells = [words, cell("light", {"image/svg+xml": svg}), cell("heavy", {"image/png": PIXEL}), cell("live", live)]
    return {"cells": [*cells, cell("table", {"text/html": "<table></table>"})], "metadata": {}}


def test_text_stays_text_and_escaped(svg):
    texts = [it.text for it in drawn(themed(svg, "alt", "p")).iter(f"{SVG}text")]
    assert "A finding <b> & more" in texts
    assert "Source: somebody" in texts


def test_the_title_of_a_drawing_is_said_by_the_page_too(svg):
    page = themed(svg, "alt", "p")
    assert page.startswith('<p class="drawing-title">A finding &lt;b&gt; &amp; more</p><div class="drawing-frame"><svg')
    assert [it.text for it in drawn(page).iter(f"{SVG}text") if it.get("class") == "title"] == ["A finding <b> & more"]


def panels(*titles: str, common: str = "") -> str:
    theme.apply()
    figure, axes = plt.subplots(1, len(titles), squeeze=False)
    for axis, title in zip(axes[0], titles, strict=True):
        axis.set_title(title)
    if common:
        figure.suptitle(common, x=0.01, ha="left", fontweight="bold")
    text = themed(drawing(figure), "alt", "p")
    plt.close(figure)
    return text


def test_the_lines_of_a_title_are_one_sentence():
    assert '<p class="drawing-title">A finding of two lines</p>' in panels("A finding\nof two lines")


def test_the_title_is_of_all_panels_or_there_is_none():
    assert '<p class="drawing-title">The finding</p>' in panels("Brazil", "Mexico", common="The finding")
    assert "drawing-title" not in panels("Brazil", "Mexico")


def test_a_title_can_be_cut_off_where_nothing_stands_beside_it(svg):
    tall = [float(re.search(r"--title: (\d+)px", it)[1]) for it in (themed(svg, "alt", "p"), panels("a\nb"))]
    assert 10 < tall[0] < tall[1] < 60
    assert "--title: 0px" in panels("Brazil", "Mexico")


def test_numbers_that_a_picture_says_keep_their_digits_and_marks_their_opacity():
    theme.apply()
    figure, axes = plt.subplots()
    axes.plot([1, 2], alpha=0.375)
    axes.set_title("p = 0.015 and 0.8904")
    text = themed(drawing(figure), "alt", "p")
    plt.close(figure)
    assert ">p = 0.015 and 0.8904<" in text
    assert "0.375" in text
    assert not re.search(r' d="[^"]*\d\.\d{3}', text)


def test_ink_grid_and_ground_are_the_pages_and_data_keep_their_colours(svg):
    text = themed(svg, "alt", "p")
    assert "#1b1f24" not in text.lower()
    assert "#ffffff" not in text.lower()
    assert "var(--drawing-ink)" in text
    assert "var(--drawing-grid)" in text
    assert theme.BLUE.lower() in text


def test_the_sheets_under_a_figure_are_gone(svg):
    assert "var(--drawing-ground)" not in themed(svg, "alt", "p")


def test_what_is_drawn_first_in_axes_without_a_sheet_stays():
    # A map has its axes switched off; the ground of a funnel says how sure the studies in it are.
    figure, (off, tinted, plain) = plt.subplots(1, 3)
    for axis in (off, plain):
        axis.add_patch(plt.Polygon([(0, 0), (1, 0), (1, 1)], facecolor="#123456"))
    off.axis("off")
    tinted.set_facecolor("#654321")
    page = themed(drawing(figure), "alt", "p")
    plt.close(figure)
    assert page.count("#123456") == 2
    assert page.count("#654321") == 1
    assert "fill: var(--drawing-ground)" not in page


def test_nothing_in_a_drawing_styles_the_page_around_it(svg):
    assert "<style" in svg
    assert "<style" not in themed(svg, "alt", "p")
    assert "metadata" not in themed(svg, "alt", "p")


def test_two_drawings_on_a_page_share_no_name(svg):
    first, second = (set(re.findall(r'\bid="([^"]+)"', themed(svg, "alt", prefix))) for prefix in ("a", "b"))
    assert first
    assert not first & second


def test_what_a_drawing_refers_to_is_in_it(svg):
    text = themed(svg, "alt", "p")
    referred = set(re.findall(r"url\(#([^)]+)\)", text)) | set(re.findall(r'href="#([^"]+)"', text))
    assert referred
    assert referred <= set(re.findall(r'\bid="([^"]+)"', text))


def test_a_drawing_says_what_it_is_to_who_does_not_see_it(svg):
    root = drawn(themed(svg, 'with "quotes" & <signs>', "p"))
    assert (root.get("role"), root.get("aria-label")) == ("img", 'with "quotes" & <signs>')


def test_a_notebooks_page_has_drawings_as_html_and_its_images_as_they_are(executed):
    page = {it["id"]: it for it in with_drawings(executed)["cells"]}
    (light,), (heavy,) = (page[name]["outputs"] for name in ("light", "heavy"))
    assert set(light["data"]) == {"text/html"}
    assert "<svg" in light["data"]["text/html"]
    assert heavy["data"] == {"image/png": PIXEL}


def test_every_code_cell_can_be_linked_to(executed):
    anchors = [it["metadata"].get("anchor") for it in with_drawings(executed)["cells"]]
    assert anchors == [None, *(cell_anchor(name) for name in ("light", "heavy", "live", "table"))]


def test_pictures_are_drawings_images_and_live_charts_and_no_tables(executed):
    found = pictures_of("part/notebook", executed)
    assert {name: picture.file for name, picture in found.items()} == {
        "light": "part/notebook/light.svg",
        "heavy": "part/notebook/heavy.png",
        "live": "",
    }
    assert found["heavy"].bytes().startswith(b"\x89PNG")


def filled(source: str, executed: dict, page: str = "stories/one.md") -> str:
    notebooks = {"part/notebook": pictures_of("part/notebook", executed)}
    return with_pictures(source, page, notebooks.__getitem__, lambda name: ["effects", "ranks"])


def test_a_quoted_picture_leads_to_its_data_its_file_and_its_cell(executed):
    text = filled("before\n\n```{picture} part/notebook::light\ndata: effects\n```\n\nafter\n", executed)
    assert text.startswith("before\n\n```{raw} html\n")
    assert text.endswith("\n```\n\nafter\n")
    addresses = re.findall(r'href="([^"]+)"', text)
    assert "../runs/part/notebook/tables/effects.csv" in addresses
    assert "../pictures/part/notebook/light.svg" in addresses
    assert "../part/notebook.html#cell-light" in addresses
    assert "#picture-1" in addresses
    assert 'id="picture-1"' in text


def test_a_page_at_the_root_links_without_going_up(executed):
    text = filled("```{picture} part/notebook::heavy\n```\n", executed, page="index.md")
    assert 'src="pictures/part/notebook/heavy.png"' in text
    assert 'alt="what it is"' in text
    assert 'href="part/notebook.html#cell-heavy"' in text


def test_a_live_chart_is_quoted_as_it_is(executed):
    assert '<figure class="chart">live</figure>' in filled("```{picture} part/notebook::live\n```\n", executed)


def test_no_blank_line_ends_the_block_that_holds_a_picture(executed):
    block = quotation(pictures_of("part/notebook", executed)["light"], "a/b.md", 1)
    assert not re.search(r"\n\s*\n", block)


def test_all_wrong_quotations_of_a_page_are_named_with_what_there_is(executed):
    source = "".join(
        f"```{{picture}} {reference}\n{options}```\n\n"
        for reference, options in (
            ("part/notebook::none", ""),
            ("part/nothing::light", ""),
            ("part/notebook::light", "data: unknown\n"),
            ("part/notebook::heavy", "size: big\n"),
        )
    )
    with pytest.raises(UnknownPicture) as raised:
        filled(source, executed)
    message = str(raised.value)
    for said in ("light, heavy, live", "part/nothing", "effects, ranks", "'size'"):
        assert said in message


def test_a_quotation_that_no_rule_reads_is_an_error_and_not_shown_as_text(executed):
    with pytest.raises(UnknownPicture, match="three backticks"):
        filled("```{picture} part/notebook::light\nsome words\n```\n", executed)


def test_inks_of_the_theme_are_those_that_drawings_are_searched_for():
    assert module.INKS[theme.INK.lower()] == "ink"
    assert module.INKS[theme.LIGHT["grid"]] == "grid"


def test_greys_that_turn_in_the_dark_are_those_of_figures():
    used = {*publication_bias.SHADES, *ledger.COLOURS.values()}
    assert {it.lower() for it in used} >= module.SHADES.keys()


def test_a_grey_on_the_ground_is_the_pages_and_a_letter_of_that_colour_is_none():
    assert module.in_page_inks("fill: #eaeaea", is_text=False) == "fill: var(--drawing-pale)"
    assert "pale" not in module.in_page_inks("fill: #eaeaea", is_text=True)


def test_every_card_of_a_page_is_a_card_of_its_own():
    # A card that was not opened is text of the one before it, its link and all.
    pages = [it for it in (ROOT / "book").rglob("*.md") if "grid-item-card}" in it.read_text("utf-8")]
    assert len(pages) > 4
    for page in pages:
        text = page.read_text("utf-8")
        assert text.count(":::{grid-item-card}\n:link: ") == text.count("\n:link: "), page.name


def test_a_thumbnail_is_made_of_a_drawing_and_of_nothing_else(executed):
    text = filled("```{thumbnail} part/notebook::light\n```\n", executed)
    assert re.fullmatch(
        r'```\{raw\} html\n<svg class="thumbnail" role="img" aria-label="what it is" .*</svg>\n```\n', text
    )
    for other in ("live", "heavy"):
        with pytest.raises(UnknownPicture, match=f"notebook::{other} is no drawing, .*; drawings: light$"):
            filled(f"```{{thumbnail}} part/notebook::{other}\n```\n", executed)


def test_the_style_sheet_is_told_how_wide_a_drawing_is(svg):
    root = drawn(themed(svg, "alt", "p"))
    assert root.get("style", "").startswith(f"--wide: {root.get('width')}px; --title: ")
