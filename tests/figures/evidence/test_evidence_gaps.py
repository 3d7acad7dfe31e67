"""The picture of the gaps shows every state at its homicides, and its titles tell what was computed."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from citizen_security.figures.evidence import evidence_gaps

mpl.use("Agg")

TABLE = pd.DataFrame(
    {
        "name": ["Venezuela", "Haiti", "Brazil", "Nowhere"],
        "studies": [0, 0, 20, 1],
        "homicides": [7000.0, 0.5, 45000.0, np.nan],
        "homicides_low": [3500.0, 0.0, 40000.0, 0.0],
        "homicides_high": [12000.0, 1.0, 56000.0, 100.0],
    }
)


def growth(**published):
    frames = [
        pd.DataFrame({"group": group, "year": range(2000, 2000 + len(found)), "published": found}) for group, found in
        published.items()
    ]  # fmt: skip
    table = pd.concat(frames, ignore_index=True)
    return table.assign(total=table.groupby("group")["published"].cumsum())


def test_every_state_with_a_count_is_a_dot_of_the_colour_of_its_evidence():
    figure = evidence_gaps.plot_burden(TABLE, 0.135, (0.06, 0.23))
    axis = figure.axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["Venezuela", "Haiti", "Brazil"]
    dots = axis.collections[1]
    assert dots.get_offsets()[:, 0].tolist() == [7000, 1, 45000]
    without, studied = evidence_gaps.WITHOUT.lower(), evidence_gaps.WITH.lower()
    assert [to_hex(colour) for colour in dots.get_facecolors()] == [without, without, studied]
    assert [text.get_text() for text in axis.texts] == ["0", "0", "20", "studies"]


def test_the_title_tells_the_share_with_its_bounds():
    title = evidence_gaps.burden_title(TABLE, 0.135, (0.06, 0.23))
    assert title == "14% of the region's homicides (6% to 23%) are in 2 states without a study"
    one = evidence_gaps.burden_title(TABLE.iloc[1:], 0.01, (0, 0.02))
    assert "in 1 state without" in one
    assert evidence_gaps.burden_title(TABLE.iloc[2:], 0, (0, 0)).startswith("Every state")


def test_growth_is_drawn_to_its_totals():
    figure = evidence_gaps.plot_growth(growth(region=[1, 0, 3], elsewhere=[2, 2, 0]))
    assert [line.get_ydata()[-1] for line in figure.axes[0].lines] == [4, 4]
    assert [text.get_text() for text in figure.axes[0].texts] == ["region: 4", "elsewhere: 4"]


@pytest.mark.parametrize(
    ("published", "year"),
    [([1, 0, 3], 2002), ([3, 0, 1], 2000), ([1, 1, 1, 1], 2002), ([1, 0, 0, 1], 2003), ([5], 2000)],
)
def test_the_title_names_the_latest_year_since_when_half_were_published(published, year):
    assert evidence_gaps.median_year(growth(region=published)) == year
    assert str(year) in evidence_gaps.growth_title(growth(region=published))


def test_a_group_without_studies_is_said_to_have_none():
    nothing = growth(region=[0, 0], elsewhere=[1, 1])
    assert "No study" in evidence_gaps.growth_title(nothing)
    evidence_gaps.plot_growth(nothing).canvas.draw()
    assert "No study" in evidence_gaps.growth_title(nothing.iloc[:0])
