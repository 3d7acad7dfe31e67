"""Verdicts of each document as one bar, and where each way of measuring lies."""

from collections.abc import Mapping
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.ticker import MaxNLocator

from citizen_security.figures import theme
from citizen_security.figures.headline import headline, legend_below
from citizen_security.words import out_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas.io.formats.style import Styler

# What is settled stands out; what is not tested is pale, since it is not false.
COLOURS: Mapping[str, str] = {
    "holds": theme.BLUE,
    "holds in part": theme.SKY,
    "indirect evidence agrees": "#bfe0f5",
    "undecided": theme.GREY,
    "indirect evidence speaks against": "#f7cdb4",
    "fails in part": "#ee9c6e",
    "does not hold": theme.VERMILION,
    "internally inconsistent": theme.PURPLE,
    "outdated": theme.ORANGE,
    "traced, not tested": "#c9ced3",
    "not yet tested though open data exist": "#dfe3e6",
    "not testable with open data": "#f0f2f3",
}
UNTESTED = ("traced, not tested", "not yet tested though open data exist", "not testable with open data")
TESTED = tuple(name for name in COLOURS if name not in UNTESTED)
DOCUMENTS: Mapping[str, str] = {
    "muggah2017": "Muggah (2017)",
    "hernandezroy2025": "Hernandez-Roy and others (2025)",
    "cordova2020": "Revista Científica (2020)",
    "insightcrime2018": "InSight Crime (2018)",
    "policechief_undated": "Police Chief (undated)",
}
# What lies where, in words that claim nothing of an interval that lies across an end.
LIES = {"inside": "agrees", "straddles": "leaves it open", "outside": "speaks against it"}
# What an interval is, before its ends.
INTERVALS: Mapping[str, str] = {
    "confidence": "{level} interval ",
    "tested": "bounds at {level} ",
    "bounds": "bounds ",
    "published": "published interval ",
}
POSITIONS: Mapping[str, tuple[str, str]] = {
    "inside": (theme.BLUE, "o"),
    "straddles": (theme.GREY, "D"),
    "outside": (theme.VERMILION, "s"),
}
ROW_INCHES = 0.42
# As wide as a phone shows it.
WIDTH_INCHES = 4.9
LETTERS_OF_A_CLAIM = 56
FEWEST_COLUMNS = 4
UNDER_WORDS = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
MANY = {1e9: "billion", 1e6: "million"}
OPPOSITE = {"fall": "rise", "rise": "fall"}


def counted_verdicts(ledger: pd.DataFrame) -> pd.DataFrame:
    """How many claims of each document have each verdict.

    Parameters
    ----------
    ledger : pandas.DataFrame
        document, verdict.

    Returns
    -------
    pandas.DataFrame
        A row for each document, the one with the most claims first; a column for each verdict that there is.
    """
    counts = ledger.groupby(["document", "verdict"]).size().unstack(fill_value=0)
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index
    return counts.loc[order, [name for name in COLOURS if name in counts]]


def title_verdicts(ledger: pd.DataFrame) -> str:
    """How many claims could be tested, and how many of these hold.

    Parameters
    ----------
    ledger : pandas.DataFrame

    Returns
    -------
    str
    """
    tested = int(ledger["verdict"].isin(TESTED).sum())
    holding = int((ledger["verdict"] == "holds").sum())
    tellable = f"{out_of(tested, len(ledger), 'claims', 'claim').capitalize()} can be tested here"
    if not tested:
        return tellable
    if tested == 1:
        # What is undecided is not said to fail.
        verdict = ledger.loc[ledger["verdict"].isin(TESTED), "verdict"].item()
        return f"{tellable}; {'it holds as it stands' if holding else f'the verdict: {verdict}'}"
    if holding in (0, tested):
        whose = "none" if not holding else "both" if tested == 2 else "all"
        return f"{tellable}; {whose} of these {'hold as they stand' if holding else 'holds as it stands'}"
    hold = "holds as it stands" if holding == 1 else "hold as they stand"
    return f"{tellable}; {holding} of these {hold}"


