"""Effects of published studies on a scale on which they can be pooled, and the reason for each that cannot be.

Ratios are pooled as logs, differences of means in standard deviations. A standard error is read, or follows from an
interval or a p-value, or is missing; none is invented.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pandas as pd

from citizen_security.evidence.studies.averaged import enters_a_mean
from citizen_security.evidence.studies.coding import INTERVENTIONS, intervention_codes, outcome_codes
from citizen_security.evidence.studies.dependence_keys import clusters, publication_label, publications
from citizen_security.evidence.studies.metrics import (
    AMBIGUOUS,
    MEASURES,
    NO_COMMON_SCALE,
    PERCENTS,
    halves_blur,
    on_scale,
    scale_of,
    slope,
)
from citizen_security.evidence.studies.row_checks import refuse_malformed
from citizen_security.methods.meta_analysis.effect_sizes import (
    EffectSize,
    size_from_interval,
    standard_error_from_p,
)

type Source = Literal["interval", "published", "p_value", "p_value_bound"]

OFFICIAL_CLAIM = "an official's before–after figure, not an estimate against a comparison"
CORRELATE = "a correlate or an outcome of which neither direction is a benefit"
POOLED = "pooled by a review: its studies would count twice"
SEVERAL = "the study is of several interventions, and the row does not say of which"
NOTHING_LEFT = "a fall of 100 % has no logarithm"
NO_ERROR = "neither standard error nor interval nor p-value was published where the facts were read"
AMBIGUOUS_STUDY = (
    "derived by the study from a coefficient of which it is unclear whether the outcome was a rate or a log"
)
CERTAIN = "the estimate is no effect at all, so a p-value says nothing of its standard error"

_KEPT = ("effect_id", "study_id", "label", "publication", "outcome_text", "metric", "derivation")
_PRINTED = ("estimate", "confidence_low", "confidence_high")


def harmonised_effects(effects: pd.DataFrame, studies: pd.DataFrame) -> pd.DataFrame:
    """Effects that can be pooled, negative where the intervention lowers crime or violence.

    Parameters
    ----------
    effects, studies : pandas.DataFrame
        The compendium's tables of those names.

    Returns
    -------
    pandas.DataFrame
        One row per usable effect, in the order of `effects`: effect_id, study_id, label, year, iso3, is_lac,
        intervention, intervention_label, outcome, outcome_text, metric (as printed), measure (what it is a ratio or
        difference of), publication (key; one may hold several studies), cluster (key of publications whose errors
        depend on each other, as those that share a control group),
        independent_sample (name; effects of other samples of the study have independent errors), scale (only effects
        on one scale, and better of one measure, may be pooled), effect,
        standard_error, standard_error_source (`interval`, `published`, `p_value`; `p_value_bound` where p was only
        said to lie below a figure and was taken to equal it, so that the error is the largest possible), asymmetry,
        printed_lower, printed_upper, printed_level (of a printed interval, on the scale and with the sign of the
        effect; nan without one), derivation, maryland_level (of the study), enters_a_mean (whether the table of
        levels lets the effect be averaged with those of other studies).

    Raises
    ------
    MalformedEffects
        With each row that cannot be what a study published, and the rule that it breaks.
    """
    refuse_malformed(effects, studies)
    usable = [row for row in _joined(effects, studies) if not _why_unusable(row)]
    of = clusters(usable)
    usable = [_harmonised(row) | {"cluster": of[row["publication"]]} for row in usable]
    return pd.DataFrame(usable, columns=list(_COLUMNS)).astype(_COLUMNS)


def unusable_effects(effects: pd.DataFrame, studies: pd.DataFrame) -> pd.DataFrame:
    """Effects that cannot be pooled, each with the first reason that applies.

    Parameters
    ----------
    effects, studies : pandas.DataFrame
        The compendium's tables of those names.

    Returns
    -------
    pandas.DataFrame
        effect_id, study_id, label, outcome_text, metric, reason; together with `harmonised_effects` it holds every row.

    Raises
    ------
    MalformedEffects
        As `harmonised_effects`.
    """
    refuse_malformed(effects, studies)
    unusable = [
        {**{name: row[name] for name in ("effect_id", "study_id", "label", "outcome_text", "metric")}, "reason": reason}
        for row in _joined(effects, studies)
        if (reason := _why_unusable(row))
    ]
    return pd.DataFrame(unusable, columns=["effect_id", "study_id", "label", "outcome_text", "metric", "reason"])


_COLUMNS = {
    "effect_id": "str",
    "study_id": "str",
    "label": "str",
    "publication": "str",
    "cluster": "str",
    "independent_sample": "str",
    "year": "int64",
    "iso3": "str",
    "is_lac": "bool",
    "intervention": "str",
    "intervention_label": "str",
    "outcome": "str",
    "outcome_text": "str",
    "metric": "str",
    "measure": "str",
    "scale": "str",
    "effect": "float64",
    "standard_error": "float64",
    "standard_error_source": "str",
    "asymmetry": "float64",
    "printed_lower": "float64",
    "printed_upper": "float64",
    "printed_level": "float64",
    "derivation": "str",
    "maryland_level": "Int64",
    "enters_a_mean": "bool",
}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _joined(effects: pd.DataFrame, studies: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows of the effects with what the studies table says of each."""
    by_id = {row["study_id"]: row for row in _rows(studies)}
    keys = publications(by_id.values())
    ambiguous = set(effects.loc[effects["metric"] == AMBIGUOUS, "study_id"])
    for row in _rows(effects):
        study = by_id[row["study_id"]]
        yield {
            **row,
            "outcome_text": row["outcome"],
            "label": publication_label(study),
            "publication": keys[row["study_id"]],
            "study": study,
            "is_ambiguous": row["study_id"] in ambiguous,
        }


