"""Pairs of cities: every probability is drawn, and none is called certain that is not."""

import json
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures import embed
from citizen_security.figures.cities.pairwise import caption_of_pair_chart, pair_chart, plot_pairs


def test_no_pair_is_shown_as_certain():
    names = ["A", "B", "C"]
    matrix = pd.DataFrame([[np.nan, 1.0, 0.7], [0.0, np.nan, 0.5], [0.3, 0.5, np.nan]], index=names, columns=names)
    figure = plot_pairs(matrix, certain=1 / 3)
    figure.canvas.draw()
    shown = [text.get_text() for text in figure.axes[0].texts]
    assert shown == [">99", "70", "<1", "50", "30", "50"]
    assert "33% of pairs" in figure.get_suptitle()


def test_of_one_pair_the_title_gives_no_share():
    matrix = pd.DataFrame([[np.nan, 0.6], [0.4, np.nan]], index=["A", "B"], columns=["A", "B"])
    titles = [plot_pairs(matrix, certain=certain).get_suptitle() for certain in (0.0, 1.0)]
    assert titles == [
        "The order of these two cities is not sure at 95%",
        "The order of these two cities is sure at 95%",
    ]


@pytest.fixture
def pairs():
    generator = np.random.default_rng(1)
    log_rates = [level + 0.1 * generator.standard_normal(40) for level in (4.0, 4.1, 4.8)]
    return pd.DataFrame(
        {
            "label": ["Alpha <b> (AAA)", "Beta (BBB)", "Gamma (CCC)"],
            "raw_rate": [54.0, 61.0, 122.0], "rate": [54.6, 60.3, 121.5],
            "rate_lower": [45.0, 50.0, 100.0], "rate_upper": [66.0, 73.0, 148.0],
            "rank_lower": [2, 2, 1], "rank_upper": [3, 3, 1],
            "log_rates": log_rates,
            "higher": [np.array([0.0, 0.25, 0.0]), np.array([0.75, 0.0, 0.0]), np.array([1.0, 1.0, 0.0])],
        }
    )  # fmt: skip


def test_any_two_cities_can_be_chosen_and_every_figure_travels_with_the_chart(pairs):
    specification = pair_chart(pairs, 0.9, "Gamma (CCC)", "Beta (BBB)").to_dict()
    chosen = {each["name"]: each for each in specification["params"] if "bind" in each}
    assert {name: each["value"] for name, each in chosen.items()} == {"first": 2, "second": 1}
    assert all(each["bind"]["labels"] == list(pairs["label"]) for each in chosen.values())
    rows = specification["datasets"]["cities"]
    assert rows[1]["p"] == [0.75, 0.0, 0.0]
    assert rows[2]["d"] == np.round(1000 * pairs["log_rates"][2]).astype(int).tolist()


def test_the_chart_of_a_pair_says_its_probability_without_scripts(pairs):
    light, dark = (pair_chart(pairs, 0.9, "Gamma (CCC)", "Beta (BBB)", dark=dark) for dark in (False, True))
    shown = embed.show(light, "a chart", dark=dark)
    picture = unquote(shown.html.split("<script")[0])
    assert "Probability above 99% that Gamma (CCC)" in picture
    assert "has a higher rate than Beta (BBB)" in picture
    assert "rank 1 to 1" in picture
    specifications = json.loads(shown.html.split('class="vega-spec">')[1].split("</script>")[0])
    # The rows are carried once, and a name with a tag in it is text.
    assert "datasets" not in specifications["dark"]
    assert "<b>" not in shown.html


def test_an_order_that_is_in_doubt_is_said_with_its_probability(pairs):
    shown = embed.show(pair_chart(pairs, 0.9, "Alpha <b> (AAA)", "Beta (BBB)"), "a chart")
    assert "Probability 25% that Alpha" in unquote(shown.html)


def test_the_caption_names_the_level_of_the_intervals_and_the_source():
    said = caption_of_pair_chart(0.9, "A table")
    assert "their 90% intervals" in said
    assert said.endswith("Source: A table.")
