"""Headline values of the notebook `evidence/selection_on_outcome`."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from scipy.stats import binomtest

from citizen_security.evidence.selection_on_outcome.filters import Counts, counts_of, filters
from citizen_security.evidence.selection_on_outcome.later_sentences import later_sentences
from citizen_security.evidence.selection_on_outcome.overturning import Overturn
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.studies.coded_studies import Share
from citizen_security.values import Missing, Value

# Names of the later collections in the values, in their order.
LATER_KEYS = ("later_review_sentence", "later_studies_sentence")

# Bounds that pages quote, by population and assumption.
QUOTED_BOUNDS = (("interventions", "all results"), ("evaluations", "formal results"))

# Filters whose drawers the notebook quotes.
QUOTED_DRAWERS = ("publication", "leaky_rule")

# Probabilities below this are not printed.
SMALLEST_PROBABILITY = 0.001


def posterior_values(summary: pd.DataFrame, parameters: SelectionOnOutcome) -> list[Value]:
    """Share reported, what each filter makes of it, and how strict the filters are taken to be.

    Parameters
    ----------
    summary : pandas.DataFrame
        Of all evaluations, from `summaries_by_counts`.
    parameters : SelectionOnOutcome

    Returns
    -------
    list of Value
    """
    ratios = {"publication_ratio": parameters.publication_ratio, "leak_ratio": parameters.leak_ratio}
    return [
        _reported(counts_of(parameters)["all"], parameters),
        *(_of_filter(row, parameters) for row in summary.to_dict("records")),
        *(
            Value(name=name, value=ratio, format="g", label="Non-positive let in, for one positive: mean of the prior")
            for name, ratio in ratios.items()
        ),
        Value(name="threshold", value=parameters.threshold, format=".0%", label="Share of the conclusion at stake"),
    ]


def bounds_values(bounds: pd.DataFrame) -> list[Value]:
    """Lowest and highest share that works, of the interventions and the evaluations.

    Parameters
    ----------
    bounds : pandas.DataFrame
        From `worst_case_bounds`.

    Returns
    -------
    list of Value
    """
    return [
        Value(
            name=f"bounds_{population}_{assumption.replace(' ', '_')}",
            value=_ends(row["lower"], row["upper"]),
            n=int(row["n"]),
            label=f"Lowest and highest share that works, {row['population']}, {row['assumption']}",
        )
        for row in bounds.to_dict("records")
        for population, assumption in QUOTED_BOUNDS
        if row["population"].startswith(population) and row["assumption"].startswith(assumption)
    ]


def overturning_values(overturn: Overturn, parameters: SelectionOnOutcome) -> list[Value]:
    """Hidden evaluations that overturn the conclusion by each rule, and the test that knows no filter.

    Parameters
    ----------
    overturn : Overturn
    parameters : SelectionOnOutcome

    Returns
    -------
    list of Value
        A rule that no number overturns has `more than` the largest number tried.
    """
    suffixes = {"posterior": "", "interval": "_interval_rule", "share": "_share_rule"}
    numbers = [
        Value(
            name=f"null_studies_to_overturn{suffix}",
            value=_number_or_more(overturn.by_rule[rule], overturn.most),
            unit="evaluations",
            n=parameters.evaluations,
            label=f"Hidden non-positive evaluations that overturn 'more than {parameters.threshold:.0%}'",
        )
        for rule, suffix in suffixes.items()
    ]
    room = Value(
        name="interventions_not_evaluated",
        value=overturn.most,
        unit="interventions",
        label="Interventions that are not among the evaluations",
        format=",",
    )
    return [*numbers, room, _binomial_test(parameters)]


def drawer_values(drawers: pd.DataFrame, parameters: SelectionOnOutcome) -> list[Value]:
    """Evaluations that each filter expects in the drawer.

    Parameters
    ----------
    drawers : pandas.DataFrame
        From `drawer_table`.
    parameters : SelectionOnOutcome

    Returns
    -------
    list of Value
    """
    labels = {it.name: it.label for it in filters(parameters)}
    return [
        Value(
            name=f"drawer_{name}",
            value=float(row["median"]),
            unit="evaluations",
            interval=(float(row["lower"]), float(row["upper"])),
            label=f"Evaluations in the drawer, {labels[str(name)]}: median and {_credible(parameters)}",
            format=".0f",
        )
        for name, row in drawers.loc[drawers.index.intersection(list(QUOTED_DRAWERS))].iterrows()
    ]


def simulation_values(simulated: pd.DataFrame, parameters: SelectionOnOutcome) -> list[Value]:
    """The share positive that a rule with exceptions shows where nothing works.

    Parameters
    ----------
    simulated : pandas.DataFrame
        From `simulate_filter`.
    parameters : SelectionOnOutcome

    Returns
    -------
    list of Value
    """
    rows = simulated[(simulated["ratio"] == parameters.leak_ratio) & (simulated["effective"] == 0)]
    return [
        Value(
            name="shown_share_if_nothing_works",
            value=100 * float(rows["expected"].iloc[0]),
            unit="% of evaluations let in",
            label="Share positive that a rule with exceptions shows where nothing works",
            format=".0f",
        )
    ]


def later_values(predictions: pd.DataFrame) -> list[Value | Missing]:
    """What later collections show beside what each filter predicts of them.

    Parameters
    ----------
    predictions : pandas.DataFrame
        From `prediction_table`.

    Returns
    -------
    list of Value or Missing
    """
    collections = list(predictions["collection"].unique())
    values: list[Value | Missing] = [
        Value(name=name, value=later_sentences(predictions, collection), label=f"A later collection: {collection}")
        for name, collection in zip(LATER_KEYS, collections, strict=False)
    ]
    return values + [
        Missing(names=name, reason="no study of the compendium is late enough")
        for name in LATER_KEYS[len(collections) :]
    ]


def _reported(counts: Counts, parameters: SelectionOnOutcome) -> Value:
    share = Share(counts.positive, counts.total, parameters.confidence_level)
    words = f"Wilson {_confidence(parameters)}, as if they were a random sample"
    return Value(
        name="positive_share_reported",
        value=100 * share.value,
        unit="% of evaluations",
        interval=_in_percent(*share.interval),
        n=share.n,
        label=f"Share of the evaluations counted that are positive; {words}",
        format=".1f",
    )


def _of_filter(row: Mapping[Hashable, Any], parameters: SelectionOnOutcome) -> Value:
    return Value(
        name=f"posterior_true_positive_share_{row['filter']}",
        value=100 * float(row["median"]),
        unit="% of evaluated programmes",
        interval=_in_percent(row["lower"], row["upper"]),
        n=int(row["total"]),
        label=f"Share effective, {row['label']}: posterior median and {_credible(parameters)}",
        format=".0f",
    )


def _ends(lower: float, upper: float) -> str:
    """Two shares as a range, or as the one number that both are printed as."""
    first, last = f"{lower:.1%}", f"{upper:.1%}"
    return first if first == last else f"{first} to {last}"


def _number_or_more(number: int | None, most: int) -> int | str:
    return f"more than {most}" if number is None else number


def _binomial_test(parameters: SelectionOnOutcome) -> Value:
    counts = counts_of(parameters)["all"]
    p_value = binomtest(counts.positive, counts.total, parameters.threshold, alternative="greater").pvalue
    return Value(
        name="binomial_p",
        value="less than 0.001" if p_value < SMALLEST_PROBABILITY else f"{p_value:.2g}",
        n=counts.total,
        label=f"One-sided binomial test of {parameters.threshold:.0%} positive, filter ignored",
    )


def _in_percent(lower: float, upper: float) -> tuple[float, float]:
    return 100 * lower, 100 * upper


def _confidence(parameters: SelectionOnOutcome) -> str:
    return f"{parameters.confidence_level:.0%} confidence interval"


def _credible(parameters: SelectionOnOutcome) -> str:
    return f"{parameters.credible_level:.0%} credible interval"
