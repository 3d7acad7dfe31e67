"""What the curves say of the inverted U: one verdict for titles and text, and sentences that follow the run."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.paradox.income_turning_point.curves import COMPARISONS
from citizen_security.paradox.income_turning_point.u_test import INTERVAL
from citizen_security.values import Value
from citizen_security.words import listed, sentences

# Comparisons and ways to look for a shape, within a sentence.
COMPARISON_WORDS = {"pooled": "pooled", "between": "between countries", "within": "within countries"}
METHOD_WORDS = {
    "parabola": "the parabola's test at both ends of the incomes",
    "spline": "the band of the spline's slope",
    "two lines": "two lines",
}


def shape_verdicts(tests: pd.DataFrame, words: Mapping[str, str], lines: pd.DataFrame) -> pd.DataFrame:
    """Which shape each way establishes in each comparison; titles and text both follow it.

    Parameters
    ----------
    tests : pandas.DataFrame
        From `tabulate_u_tests`, with the errors that are quoted.
    words : mapping
        Comparison → what its spline establishes, from `shape_in_words`.
    lines : pandas.DataFrame
        From `tabulate_two_lines`.

    Returns
    -------
    pandas.DataFrame
        comparison, method ("parabola", "spline", "two lines"), shape ("inverted U", "U", or "none").
    """
    by_parabola = {
        (comparison, shape)
        for comparison, shape, verdict in zip(tests["comparison"], tests["shape"], tests["verdict"], strict=True)
        if verdict.startswith(f"{shape}: ")
    }
    by_lines = {(row["comparison"], row["shape"]) for _, row in lines[lines["holds"]].iterrows()}
    by_spline = {
        (comparison, shape)
        for comparison, said in words.items()
        for shape, end in (("inverted U", ": an inverted U"), ("U", ": a U"))
        if said.endswith(end)
    }
    found = {"parabola": by_parabola, "spline": by_spline, "two lines": by_lines}
    return pd.DataFrame(
        [
            {"comparison": comparison, "method": method, "shape": _shape(comparison, established)}
            for comparison in COMPARISONS
            for method, established in found.items()
        ]
    )


def shapes(verdicts: pd.DataFrame) -> list[Value]:
    """Where an inverted U, and where its opposite, is established, and by which ways.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        From `shape_verdicts`.

    Returns
    -------
    list of Value
        `inverted_u_reading`, `opposite_u_reading`.
    """
    return [
        Value(name=name, value=_established(verdicts, shape), label=f"Where and by which ways {words} is established")
        for name, shape, words in (
            ("inverted_u_reading", "inverted U", "an inverted U"),
            ("opposite_u_reading", "U", "a U"),
        )
    ]


def turning_points(turning: pd.DataFrame) -> list[Value]:
    """In which comparisons the place of the turn is told, by Fieller's set.

    Parameters
    ----------
    turning : pandas.DataFrame
        From `tabulate_turning_points`.

    Returns
    -------
    list of Value
        `turning_point_reading`.
    """
    fieller = turning[(turning["method"] == "Fieller") & (turning["comparison"] != "pooled")]
    closed = [COMPARISON_WORDS[it] for it in fieller.loc[fieller["kind"] == INTERVAL, "comparison"]]
    endless = [COMPARISON_WORDS[it] for it in fieller.loc[fieller["kind"] != INTERVAL, "comparison"]]
    said = [
        f"{listed(closed)} Fieller's set is an interval, so that the place of the turn is told" if closed else "",
        f"{listed(endless)} Fieller's set has no end, so that the turning point has little content, however narrow the "
        "delta method's interval"
        if endless
        else "",
    ]
    return [
        Value(
            name="turning_point_reading",
            value=sentences(said),
            label="In which comparisons the data tell where the parabola turns",
        )
    ]


def _shape(comparison: str, established: "set[tuple[str, str]]") -> str:
    return next((shape for shape in ("inverted U", "U") if (comparison, shape) in established), "none")


def _established(verdicts: pd.DataFrame, shape: str) -> str:
    article = "an inverted U" if shape == "inverted U" else "a U"
    said = []
    for comparison, rows in verdicts.groupby("comparison", sort=False):
        ways = [METHOD_WORDS[method] for method in rows.loc[rows["shape"] == shape, "method"]]
        others = [METHOD_WORDS[method] for method in rows.loc[rows["shape"] != shape, "method"]]
        if ways:
            not_by = f", and not by {listed(others, 'or')}" if others else ""
            said.append(f"{COMPARISON_WORDS[str(comparison)]}, {article} is established by {listed(ways)}{not_by}")
    if said:
        return sentences(said)
    every = listed(list(METHOD_WORDS.values()), "or")
    return sentences([f"{article} is established neither pooled nor between nor within countries, by {every}"])