def plot_verdicts(ledger: pd.DataFrame) -> "Figure":
    """One bar of verdicts for each document.

    Parameters
    ----------
    ledger : pandas.DataFrame
        document, verdict.

    Returns
    -------
    matplotlib.figure.Figure
    """
    counts = counted_verdicts(ledger)
    figure, axis = plt.subplots(figsize=(8, 2.4 + 0.5 * len(counts)), layout="constrained")
    left = pd.Series(0, index=counts.index)
    for verdict in counts.columns.astype(str):
        axis.barh(counts.index, counts[verdict], left=left, color=COLOURS[verdict], label=verdict, edgecolor="white")
        left = left + counts[verdict]
    axis.set_yticks(range(len(counts)), [DOCUMENTS.get(name, name) for name in counts.index])
    axis.invert_yaxis()
    axis.grid(axis="y", visible=False)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.set_xlabel("Claims")
    headline(figure, title_verdicts(ledger))
    legend_below(figure, [axis], 3)
    return figure


def title_choices(choices: pd.DataFrame) -> str:
    """For how many claims one way of measuring agrees and another speaks against.

    Parameters
    ----------
    choices : pandas.DataFrame

    Returns
    -------
    str
    """
    ways = choices[choices["window"] == "claim"].groupby("claim_id").size()
    several = int((ways > 1).sum())
    if not several:
        return "Each claim here has one way of measuring"
    names = "claims measured in several ways", "claim measured in several ways"
    divided = len(divided_claims(choices))
    if not divided:
        return f"Of no {names[1]} does one way agree and another speak against it"
    return f"For {out_of(divided, several, *names)}, one way agrees and another speaks against it"


def divided_claims(choices: pd.DataFrame) -> list[str]:
    """Claims with which one way of measuring agrees and another contradicts.

    Parameters
    ----------
    choices : pandas.DataFrame
        claim_id, window, position.

    Returns
    -------
    list of str
    """
    sides = choices[choices["window"] == "claim"].groupby("claim_id")["position"].agg(set)
    return [str(claim) for claim, them in sides.items() if {"inside", "outside"} <= them]


def plot_choices(choices: pd.DataFrame, ledger: pd.DataFrame) -> "Figure":
    """Ways of measuring the claims on which they do not agree: which agree, leave the claim open, or speak against it.

    Where none is divided, those of every claim are shown.

    Parameters
    ----------
    choices : pandas.DataFrame
        claim_id, choice, is_main, window, position.
    ledger : pandas.DataFrame
        claim_id, statement.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = choices[choices["window"] == "claim"].sort_values(["claim_id", "is_main"], ascending=[True, False])
    claims = divided_claims(choices) or [str(it) for it in rows["claim_id"].unique()]
    rows = rows[rows["claim_id"].isin(claims)]
    places = rows.assign(x=rows.groupby("claim_id").cumcount(), y=rows["claim_id"].map(claims.index))
    figure, axis = plt.subplots(figsize=(WIDTH_INCHES, 2.2 + ROW_INCHES * len(claims)), layout="constrained")
    for position, (colour, marker) in POSITIONS.items():
        those = places[places["position"] == position]
        # The key has what is drawn, and nothing else.
        if len(those):
            axis.scatter(those["x"], those["y"], color=colour, marker=marker, s=44, label=LIES[position], linewidths=0)
    axis.axvline(0.5, color=theme.GREY, linewidth=0.8)
    # Words above the marks and not beside them: a column of words would leave a phone no room for the marks.
    words = dict(zip(ledger["claim_id"], ledger["statement"], strict=True))
    for height, claim in enumerate(claims):
        said = shorten(f"{claim}: {words[claim]}", LETTERS_OF_A_CLAIM, placeholder="…")
        axis.text(
            -0.4, height - 0.42, said, fontsize="x-small", va="center", ha="left", bbox=UNDER_WORDS, in_layout=False
        )
    axis.set_yticks([])
    axis.set_ylim(len(claims) - 0.5, -0.8)
    widest = int(places["x"].max())
    axis.set_xlim(-0.5, max(widest, FEWEST_COLUMNS) + 0.5)
    axis.set_xticks(range(widest + 1), ["main", *map(str, range(1, widest + 1))])
    axis.grid(axis="x", visible=False)
    axis.set_xlabel(f"Way of measuring: the main one{', then the others' if widest else ''}")
    headline(figure, title_choices(choices))
    legend_below(figure, [axis], 3)
    return figure


def shown_ledger(ledger: pd.DataFrame) -> "Styler":
    """The ledger for a page: the claim, what was measured, and the verdict.

    Parameters
    ----------
    ledger : pandas.DataFrame
        claim_id, statement, verdict, quantity, value, low, high, warnings.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    from citizen_security.figures.page_table import page_table

    rows = ledger[["claim_id", "statement", "verdict", "quantity", "warnings"]].copy()
    rows.insert(4, "measured", [measured(row) for row in named_cells(ledger)])
    rows.columns = pd.Index(["claim", "statement", "verdict", "what is measured", "measured", "warnings"])
    # A claim on the page of claims leads to its row.
    return page_table(rows, anchors="claim")


