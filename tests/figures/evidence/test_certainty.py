"""The boxes hold every stage and loss as text, and the picture a circle for every step."""

import pandas as pd
import pytest
from matplotlib.collections import LineCollection

from citizen_security.figures.evidence import certainty as figures

STAGES = pd.DataFrame(
    [("found", "Found", 90, 40), ("read", "Read", 90, 40), ("usable", "Usable", 50, 9)],
    columns=["stage", "label", "collection", "region"],
)
LOSSES = pd.DataFrame(
    [("usable", f"reason {place}", lost, lost // 2) for place, lost in enumerate((20, 10, 5, 3, 2))],
    columns=["stage", "reason", "collection", "region"],
)
STEPS = pd.DataFrame(
    [
        ("one", "Risk of bias", 1, "low"), ("one", "Imprecision", 2, "low"),
        ("two", "Risk of bias", 0, "high"), ("two", "Imprecision", 1, "high"),
    ],
    columns=["question", "domain", "steps", "certainty"],
).assign(is_assessed=True)  # fmt: skip


def test_every_box_has_both_counts_and_every_loss_is_told():
    html = figures.flow_html(STAGES, LOSSES)
    for label, collection, region in STAGES[["label", "collection", "region"]].itertuples(index=False):
        assert f"<strong>{label}</strong>" in html
        assert f"whole collection: {collection}</span><span>the region: {region}</span>" in html
    assert "−20 (the region: −10): reason 0" in html
    # The fourth and fifth reason together.
    assert "−5 (the region: −2): for 2 other reasons, in the table" in html
    assert html.count("none lost") == 1
    assert html.index("none lost") > html.index("Found")


def test_a_single_reason_beyond_the_shown_is_named():
    html = figures.flow_html(STAGES, LOSSES.iloc[:4])
    assert "−3 (the region: −1): reason 3" in html
    assert "other reasons" not in html


def test_a_loss_outside_the_region_says_nothing_of_it():
    assert "−20: reason 0" in figures.flow_html(STAGES, LOSSES.assign(region=0))


def test_the_boxes_take_size_and_colour_from_the_page_and_words_stay_text():
    html = figures.flow_html(STAGES.assign(label="<script>x</script> $y$"), LOSSES)
    assert "<script" not in html
    assert "mathjax_ignore" in html
    assert "currentColor" in html
    assert "#" not in html


def test_the_title_counts_what_can_be_pooled():
    assert figures.flow_title(STAGES) == "Of 90 rows 50 can be pooled; of the region's 40, nine"


def test_a_circle_is_drawn_for_every_step_with_its_number_and_the_certainty():
    figure = figures.plot_steps(STEPS)
    (axis,) = figure.axes
    placed = {
        (round(text.get_position()[0], 2), round(text.get_position()[1], 2)): text.get_text() for text in axis.texts
    }
    assert placed == {(0, 0): "−1", (1, 0): "−2", (0, 1): "0", (1, 1): "−1", (1.55, 0): "low", (1.55, 1): "high"}
    assert [label.get_text() for label in axis.get_yticklabels()] == ["one", "two"]
    # The line of each row ends before the words beside the last column.
    (lines,) = (it for it in axis.collections if isinstance(it, LineCollection))
    assert max(end for path in lines.get_segments() for end, _ in path) < 1.55


def test_a_domain_that_was_not_assessed_has_a_dash_and_no_zero():
    (axis,) = figures.plot_steps(STEPS.assign(is_assessed=STEPS["steps"] > 0)).axes
    assert {text.get_text() for text in axis.texts} == {"−1", "−2", "–", "low", "high"}


@pytest.mark.parametrize(
    ("steps", "title"),
    [
        (STEPS, "Imprecision lowers the certainty of all 2 answers"),
        (STEPS.iloc[:2], "Risk of bias and Imprecision lower the certainty of 1 of 1 answers"),
        (STEPS.assign(steps=0), "No domain lowers the certainty of an answer"),
    ],
)
def test_the_title_names_what_lowers_most(steps, title):
    assert figures.steps_title(steps) == title


def test_findings_and_reasons_share_the_columns_between_them():
    columns = ["Intervention", "Outcome", "Studies", "Effect", "A new study", "Certainty", "Starts at", "Imprecision"]
    table = pd.DataFrame([[f"<b>{name}</b>" for name in columns]], columns=columns)
    first, second = figures.findings(table).to_html(), figures.reasons(table).to_html()
    assert "&lt;b&gt;Effect" in first
    assert "Imprecision" not in first
    assert "&lt;b&gt;Imprecision" in second
    assert "A new study" not in second
