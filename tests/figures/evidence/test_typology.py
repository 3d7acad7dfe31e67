"""The figure drawn again holds every strategy and threat with its studies, and says which are empty."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from citizen_security.figures.evidence import typology as figures

BOXES = pd.DataFrame(
    [
        ("Social prevention", "bottom", 5, 4, 1, 3, 3, 5.0),
        ("Mediation and truces", "bottom", 2, 0, 2, 0, 0, float("nan")),
        ("Investigations", "top", 0, 0, 0, 0, 0, float("nan")),
        ("Community", "left", 1, 1, 0, 0, 0, float("nan")),
        ("Intervention from outside", "right", 1, 1, 0, 1, 1, 3.0),
        ("Doctrine", "centre", 1, 1, 0, 1, 1, 3.0),
    ],
    columns=["label", "side", "studies", "region", "elsewhere", "stating", "beneficial", "strongest"],
)
THREATS = pd.DataFrame(
    [
        ("Petty crime", "lower left", 6, 5, 1),
        ("State crime", "upper right", 0, 0, 0),
        ("Any threat", "centre", 1, 1, 0),
    ],
    columns=["label", "side", "studies", "region", "elsewhere"],
)


@pytest.fixture
def axis():
    figure = figures.plot_typology(BOXES, THREATS)
    yield figure.axes[0]
    plt.close(figure)


def test_every_strategy_and_corner_is_drawn_with_its_counts(axis):
    texts = [text.get_text().replace("\n", " ") for text in axis.texts]
    assert "Social prevention region: 4 benefit: 3 of 3 level: 5 elsewhere: 1" in texts
    assert "Mediation and truces region: none elsewhere: 2" in texts
    assert "Community region: 1 benefit: no direction stated level: not coded elsewhere: none" in texts
    assert "Investigations no study" in texts
    assert "Petty crime region: 5 elsewhere: 1" in texts
    # What is aimed at no threat is the box in the centre, and no corner.
    drawn = [text for text in axis.texts if text.get_position()[1] >= 0]
    assert len(drawn) == len(BOXES) + 2


def test_the_key_says_what_every_line_of_a_box_counts(axis):
    key = " ".join(text.get_text() for text in axis.texts if text.get_position()[1] < 0)
    lines = {line.partition(":")[0] for text in axis.texts for line in text.get_text().split("\n") if ": " in line}
    assert lines == {"region", "benefit", "level", "elsewhere"}
    assert all(f"{line}: " in key for line in lines)
    assert "no study anywhere" in key
    # Whatever is written lies within the drawing and beside everything else.
    figure = axis.figure
    figure.canvas.draw()
    around = [text.get_window_extent() for text in axis.texts]
    whole = axis.get_window_extent().expanded(1.01, 1.01)
    assert all(whole.contains(*corner) for box in around for corner in (box.min, box.max))
    assert not [(one, other) for at, one in enumerate(around) for other in around[at + 1 :] if one.overlaps(other)]


def test_boxes_do_not_cover_each_other_and_the_empty_one_is_dashed(axis):
    rectangles = [patch for patch in axis.patches if isinstance(patch, Rectangle)]
    frame, *boxes = rectangles
    assert len(boxes) == len(BOXES)
    around = [box.get_bbox() for box in boxes if box.get_bbox().x0 != pytest.approx(figures.LEFT + 0.5)]
    for number, one in enumerate(around):
        assert not any(one.overlaps(other) for other in around[number + 1 :])
        assert not one.overlaps(frame.get_bbox())
    assert [box.get_linestyle() for box in boxes].count("dashed") == 1


@pytest.mark.parametrize(
    ("boxes", "threats", "title"),
    [
        (BOXES, THREATS, "No study in the figure is on state crime; one of six strategies has none"),
        (BOXES, THREATS.iloc[:1], "Every threat has a study; one of six strategies has none"),
        (BOXES.iloc[2:3], THREATS, "No study in the figure is on state crime; no strategy has one"),
        (BOXES.iloc[:2], THREATS, "No study in the figure is on state crime; every strategy has one"),
    ],
)
def test_the_title_says_what_is_empty(boxes, threats, title):
    assert figures.typology_title(boxes, threats) == title


def test_tables_have_words_for_headers_and_a_dash_for_no_level():
    columns = [
        "threat_label",
        "strategy_label",
        "measures",
        "interventions",
        "region",
        "elsewhere",
        "strong",
        "strongest",
    ]
    rest = ["directions", "directions_elsewhere", "averages", "places", "reading"]
    row = [
        "Petty crime",
        "Mediation",
        "<b>talks</b>",
        "Truce",
        1,
        0,
        0,
        float("nan"),
        "1 mixed",
        "",
        "",
        "Figure 1",
        "stated",
    ]
    shown = figures.cells_table(pd.DataFrame([row], columns=[*columns, *rest])).to_html()
    assert "Level 4 or 5, region" in shown
    assert "–" in shown
    assert "<b>talks" not in shown
    nothing = pd.DataFrame(columns=["label", "region", "elsewhere", "strong", "directions"])
    assert "Every intervention has a place." in figures.without_table(nothing).to_html()


def test_the_line_of_a_box_follows_the_studies_of_the_region(axis):
    _, *boxes = [patch for patch in axis.patches if isinstance(patch, Rectangle)]
    solid = [box.get_linewidth() for box in boxes if box.get_linestyle() == "solid"]
    assert max(solid) == pytest.approx(0.8 + 4 * 4 / figures.FULL)
    assert min(solid) == pytest.approx(0.8)


def test_the_sheet_under_the_axes_is_there_for_pages_to_take_away(axis):
    assert axis.axison
    assert axis.patch.get_visible()
