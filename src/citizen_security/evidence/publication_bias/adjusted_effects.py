"""The pooled effect under each method, with what the method takes for granted."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from citizen_security.evidence.publication_bias.analysis import ENSEMBLE_LABELS, BiasAnalysis
from citizen_security.evidence.studies.pooled_sample import ends_in_words, without_subject
from citizen_security.methods.meta_analysis.pooling import Pooled
from citizen_security.methods.publication_bias.copas_selection import RESIDUAL_LEVEL, mildest_sufficient
from citizen_security.methods.publication_bias.funnel_tests import ConditionalCorrection, SmallStudyEffect
from citizen_security.methods.publication_bias.model_averaging import Averaged
from citizen_security.methods.publication_bias.selection_models import StepSelection
from citizen_security.methods.publication_bias.trim_and_fill import TrimAndFill
from citizen_security.words import counted, p_in_words

type _Entry = tuple[float, float, float, str]


class Method(NamedTuple):
    """A way to a pooled effect: its name, in one line what it takes for granted, and where its numbers are.

    Attributes
    ----------
    label, assumes : str
    result : str
        Attribute of `BiasAnalysis`.
    entry : callable
        Effect, ends of the interval, and a note on what came out beside them, of such a result.
    """

    label: str
    assumes: str
    result: str
    entry: Callable[[Any], _Entry]


def adjusted_effects(analysis: BiasAnalysis) -> pd.DataFrame:
    """The pooled effect under each method, with what the method takes for granted.

    Parameters
    ----------
    analysis : BiasAnalysis

    Returns
    -------
    pandas.DataFrame
        `method`, `label`, `effect`, `lower`, `upper`, `k`, `note` (what came out beside the effect, or why there is
        none), `assumes`. A method without a result has missing numbers.
    """
    rows = [
        (name, _label(method, analysis), *_entry(method, analysis), method.assumes) for name, method in METHODS.items()
    ]
    table = pd.DataFrame(rows, columns=["method", "label", "effect", "lower", "upper", "note", "assumes"])
    table.insert(5, "k", analysis.random_effects.k)
    return table


def statement(adjusted: pd.DataFrame, method: str, measure: str) -> str:
    """Effect and interval of one method for readers, or why there is none.

    Parameters
    ----------
    adjusted : pandas.DataFrame
        From `adjusted_effects`.
    method : str
    measure : str
        What the effects are a ratio or difference of.

    Returns
    -------
    str
    """
    row = adjusted[adjusted["method"] == method].iloc[0]
    if math.isnan(row["effect"]):
        return f"none ({row['note'].rstrip('.')})"
    is_closed = math.isfinite(row["lower"]) and math.isfinite(row["upper"])
    ends = ends_in_words(row["lower"], row["upper"], measure) if is_closed else "an interval without an end"
    return f"{without_subject(row['effect'], measure)} ({ends})"


def _label(method: Method, analysis: BiasAnalysis) -> str:
    """Of the average with the ensemble, which decides it."""
    return f"{method.label}, {ENSEMBLE_LABELS[analysis.ensemble]}" if method.result == "averaged" else method.label


def _entry(method: Method, analysis: BiasAnalysis) -> _Entry:
    result = getattr(analysis, method.result)
    return _none(result) if isinstance(result, str) else method.entry(result)


def _none(reason: str) -> _Entry:
    return math.nan, math.nan, math.nan, reason


def _pooled_entry(fit: Pooled) -> _Entry:
    return fit.effect, *fit.interval, f"τ = {math.sqrt(fit.tau_squared):.2f}"


def _filled_entry(fit: TrimAndFill) -> _Entry:
    filled = counted(fit.missing, "study", "studies")
    return fit.pooled.effect, *fit.pooled.interval, f"{filled} filled in on the {fit.side}"


def _pet_entry(fit: ConditionalCorrection) -> _Entry:
    return *_limit(fit.pet), f"slope: {p_in_words(fit.pet.p_value)}"


def _peese_entry(fit: ConditionalCorrection) -> _Entry:
    return *_limit(fit.peese), f"slope: {p_in_words(fit.peese.p_value)}"


def _pet_peese_entry(fit: ConditionalCorrection) -> _Entry:
    return *_limit(fit.result), f"{fit.taken.upper()} taken"


def _limit(line: SmallStudyEffect) -> tuple[float, float, float]:
    return line.limit, line.limit_lower, line.limit_upper


def _selection_entry(fit: StepSelection) -> _Entry:
    weights = ", ".join(f"{weight:.2f}" for weight in fit.weights[1:])
    return fit.effect, fit.lower, fit.upper, f"weights {weights}; no selection: {p_in_words(fit.p_value)}"


def _copas_entry(sensitivity: pd.DataFrame) -> _Entry:
    row = mildest_sufficient(sensitivity)
    if row is None:
        strongest = float(sensitivity["least_precise"].min())
        return _none(f"asymmetry is left (p < {RESIDUAL_LEVEL:g}) even at a probability of {strongest:g}")
    note = f"{row['unreported']:.0f} unreported; least precise study reported with {row['least_precise']:g}"
    return float(row["effect"]), float(row["lower"]), float(row["upper"]), note


def _averaged_entry(fit: Averaged) -> _Entry:
    return fit.mean, fit.lower, fit.upper, f"no effect at all: probability {fit.zero_probability:.2g}"


METHODS: Mapping[str, Method] = {
    "random_effects": Method(
        "Random effects",
        "every study is reported, or those missing are like the others",
        "random_effects",
        _pooled_entry,
    ),
    "equal_effects": Method(
        "Equal effects",
        "one true effect; weights small studies least, and so their bias",
        "equal_effects",
        _pooled_entry,
    ),
    "trim_and_fill": Method(
        "Trim and fill",
        "the complete funnel is symmetric; the most extreme results are missing",
        "trim_and_fill",
        _filled_entry,
    ),
    "pet": Method(
        "PET",
        "the effect changes straight with the standard error, for no other reason than selection",
        "conditional",
        _pet_entry,
    ),
    "peese": Method(
        "PEESE",
        "the effect changes with the variance: precise studies are hardly selected",
        "conditional",
        _peese_entry,
    ),
    "pet_peese": Method("PET-PEESE", "as PET; as PEESE where PET finds an effect", "conditional", _pet_peese_entry),
    "three_parameter": Method(
        "Selection at p = 0.025",
        "reporting depends on significance alone, in one step",
        "three_parameter",
        _selection_entry,
    ),
    "selection_model": Method(
        "Selection, chosen steps",
        "reporting depends on the p-value alone, in the steps chosen",
        "selection_model",
        _selection_entry,
    ),
    "copas": Method(
        "Copas", "reporting depends on precision, and on luck that goes with the result", "copas", _copas_entry
    ),
    "model_averaged": Method(
        "Bayesian average", "one of the models of the ensemble holds; priors as stated", "averaged", _averaged_entry
    ),
}
