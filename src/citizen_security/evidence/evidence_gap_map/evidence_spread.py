"""How concentrated the evidence is: studies over states and interventions, against chance and against the homicides.

A study of several states or interventions is in the count of each, and once in every total. Nothing here knows of
studies that the collection missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm

from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.evidence_gap_map.study_filter import MapStudies
from citizen_security.evidence.studies.coded_studies import in_lac
from citizen_security.evidence.studies.coding import INTERVENTIONS
from citizen_security.methods.arrays import Floats, Integers
from citizen_security.methods.concentration.equal_risk import draw_equal_risk
from citizen_security.methods.resampling import drawn_counts

# A share of 0 or 1 has no logit.
EDGE = 1e-6

# With fewer studies, or fewer units that they could be of, nothing is said of how they are spread.
FEWEST_STUDIES = 10
FEWEST_UNITS = 5
TOO_FEW = f"not told of fewer than {FEWEST_STUDIES} studies or {FEWEST_UNITS} places for them"


@dataclass(frozen=True)
class Spread:
    """How unevenly studies are spread over places or interventions.

    Attributes
    ----------
    gini : float
        Of the numbers of studies over all units, also those without any: 0 if all have as many, near 1 if one has all.
    gini_interval : tuple of float
        From the standard error of the bootstrap of studies, on the logit scale. Not its percentiles: a bootstrap sample
        holds some studies twice and others not at all, so it is less even than the studies themselves. In simulations
        of a few dozen studies over 33 units it holds the expected coefficient about nine times in ten, not 19 in 20.
    gini_expected : float
        Mean of the coefficient if every study had fallen on the units by chance, with the chances given.
    gini_by_chance : tuple of float
        Range of the coefficient under the same chance: few studies over many units are never even.
    top : tuple of str
        The units with most studies, as many as asked for; none without a study.
    top_share : float
        Studies of at least one of them, of all studies that are in any unit.
    top_share_interval : tuple of float
        Likewise; in each sample the units with most studies are chosen anew.
    n, units : int
        Studies that are in any unit, and units that they could be in.
    """

    gini: float
    gini_interval: tuple[float, float]
    gini_expected: float
    gini_by_chance: tuple[float, float]
    top: tuple[str, ...]
    top_share: float
    top_share_interval: tuple[float, float]
    n: int
    units: int

    @property
    def is_telling(self) -> bool:
        """Whether there are enough studies and units to say how the ones are spread over the others."""
        return self.n >= FEWEST_STUDIES and self.units >= FEWEST_UNITS


@dataclass(frozen=True)
class Spreads:
    """How unevenly the studies of a map are spread.

    Attributes
    ----------
    states, states_by_homicides : Spread
        Over the states of the region; by chance each is as likely, or as likely as its homicides.
    interventions : Spread
        The region's studies over the rows of the map.
    """

    states: Spread
    states_by_homicides: Spread
    interventions: Spread

    def table(self) -> pd.DataFrame:
        """One row for each, for a reader; with a note instead of numbers where studies or units are too few."""
        rows = {
            "states; chance is even": self.states,
            "states; chance follows the homicides": self.states_by_homicides,
            "interventions in the region; chance is even": self.interventions,
        }
        return pd.DataFrame([{"studies over": name, **_printed(spread)} for name, spread in rows.items()])


def spreads(on_map: MapStudies, gaps: pd.DataFrame, parameters: EvidenceGapMap) -> Spreads:
    """Spread of the studies over the states and over the interventions.

    Parameters
    ----------
    on_map : MapStudies
    gaps : pandas.DataFrame
        From `evidence_and_burden`.
    parameters : EvidenceGapMap

    Returns
    -------
    Spreads
    """
    generator = np.random.default_rng(parameters.seed)
    draws, states = parameters.bootstrap_draws, list(gaps["iso3"])
    # One generator in this order: recorded values hang on it.
    even = spread(on_map.studies, "countries", states, generator, draws=draws)
    homicides = gaps["homicides"].fillna(0).tolist()
    following = spread(on_map.studies, "countries", states, generator, draws=draws, chances=homicides)
    rows = spread(in_lac(on_map.studies), "interventions", list(on_map.interventions), generator, draws=draws)
    return Spreads(even, following, rows)


def spread(
    studies: pd.DataFrame,
    column: str,
    units: Sequence[str],
    generator: np.random.Generator,
    *,
    draws: int = 2000,
    top: int = 3,
    confidence_level: float = 0.95,
    chances: Sequence[float] | None = None,
) -> Spread:
    """How unevenly studies are spread over units, with the bootstrap of studies.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    column : {"countries", "interventions"}
        Tuples of codes.
    units : sequence of str
        Codes of every unit that studies could be of; others are passed over.
    generator : numpy.random.Generator
    draws : int
        Bootstrap samples, and samples of chance.
    top : int
        How many units make the share of the most studied.
    confidence_level : float
        Of the intervals.
    chances : sequence of float, optional
        Relative chance of each unit to have a study, such as its homicides; equal by default.

    Returns
    -------
    Spread
        nan where no study is of any unit.
    """
    member = _membership(studies[column], units)
    n = len(member)
    nothing = float("nan"), float("nan")
    if not n:
        return Spread(float("nan"), nothing, float("nan"), nothing, (), float("nan"), nothing, 0, len(units))
    counts = member.sum(axis=0)
    held = [unit for unit in range(len(units)) if counts[unit]]
    order = sorted(held, key=lambda unit: (-counts[unit], units[unit]))[:top]
    drawn = drawn_counts(n, draws, generator)
    sampled = drawn @ member
    weights = np.ones(len(units)) if chances is None else np.asarray(chances, dtype=np.float64)
    by_chance = draw_equal_risk(int(counts.sum()), weights, draws, generator)
    tails = [(1 - confidence_level) / 2, (1 + confidence_level) / 2]
    coefficient, share = float(gini(counts[None, :])[0]), float(member[:, order].any(axis=1).mean())
    return Spread(
        gini=coefficient,
        gini_interval=_around(coefficient, gini(sampled), confidence_level),
        gini_expected=float(gini(by_chance).mean()),
        gini_by_chance=_pair(np.quantile(gini(by_chance), tails)),
        top=tuple(units[unit] for unit in order),
        top_share=share,
        top_share_interval=_around(share, _top_shares(drawn, member, sampled, top), confidence_level),
        n=n,
        units=len(units),
    )


def gini(counts: Integers | Floats) -> Floats:
    """Gini coefficient of each row of counts.

    Parameters
    ----------
    counts : numpy.ndarray, shape (rows, units)
        Not negative.

    Returns
    -------
    numpy.ndarray, shape (rows,)
        Mean absolute difference over twice the mean; nan where a row has nothing.

    Notes
    -----
    Of whole counts everything up to the one division is exact. `methods.concentration.measures.gini` integrates the
    Lorenz curve instead, which differs by a few 10⁻¹⁶, and refuses a row without a count. The recorded values are of
    this form; a test holds the two together.
    """
    values = np.sort(np.asarray(counts, dtype=np.float64), axis=1)
    units = values.shape[1]
    ranks = 2 * np.arange(1, units + 1) - units - 1
    with np.errstate(invalid="ignore"):
        return np.asarray((values @ ranks) / (units * values.sum(axis=1)))


def _printed(spread: Spread) -> dict[str, Any]:
    """A spread with its numbers as text, each with its interval."""
    counts = {"studies": spread.n, "of how many": spread.units}
    if not spread.is_telling:
        return counts | {"Gini coefficient (95% interval)": TOO_FEW}
    return counts | {
        "Gini coefficient (95% interval)": _with_ends(spread.gini, spread.gini_interval, ".2f"),
        "by chance (95% range)": _with_ends(spread.gini_expected, spread.gini_by_chance, ".2f"),
        "most studied": ", ".join(INTERVENTIONS[code].label if code in INTERVENTIONS else code for code in spread.top),
        "their share (95% interval)": _with_ends(spread.top_share, spread.top_share_interval, ".0%"),
    }


def _with_ends(value: float, ends: tuple[float, float], form: str) -> str:
    """A value with its interval; of a share of none or all the bootstrap knows no interval."""
    interval = f" ({ends[0]:{form}} to {ends[1]:{form}})" if EDGE < value < 1 - EDGE else ""
    return f"{value:{form}}{interval}"


def _membership(column: "pd.Series[Any]", units: Sequence[str]) -> Integers:
    """Which study is in which unit; studies in none are left out; shape (studies, units)."""
    rows = [[unit in codes for unit in units] for codes in column]
    member = np.array(rows, dtype=np.int64).reshape(len(rows), len(units))
    return member[member.any(axis=1)]


def _top_shares(drawn: Integers, member: Integers, sampled: Integers, top: int) -> Floats:
    """Share of each sample's studies that is in the units with most of its studies."""
    ranked = np.argsort(-sampled, axis=1, kind="stable")[:, :top]
    inside = np.zeros_like(sampled)
    np.put_along_axis(inside, ranked, 1, axis=1)
    touched = (inside @ member.T) > 0
    return np.asarray((drawn * touched).sum(axis=1) / drawn.sum(axis=1))


def _around(value: float, sampled: Floats, confidence_level: float) -> tuple[float, float]:
    """Interval of a share from the spread of its bootstrap samples on the logit scale, so that it stays a share."""
    error = float(logit(np.clip(sampled, EDGE, 1 - EDGE)).std())
    ends = logit(np.clip(value, EDGE, 1 - EDGE)) + np.array([-1, 1]) * norm.isf((1 - confidence_level) / 2) * error
    return _pair(expit(ends))


def _pair(values: Floats) -> tuple[float, float]:
    return float(values[0]), float(values[1])
