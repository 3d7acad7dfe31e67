"""Pictures and tables of the ledger say what the verdicts are."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.claims.ledger.judged_claims import VERDICTS
from citizen_security.figures.claims import ledger as figures

LEDGER = pd.DataFrame(
    {
        "claim_id": ["C001", "C002", "C003"],
        "document": ["a", "b", "b"],
        "statement": ["one", "two", "three"],
        "verdict": ["holds", "does not hold", "traced, not tested"],
        "quantity": ["q", "q", ""],
        "value": [2.0, -1234.5, np.nan],
        "low": [2.0, -2000.0, np.nan],
        "high": [2.0, -0.001, np.nan],
        "warnings": ["", "raw change", ""],
    }
)
CHOICES = pd.DataFrame(
    {
        "claim_id": ["C001", "C001", "C002", "C002"],
        "choice": ["other", "main", "main", "latest"],
        "is_main": [False, True, True, False],
        "window": ["claim", "claim", "claim", "latest"],
        "position": ["outside", "inside", "straddles", "inside"],
    }
)


def test_every_verdict_has_a_colour_of_its_own():
    assert list(figures.COLOURS) == list(VERDICTS)
    assert len(set(figures.COLOURS.values())) == len(VERDICTS)


def test_bars_are_as_long_as_the_claims_are_many():
    figure = figures.plot_verdicts(LEDGER)
    widths = {bars.get_label(): [bar.get_width() for bar in bars] for bars in figure.axes[0].containers}
    assert widths == {"holds": [0, 1], "does not hold": [1, 0], "traced, not tested": [1, 0]}
    assert figures.title_verdicts(LEDGER) == "2 of 3 claims can be tested here; 1 of these holds as it stands"
    both = LEDGER.assign(verdict="holds")
    assert figures.title_verdicts(both) == "All 3 claims can be tested here; all of these hold as they stand"


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["holds"], "The one claim can be tested here; it holds as it stands"),
        (["undecided"], "The one claim can be tested here; the verdict: undecided"),
        (["holds", "undecided"], "All 2 claims can be tested here; 1 of these holds as it stands"),
        (["holds", "holds"], "All 2 claims can be tested here; both of these hold as they stand"),
        (["holds", "traced, not tested"], "1 of 2 claims can be tested here; it holds as it stands"),
        (["undecided"] * 3, "All 3 claims can be tested here; none of these holds as it stands"),
        (["traced, not tested"] * 2, "None of the 2 claims can be tested here"),
        (["traced, not tested"], "No claim can be tested here"),
    ],
)
def test_the_title_counts_none_one_and_all_in_plain_words(verdicts, said):
    assert figures.title_verdicts(pd.DataFrame({"verdict": verdicts})) == said


def test_marks_stand_in_the_row_of_their_claim_with_the_main_one_first():
    figure = figures.plot_choices(CHOICES.iloc[2:], LEDGER)
    assert [it.get_text()[:5] for it in figure.axes[0].texts] == ["C002:"]
    figure = figures.plot_choices(CHOICES, LEDGER)
    drawn = {it.get_label(): it.get_offsets().tolist() for it in figure.axes[0].collections if it.get_label()[0] != "_"}
    # Of two claims one is divided, and it alone is drawn.
    assert [it.get_text()[:5] for it in figure.axes[0].texts] == ["C001:"]
    assert drawn == {"agrees": [[0, 0]], "speaks against it": [[1, 0]]}


def test_words_of_the_figure_of_ways_follow_what_it_shows():
    say = figures.title_choices
    divided = "For the one claim measured in several ways, one way agrees and another speaks against it"
    assert say(CHOICES) == divided
    agreeing = CHOICES.iloc[:2].assign(position="inside")
    none = "Of no claim measured in several ways does one way agree and another speak against it"
    assert say(agreeing) == none
    two = pd.concat([agreeing, agreeing.assign(claim_id=agreeing["claim_id"].replace("C001", "C003"))])
    assert say(two) == none
    assert say(CHOICES.iloc[2:]) == "Each claim here has one way of measuring"

    def words(choices):
        (axis,) = figures.plot_choices(choices, LEDGER).axes
        ticks = [it.get_text() for it in axis.get_xticklabels()]
        return axis.get_xlabel().strip(), ticks, sorted(axis.get_legend_handles_labels()[1])

    both = ["agrees", "speaks against it"]
    assert words(CHOICES) == ("Way of measuring: the main one, then the others", ["main", "1"], both)
    assert words(CHOICES.iloc[2:]) == ("Way of measuring: the main one", ["main"], ["leaves it open"])


def test_a_measured_value_is_shown_with_its_interval_where_it_has_one():
    shown = figures.shown_ledger(LEDGER).to_html()
    assert ">2</td>" in shown
    assert "−1,234 (−2,000 to 0.00)" in shown
