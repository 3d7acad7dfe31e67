"""What readers download of a notebook says each thing once, and tables are markup that a person would write."""

from io import StringIO

import pandas as pd
import pytest

from citizen_security.book.downloads import lean_tables, to_download, with_lean_tables
from citizen_security.figures.page_table import page_table

CHART = (
    '<figure class="chart"><img class="chart-static" alt="A line" src="data:image/svg+xml,x"/>'
    '<script type="application/json" class="vega-spec">{"light":{"data":[1,2]}}</script></figure>'
)
KINDS = {
    "html": "text/html",
    "plain": "text/plain",
    "svg": "image/svg+xml",
    "value": "application/papermill.record/v",
}
FRAME = pd.DataFrame({"place": ["A > B", 'class="data" '], "rate": [1.5, 2.0]}, index=["one", "two"])


def notebook(*outputs):
    cell = {
        "cell_type": "code",
        "id": "c",
        "metadata": {"papermill": {}, "tags": ["x"]},
        "source": "",
        "outputs": outputs,
    }
    words = {"cell_type": "markdown", "id": "m", "metadata": {"papermill": {}}, "source": "A"}
    return {"cells": [words, cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def result(**data):
    kinds = {
        "html": "text/html",
        "plain": "text/plain",
        "svg": "image/svg+xml",
        "value": "application/papermill.record/v",
    }
    return {"output_type": "display_data", "metadata": {}, "data": {kinds[name]: it for name, it in data.items()}}


def outputs(made):
    return [it["data"] for it in made["cells"][1]["outputs"]]


def test_a_chart_keeps_its_picture_and_its_words_and_loses_what_only_the_site_draws():
    (data,) = outputs(to_download(notebook(result(html=CHART, plain="A line"))))
    assert data == {"text/html": CHART.split("<script")[0] + "</figure>", "text/plain": "A line"}


def test_recorded_values_are_in_their_file_and_not_twice():
    stream = {"output_type": "stream", "name": "stdout", "text": "said"}
    made = to_download(notebook(result(value=1), result(svg="<svg/>"), stream))
    assert made["cells"][1]["outputs"] == [result(svg="<svg/>"), stream]


def test_times_of_cells_are_left_out_and_what_authors_wrote_is_kept():
    assert [it["metadata"] for it in to_download(notebook())["cells"]] == [{}, {"tags": ["x"]}]


def test_the_run_itself_is_left_as_it_is():
    run = notebook(result(html=CHART, plain="A line"), result(value=1))
    to_download(with_lean_tables(run))
    assert run == notebook(result(html=CHART, plain="A line"), result(value=1))


@pytest.mark.parametrize("index", [False, True])
def test_a_lean_table_shows_what_the_styled_one_shows(index):
    styled = page_table(FRAME, index=index).to_html()
    lean = lean_tables(styled)
    (before,), (after,) = (pd.read_html(StringIO(it)) for it in (styled, lean))
    pd.testing.assert_frame_equal(before, after)
    assert "row0" not in lean
    assert "\n" not in lean.strip()
    assert len(lean) < 0.7 * len(styled)


def test_a_table_with_styles_of_its_own_keeps_the_names_that_they_use():
    styled = FRAME.style.set_table_styles([{"selector": ".col1", "props": "color: red"}]).to_html()
    assert lean_tables(styled) == styled


def test_only_html_is_changed():
    styled = page_table(FRAME).to_html()
    (data,) = outputs(with_lean_tables(notebook(result(html=styled, plain=styled))))
    assert data == {"text/html": lean_tables(styled), "text/plain": styled}
