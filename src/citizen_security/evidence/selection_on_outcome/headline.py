"""Headline values of the notebook `evidence/selection_on_outcome`."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd
from scipy.stats import binomtest

from citizen_security.evidence.selection_on_outcome.filters import Counts, counts_of
from citizen_security.evidence.selection_on_outcome.overturning import Overturn
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.studies.coded_studies import Share
from citizen_security.values import Value

# Names of the later collections in the values, in their order.
LATER_KEYS = ("later_review_positive_share", "later_studies_positive_share")


def posterior_values(summaries: Mapping[str, pd.DataFrame], parameters: SelectionOnOutcome) -> list[Value]:
    """Shares reported, and what each filter makes of them.

    Parameters
    ----------
    summaries : mapping of str to pandas.DataFrame
        From `summaries_by_counts`.
    parameters : SelectionOnOutcome

    Returns
    -------
    list of Value
        Names of the formal evaluations end in `_formal`.
    """
    counts, values = counts_of(parameters), []
    for name, summary in summaries.items():
        suffix = {"all": "", "formal": "_formal"}[name]
        values.append(_reported(counts[name], suffix, parameters))
        for row in summary.to_dict("records"):
            values += _of_filter(row, suffix, parameters)
    return values


def bounds_values(bounds: pd.DataFrame) -> list[Value]:
    """Lowest and highest share that works, of each population under each assumption.

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
            name="_".join(["bounds", row["population"].split()[0], *row["assumption"].split()[:2]]),
            value=f"{100 * row['lower']:.1f}% to {100 * row['upper']:.1f}%",
            n=int(row["n"]),
            label=f"Lowest and highest share that works, {row['population']}, {row['assumption']}",
        )
        for row in bounds.to_dict("records")
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
    return [
        Value(
            name=f"drawer_{name}",
            value=float(row["median"]),
            unit="evaluations",
            interval=(float(row["lower"]), float(row["upper"])),
            label=f"Evaluations in the drawer, filter {name}: median and {_credible(parameters)}",
            format=".0f",
        )
        for name, row in drawers.iterrows()
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


def later_values(later: Mapping[str, Counts], predictions: pd.DataFrame, parameters: SelectionOnOutcome) -> list[Value]:
    """Shares positive in later collections, and what each filter predicts of them.

    Parameters
    ----------
    later : mapping of str to Counts
        From `later_counts`.
    predictions : pandas.DataFrame
        From `prediction_table`.
    parameters : SelectionOnOutcome

    Returns
    -------
    list of Value
    """
    values = []
    for name, (collection, counts) in zip(LATER_KEYS, later.items(), strict=False):
        values.append(_later_share(name, collection, counts, parameters))
        rows = predictions[predictions["collection"] == collection]
        values += [_predicted(name, row, parameters) for row in rows.to_dict("records")]
    return values


def _reported(counts: Counts, suffix: str, parameters: SelectionOnOutcome) -> Value:
    share = Share(counts.positive, counts.total, parameters.confidence_level)
    words = f"Wilson {_confidence(parameters)}, as if they were a random sample"
    return Value(
        name=f"positive_share_reported{suffix}",
        value=100 * share.value,
        unit="% of evaluations",
        interval=_in_percent(*share.interval),
        n=share.n,
        label=f"Positive of the evaluations counted; {words}",
        format=".1f",
    )


def _of_filter(row: Mapping[Hashable, Any], suffix: str, parameters: SelectionOnOutcome) -> Iterator[Value]:
    label, number = row["label"], int(row["total"])
    yield Value(
        name=f"posterior_true_positive_share_{row['filter']}{suffix}",
        value=100 * float(row["median"]),
        unit="% of evaluated programmes",
        interval=_in_percent(row["lower"], row["upper"]),
        n=number,
        label=f"Share effective, {label}: posterior median and {_credible(parameters)}",
        format=".0f",
    )
    yield Value(
        name=f"probability_above_threshold_{row['filter']}{suffix}",
        value=100 * float(row["above"]),
        unit="%",
        n=number,
        label=f"Probability that more than {parameters.threshold:.0%} are effective, {label}",
        format=".0f",
    )


def _number_or_more(number: int | None, most: int) -> int | str:
    return f"more than {most}" if number is None else number


def _binomial_test(parameters: SelectionOnOutcome) -> Value:
    counts = counts_of(parameters)["all"]
    test = binomtest(counts.positive, counts.total, parameters.threshold, alternative="greater")
    return Value(
        name="binomial_p",
        value=float(test.pvalue),
        n=counts.total,
        label=f"One-sided binomial test of {parameters.threshold:.0%} positive, filter ignored",
        format=".0e",
    )


def _later_share(name: str, collection: str, counts: Counts, parameters: SelectionOnOutcome) -> Value:
    share = Share(counts.positive, counts.total, parameters.confidence_level)
    return Value(
        name=name,
        value=100 * share.value,
        unit="%",
        interval=_in_percent(*share.interval),
        n=share.n,
        label=f"Positive in a later collection: {collection}; Wilson {_confidence(parameters)}",
        format=".0f",
    )


def _predicted(name: str, row: Mapping[Hashable, Any], parameters: SelectionOnOutcome) -> Value:
    return Value(
        name=f"{name}_predicted_{row['filter']}",
        value=100 * float(row["median"]),
        unit="%",
        interval=_in_percent(row["lower"], row["upper"]),
        n=int(row["total"]),
        label=f"Predicted share, {row['label']}: median and {_credible(parameters)}",
        format=".0f",
    )


def _in_percent(lower: float, upper: float) -> tuple[float, float]:
    return 100 * lower, 100 * upper


def _confidence(parameters: SelectionOnOutcome) -> str:
    return f"{parameters.confidence_level:.0%} confidence interval"


def _credible(parameters: SelectionOnOutcome) -> str:
    return f"{parameters.credible_level:.0%} credible interval"
