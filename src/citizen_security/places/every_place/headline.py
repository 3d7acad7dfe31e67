"""The values that `places/every_place` records: what changed, how sure ranks are, whether the fits forecast."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.places.every_place.compared import rank_widths
from citizen_security.places.every_place.fitting import PlaceFit
from citizen_security.places.every_place.held_out import say_fits
from citizen_security.places.every_place.observed import REGION
from citizen_security.places.every_place.readings import (
    say_changes,
    say_coverage,
    say_largest_revision,
    say_place,
    say_scope,
    say_without_population,
)
from citizen_security.places.every_place.summaries import PlaceTables, sure_pairs
from citizen_security.values import Missing, Value

if TYPE_CHECKING:
    from citizen_security.places.every_place.parameters import EveryPlace

NAMES = {"country": "countries", "state": "states", "city": "cities"}
# A rank is known narrowly if its interval is narrower than so many places.
NARROW = 10


def scope_values(tables: PlaceTables, parameters: "EveryPlace") -> list[Value | Missing]:
    """What the run is about, and what the chosen place looks like.

    Parameters
    ----------
    tables : PlaceTables
    parameters : EveryPlace

    Returns
    -------
    list of Value
    """
    return [
        Value(
            name="level", value=parameters.credible_level, format=".0%", label="probability that intervals are to hold"
        ),
        Value(name="since", value=str(parameters.since), label="year that changes are shown from"),
        Value(name="scope_sentence", value=say_scope(tables.places), label="how many places there are"),
        Value(
            name="without_population_sentence",
            value=say_without_population(tables.places),
            label="places that have counts and no rates",
        ),
        Value(name="place_sentence", value=say_place(tables, parameters), label="the place that is shown by itself"),
    ]


def change_values(by_fit: pd.DataFrame, parameters: "EveryPlace") -> list[Value | Missing]:
    """In how many places the risk surely fell and rose.

    Parameters
    ----------
    by_fit : pandas.DataFrame
        Of `changes_by_fit`.
    parameters : EveryPlace

    Returns
    -------
    list of Value or Missing
        Missing for kinds that the run has not.
    """
    reading = Value(
        name="changes_reading",
        value=say_changes(by_fit, parameters.since, parameters.credible_level),
        label="in how many places of each kind the risk surely fell and rose",
    )
    return [reading, *_changes(by_fit, parameters)]


def rank_values(fits: Sequence[PlaceFit], tables: PlaceTables, parameters: "EveryPlace") -> list[Value | Missing]:
    """How sure the order of places is.

    Parameters
    ----------
    fits : sequence of PlaceFit
    tables : PlaceTables
    parameters : EveryPlace

    Returns
    -------
    list of Value or Missing
    """
    narrow = Value(name="narrow_rank", value=NARROW, unit="places", label="width below which a rank is narrowly known")
    return [narrow, *_pairs(fits, parameters.credible_level), *_widths(tables, parameters), _carried_forward(tables)]


def forecast_values(judged: pd.DataFrame, parameters: "EveryPlace") -> list[Value | Missing]:
    """Whether the fits forecast, and how often their intervals held.

    Parameters
    ----------
    judged : pandas.DataFrame
        Of `fit_table`.
    parameters : EveryPlace

    Returns
    -------
    list of Value
    """
    return [
        Value(name="forecast_verdict", value=say_fits(judged), label="each fit against the best of simple rivals"),
        Value(
            name="coverage_reading",
            value=say_coverage(judged, parameters.credible_level),
            label="share of held-out counts in the intervals of their forecasts",
        ),
    ]


def revision_values(revisions: pd.DataFrame) -> list[Value | Missing]:
    """How much publishers revise, beside what chance leaves open.

    Parameters
    ----------
    revisions : pandas.DataFrame
        Of `revision_table`.

    Returns
    -------
    list of Value or Missing
        Missing where the run has no countries.
    """
    if revisions.empty:
        return [Missing(names="revision*", reason="only countries have figures in two releases")]
    return [
        Value(
            name="revision_median",
            value=float(revisions["revision_percent"].abs().median()),
            format=".1f",
            unit="%",
            n=len(revisions),
            label="median of the revision of a rate between releases, in absolute terms",
        ),
        Value(
            name="revisions_outside",
            value=int(revisions["outside"].sum()),
            unit="figures",
            n=len(revisions),
            label="figures that an earlier release put outside the exact interval of the count",
        ),
        Value(
            name="revision_largest_sentence",
            value=say_largest_revision(revisions),
            label="the figure that another release changed most",
        ),
    ]


def _changes(by_fit: pd.DataFrame, parameters: "EveryPlace") -> Iterator[Value | Missing]:
    for kind, name in NAMES.items():
        own = by_fit[by_fit["kind"] == kind]
        if own.empty:
            yield Missing(names=f"{name}_*", reason=f"{name} are not among the kinds of this run")
            continue
        for word in ("fell", "rose"):
            yield Value(
                name=f"{name}_{word}",
                value=int(own[word].sum()),
                unit=name,
                n=int(own["places"].sum()),
                label=f"{name} whose risk surely {word} since {parameters.since}, or since their next figure",
            )


def _pairs(fits: Sequence[PlaceFit], level: float) -> Iterator[Value | Missing]:
    countries = next((fit for fit in fits if fit.panel.fit == REGION), None)
    if countries is None:
        yield Missing(names="sure_pairs", reason="countries are not among the kinds of this run")
        return
    sure, pairs = sure_pairs(countries, level)
    yield Value(
        name="sure_pairs",
        value=sure / pairs,
        format=".0%",
        n=pairs,
        label=f"share of pairs of countries whose order by risk is sure at {level:.0%}",
    )


def _widths(tables: PlaceTables, parameters: "EveryPlace") -> Iterator[Value | Missing]:
    widths = rank_widths(tables)
    for kind, name in (("country", "countries"), ("city", "cities")):
        own = widths.loc[widths["kind"] == kind, "width"]
        if own.empty:
            yield Missing(names=f"{name}_*", reason=f"{name} are not among the kinds of this run")
            continue
        yield Value(
            name=f"{name}_narrow",
            value=int((own < NARROW).sum()),
            unit=name,
            n=len(own),
            label=f"{name} whose rank has an interval narrower than {NARROW} places",
        )
        yield Value(
            name=f"{name}_rank_width",
            value=float(own.median()),
            format="g",
            unit="places",
            n=len(own),
            label=f"median width of the {parameters.credible_level:.0%} interval of the rank of {name}",
        )


def _carried_forward(tables: PlaceTables) -> Value | Missing:
    countries = tables.places.loc[tables.places["kind"] == "country", "key"]
    if countries.empty:
        return Missing(names="carried_forward", reason="countries are not among the kinds of this run")
    since = tables.now.set_index("key")["years_since_figure"].reindex(countries)
    return Value(
        name="carried_forward",
        value=int((since > 0).sum()),
        unit="countries",
        n=len(countries),
        label="countries whose risk of the last year is carried forward from an earlier figure",
    )