def _harmonised(row: dict[str, Any]) -> dict[str, Any]:
    study = row["study"]
    (intervention,) = intervention_codes(study["intervention_category"])
    size, source = _size(row)
    sign = -int(row["beneficial_sign"])
    lower, upper = sorted(sign * end for end in _printed_ends(row))
    return {
        **{name: row[name] for name in _KEPT},
        "year": study["year"],
        "iso3": _text(study["iso3"]),
        "is_lac": study["is_lac"],
        "intervention": intervention,
        "intervention_label": INTERVENTIONS[intervention].label,
        "outcome": _outcome(row),
        "independent_sample": _text(row["independent_sample"]),
        "measure": MEASURES[row["metric"]],
        "scale": scale_of(row["metric"], row["outcome_text"]),
        "effect": sign * size.effect,
        "standard_error": size.standard_error,
        "standard_error_source": source,
        "asymmetry": size.asymmetry,
        "printed_lower": lower,
        "printed_upper": upper,
        "printed_level": row["confidence_level"] / 100,
        "maryland_level": study["maryland_level"],
        "enters_a_mean": enters_a_mean(study["maryland_level"], row["derivation"]),
    }


def _outcome(row: dict[str, Any]) -> str:
    """Code of the outcome; empty where none, or no single one, was coded."""
    codes = outcome_codes(_text(row["outcome_category"]))
    return codes[0] if len(codes) == 1 else ""


def _why_unusable(row: dict[str, Any]) -> str:
    """First reason why an effect cannot be pooled; empty if it can."""
    return next((reason for reason, applies in _REASONS if applies(row)), NO_COMMON_SCALE.get(row["metric"], "")) or (
        "" if _has_error(row) else NO_ERROR
    )


def _has_error(row: dict[str, Any]) -> bool:
    return any(pd.notna(row[name]) for name in ("confidence_level", "standard_error", "p_value"))


def _is_certain(row: dict[str, Any]) -> bool:
    """Whether only a p-value is given, of an estimate that is exactly no effect."""
    without = pd.isna(row["confidence_level"]) and pd.isna(row["standard_error"])
    return bool(without and pd.notna(row["p_value"]) and row["metric"] in MEASURES and _on_scale(row, "estimate") == 0)


_REASONS: tuple[tuple[str, Callable[[dict[str, Any]], bool]], ...] = (
    (OFFICIAL_CLAIM, lambda row: row["derivation"] == "official_claim"),
    (CORRELATE, lambda row: row["beneficial_sign"] == 0),
    (POOLED, lambda row: row["study"]["kind"] == "review"),
    (SEVERAL, lambda row: len(intervention_codes(row["study"]["intervention_category"])) != 1),
    (
        AMBIGUOUS_STUDY,
        lambda row: row["metric"] in PERCENTS and row["is_ambiguous"],
    ),
    (NOTHING_LEFT, lambda row: row["metric"] in PERCENTS and row["estimate"] == -100),
    (CERTAIN, _is_certain),
)


def _size(row: dict[str, Any]) -> tuple[EffectSize, Source]:
    """Effect on its scale, with the standard error that says most: of the interval, published, of the p-value."""
    effect = _on_scale(row, "estimate")
    if pd.notna(row["confidence_level"]):
        lower, upper = _on_scale(row, "confidence_low"), _on_scale(row, "confidence_high")
        blur = halves_blur(row["metric"], *(float(row[f"{name}"]) for name in _PRINTED))
        return size_from_interval(effect, lower, upper, row["confidence_level"] / 100, blur), "interval"
    if pd.notna(row["standard_error"]):
        return EffectSize(effect, row["standard_error"] * slope(row["metric"], float(row["estimate"]))), "published"
    source: Source = "p_value_bound" if row["p_value_relation"] == "below" else "p_value"
    return EffectSize(effect, standard_error_from_p(effect, row["p_value"])), source


def _printed_ends(row: dict[str, Any]) -> tuple[float, float]:
    """Ends of the printed interval on the scale; nan where none of a known level was printed."""
    if pd.isna(row["confidence_level"]):
        return math.nan, math.nan
    return _on_scale(row, "confidence_low"), _on_scale(row, "confidence_high")


def _on_scale(row: dict[str, Any], name: str) -> float:
    return on_scale(row["metric"], float(row[name]))


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]
