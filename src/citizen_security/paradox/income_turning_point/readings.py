"""What the curves say of the inverted U: one verdict for titles and text, and sentences that follow the run."""

from collections.abc import Mapping, Sequence

import pandas as pd

from citizen_security.paradox.income_turning_point.curves import COMPARISONS
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.paradox.income_turning_point.u_test import INTERVAL, UNHEARD_OF
from citizen_security.paradox.panel.sample import EstimationSample
from citizen_security.values import Value
from citizen_security.words import counted, listed, sentences

# Comparisons and ways to look for a shape, within a sentence.
COMPARISON_WORDS = {"pooled": "pooled", "between": "between countries", "within": "within countries"}
METHOD_WORDS = {
    "parabola": "a parabola judged at both ends of the incomes",
    "spline": "a curve of free shape",
    "two lines": "two straight lines that meet",
}

# What the comparison within countries is, by what it holds constant.
WITHIN_WORDS = {
    "two_way": "each country with itself, what a year brings to all countries held constant",
    "country": "each country with itself, what a year brings to all countries left in",
}

# People below which a country counts as small: a few killings move its rate.
SMALL_POPULATION = 1_000_000


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
        f"{listed(closed)} the data tell at which income the curve turns: the incomes that they allow have a lowest "
        "and a highest"
        if closed
        else "",
        f"{listed(endless)} the data do not tell at which income the curve turns: the incomes that they allow have no "
        "end"
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


def within_comparison(parameters: IncomeTurningPoint) -> list[Value]:
    """What the comparison within countries holds constant.

    Returns
    -------
    list of Value
        `within_comparison_sentence`, a clause.
    """
    return [
        Value(
            name="within_comparison_sentence",
            value=WITHIN_WORDS[parameters.fixed_effects],
            label="What is compared within countries",
        )
    ]


def incomes_judged(tests: pd.DataFrame, parameters: IncomeTurningPoint) -> list[Value]:
    """Between which incomes the parabola's shape is tested.

    Parameters
    ----------
    tests : pandas.DataFrame
        From `tabulate_u_tests`.
    parameters : IncomeTurningPoint

    Returns
    -------
    list of Value
        `incomes_judged_sentence`.
    """
    ends = tests.groupby("comparison").first()
    ranges = [
        f"from {ends['low_income'][name]:,.0f} to {ends['high_income'][name]:,.0f} dollars {COMPARISON_WORDS[name]}"
        for name in ("between", "within")
    ]
    trimmed = parameters.range_trim > 0
    cut = f"with {100 * parameters.range_trim:g}% of the rows cut off at each end" if trimmed else "with no row cut off"
    return [
        Value(
            name="incomes_judged_sentence",
            value=sentences([f"the parabola's test judges the incomes {listed(ranges)}, {cut}"]),
            label="Incomes between which the parabola must turn",
        )
    ]


def influence(without: pd.DataFrame, turning: pd.DataFrame) -> list[Value]:
    """What the parabola within countries becomes without the country that moves its square most.

    Parameters
    ----------
    without : pandas.DataFrame
        From `turning_without_each`, with each country's name in `country`.
    turning : pandas.DataFrame
        From `tabulate_turning_points`.

    Returns
    -------
    list of Value
        `influence_reading`.
    """
    first = without.iloc[0]
    everyone = turning[turning["comparison"] == "within"].iloc[0]
    changes = f"the square within countries changes most without {first['country']}"
    if first["quadratic"] == 0:
        said = f"{changes}, and the parabola is then a line"
    else:
        same = first["turns"] == everyone["turns"]
        shape = f"still has a {first['turns']}" if same else f"has a {first['turns']} in place of a {everyone['turns']}"
        place = _place(first["turning_point"], everyone["low_income"], everyone["high_income"])
        said = f"{changes}: the parabola then {shape}, {place}"
    return [
        Value(name="influence_reading", value=sentences([said]), label="Parabola without the country that decides most")
    ]


def countries_compared(sample: EstimationSample, names: "pd.Series[str]") -> list[Value]:
    """Which of the chosen countries are not compared, and how many of the others are small.

    Parameters
    ----------
    sample : EstimationSample
    names : pandas.Series
        Names of countries by ISO code.

    Returns
    -------
    list of Value
        `countries_compared_reading`.
    """
    no_income = sample.left_out["reason"].str.match(r"no figures: .*log_gdp_per_capita").astype(bool)
    left = [
        _left_out([str(names[iso3]) for iso3 in sample.left_out.loc[chosen, "iso3"]], why)
        for chosen, why in ((no_income, "no income in this series"), (~no_income, "too few figures"))
    ]
    latest = sample.frame.sort_values("year").groupby("iso3")["population"].last()
    small = int((latest < SMALL_POPULATION).sum())
    have = f"{counted(small, 'country', 'countries')} compared {'has' if small == 1 else 'have'}"
    few = f"{have} fewer than a million people, where a few killings move the rate" if small else ""
    return [
        Value(
            name="countries_compared_reading",
            value=sentences([*(left if any(left) else ["no chosen country is left out"]), few]),
            label="Chosen countries that are not compared, and small ones that are",
        )
    ]


def _left_out(countries: Sequence[str], lacking: str) -> str:
    if not countries:
        return ""
    are, have = ("is", "has") if len(countries) == 1 else ("are", "have")
    return f"{listed(countries)} {are} left out and {have} {lacking}"


def _place(income: float, low: float, high: float) -> str:
    """Where a turning point lies against the incomes of the sample."""
    against = "below" if income < low else "above" if income > high else "among"
    known = UNHEARD_OF[0] <= income <= UNHEARD_OF[1]
    return f"at {income:,.0f} dollars, {against} the incomes of the sample" if known else "where no country ever was"


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
    return sentences(
        [
            f"the data establish no {shape}, whether countries are compared with each other, with themselves or pooled",
            f"asked were {listed(list(METHOD_WORDS.values()))}",
        ]
    )
