"""Every light says its judgement and reason in words, signs go with colours, and bars have their counts."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from citizen_security.figures.evidence import risk_of_bias as figures

JUDGED = pd.DataFrame(
    [
        ("one", "RoB 2", "rob2_a", "Chance", 10, "low", "drawn by lot"),
        ("one", "RoB 2", "rob2_b", "Missing", 20, "high", "half <b>left</b> & $n$"),
        ("two", "ROBINS-I", "robins_i_a", "Confounding", 10, "critical", "no comparison"),
    ],
    columns=["study_id", "tool_label", "domain", "label", "position", "judgement", "reason"],
)
OVERALL = {"one": "high", "two": "critical"}
SHARES = pd.DataFrame(
    [
        ("RoB 2", "rob2_a", "Chance", "low", 3, 5),
        ("RoB 2", "rob2_a", "Chance", "some_concerns", 0, 5),
        ("RoB 2", "rob2_a", "Chance", "high", 1, 5),
        ("RoB 2", "rob2_a", "Chance", "no_information", 1, 5),
        ("RoB 2", "rob2_b", "Missing", "low", 0, 5),
        ("RoB 2", "rob2_b", "Missing", "some_concerns", 2, 5),
        ("RoB 2", "rob2_b", "Missing", "high", 0, 5),
        ("RoB 2", "rob2_b", "Missing", "no_information", 3, 5),
    ],
    columns=["tool_label", "domain", "label", "judgement", "studies", "of"],
)


def test_every_light_is_in_its_study_and_domain_with_its_reason():
    html = figures.traffic_lights(JUDGED, OVERALL, {"one": "Smith (2020)", "two": "Lima (2019)"})
    second, first = BeautifulSoup(html, "html.parser").find_all("table")
    assert [cell.text for cell in first.find_all("th")] == ["Study", "Overall", "Chance", "Missing", "Smith (2020)"]
    # Upright names leave room for all domains on a phone.
    assert all("vertical-rl" in cell.span["style"] for cell in first.thead.find_all("th")[1:])
    said = [light["aria-label"] for light in first.find_all("span", role="img")]
    assert said == ["high, overall", "low: drawn by lot", "high: half <b>left</b> & $n$"]
    assert [light.text for light in first.find_all("span", role="img")] == ["−", "+", "−"]
    assert "position:sticky" in first.find("th", scope="row")["style"]
    assert [light["aria-label"] for light in second.find_all("span", role="img")] == [
        "critical, overall",
        "critical: no comparison",
    ]


def test_signs_and_colours_of_one_tool_differ():
    for judgements in (("low", "some_concerns", "high"), ("low", "moderate", "serious", "critical")):
        lights = [figures.LIGHTS[judgement] for judgement in (*judgements, "no_information")]
        assert len({colour for colour, _ in lights}) == len({sign for _, sign in lights}) == len(lights)


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("judgement", figures.LIGHTS)
def test_a_sign_has_contrast_to_its_light(judgement):
    colour, _ = figures.LIGHTS[judgement]
    dark, bright = sorted((luminance(colour), luminance(figures._ink(colour))))
    # WCAG 2.2, 1.4.3.
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_a_sign_and_its_word_stay_on_one_line():
    legend = BeautifulSoup(figures.traffic_lights(JUDGED, OVERALL, {}), "html.parser").find("p")
    pairs = legend.find_all("span", recursive=False)
    assert pairs[0].text == "+low"
    assert all("white-space:nowrap" in pair["style"] for pair in pairs)


def test_narrow_bars_have_their_number_alone_and_smaller():
    figure = figures.plot_shares(SHARES.assign(of=[40] * 8))
    texts = figure.axes[0].texts
    assert [text.get_text() for text in texts] == ["3", "2", "1", "1", "3"]
    assert {text.get_fontsize() for text in texts} == {8}


def test_bars_are_as_long_as_their_counts_and_lie_end_to_end():
    figure = figures.plot_shares(SHARES)
    (axis,) = figure.axes
    bars = [(round(bar.get_y() + bar.get_height() / 2), bar.get_x(), bar.get_width()) for bar in axis.patches]
    assert [bar for bar in bars if bar[2]] == [(0, 0, 3), (1, 0, 2), (0, 3, 1), (0, 4, 1), (1, 2, 3)]
    assert [text.get_text() for text in axis.texts] == ["+ 3", "~ 2", "− 1", "? 1", "? 3"]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["Chance", "Missing"]


def test_the_title_says_how_much_was_not_read():
    assert figures.shares_title(SHARES) == "Of 4 of 10 judgements nothing was read"