def named_cells(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame, each a mapping of column to cell.

    Parameters
    ----------
    frame : pandas.DataFrame

    Returns
    -------
    list of dict
    """
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def measured(row: Mapping[str, Any]) -> str:
    """A measured value with its interval, where it has one.

    Parameters
    ----------
    row : mapping
        value, low, high; interval and level, where what it is is known; unit, of which % stands beside each number;
        direction, where a positive value is a fall or a rise.

    Returns
    -------
    str
        Empty where nothing was measured. A negative fall is told as a rise, and the reverse.
    """
    if pd.isna(row["value"]):
        return ""
    ends = [float(row[name]) for name in ("value", "low", "high")]
    percent = percent_of(row)
    kind = _interval(row)
    if row.get("direction") and min(ends) < 0:
        return _moved(ends, str(row["direction"]), percent, kind)
    value, low, high = (f"{number(end)}{percent}" for end in ends)
    return value if ends[1] == ends[2] else f"{value} ({kind}{low} to {high})"


def _interval(row: Mapping[str, Any]) -> str:
    """What an interval is, with a blank behind it; nothing where that is not known."""
    told = INTERVALS.get(str(row.get("interval") or ""), "")
    return told.format(level=f"{100 * float(row['level']):.4g}%") if "level" in told else told


def percent_of(row: Mapping[str, Any]) -> str:
    """The sign that belongs to each number of a quantity in per cent of something; nothing for other units.

    Parameters
    ----------
    row : mapping
        unit, where it is known.

    Returns
    -------
    str
    """
    return "%" if str(row.get("unit") or "").startswith("%") else ""


def _moved(ends: list[float], direction: str, percent: str, kind: str) -> str:
    """A change whose value or interval goes the other way than its name: without signs, and with words for both."""
    words = {True: direction, False: OPPOSITE[direction]}
    value, low, high = (f"a {words[end > 0]} of {number(abs(end))}{percent}" if end else "no change" for end in ends)
    if ends[1] == ends[2]:
        return value
    if ends[2] <= 0:
        return f"{value} ({kind}{number(abs(ends[2]))}{percent} to {number(abs(ends[1]))}{percent})"
    return f"{value} ({kind}{low} to {high})"


def number(value: float) -> str:
    """A number with as many digits as its size deserves, millions in words, and a minus printed as one."""
    for size, name in MANY.items():
        if abs(value) >= size:
            return f"{value / size:.3g} {name}".replace("-", "−")
    digits = 0 if abs(value) >= 100 or float(value).is_integer() else 1 if abs(value) >= 10 else 2
    text = f"{value:,.{digits}f}"
    return (text.lstrip("-") if not any(digit in text for digit in "123456789") else text).replace("-", "−")
