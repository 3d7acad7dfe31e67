"""What every study and review of an intervention found, as printed."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from citizen_security.evidence.studies.coding import DIRECTIONS, NOT_STATED
from citizen_security.evidence.studies.effect_sizes import OFFICIAL_CLAIM, unusable_effects
from citizen_security.evidence.studies.metrics import AMBIGUOUS
from citizen_security.words import attributed

# Of one study, this many effects are told in a sentence; the rest are counted.
TOLD = 3


def findings(studies: pd.DataFrame, effects: pd.DataFrame, coded: pd.DataFrame, intervention: str) -> str:
    """What each evaluation of an intervention found, as printed, in one paragraph; trials of a review are counted.

    Parameters
    ----------
    studies, effects : pandas.DataFrame
        Tables of those names.
    coded : pandas.DataFrame
        From `coded_studies`.
    intervention : str

    Returns
    -------
    str
    """
    mine = coded[[intervention in codes for codes in coded["interventions"]]]
    told = mine[mine["group"] == "evaluation"].sort_values(["year", "study_id"])
    texts = [_told(row, _effects_of(effects, studies, str(row["study_id"]))) for _, row in told.iterrows()]
    trials = int((mine["group"] == "pooled_trial").sum())
    if trials:
        texts.append(f"{trials} studies that a review printed, listed in the notebook")
    return _numbered(texts)


def reviews(effects: pd.DataFrame, studies: pd.DataFrame, coded: pd.DataFrame, intervention: str) -> str:
    """What the reviews of an intervention pooled, as printed, in one paragraph; empty where the table has none.

    Parameters
    ----------
    effects, studies : pandas.DataFrame
    coded : pandas.DataFrame
    intervention : str

    Returns
    -------
    str
    """
    mine = coded[[intervention in codes for codes in coded["interventions"]]]
    told = mine[mine["group"] == "review"].sort_values(["year", "study_id"])
    texts = [_told(row, _effects_of(effects, studies, str(row["study_id"])), where=False) for _, row in told.iterrows()]
    return _numbered(texts) or "no review of this intervention alone"


def _effects_of(effects: pd.DataFrame, studies: pd.DataFrame, study: str) -> pd.DataFrame:
    """Effects of a study with a mark on those that are official claims; correlates are left out."""
    mine = effects[(effects["study_id"] == study) & (effects["beneficial_sign"] != 0)]
    reasons = unusable_effects(mine, studies[studies["study_id"] == study]).set_index("effect_id")["reason"]
    return mine.assign(is_claim=mine["effect_id"].map(reasons).eq(OFFICIAL_CLAIM))


def _told(study: "pd.Series[Any]", effects: pd.DataFrame, *, where: bool = True) -> str:
    """Authors, year and place, then the effects as printed."""
    place = study["place"] if where and isinstance(study["place"], str) else ""
    head = f"{attributed(study['authors'], study['title'])} ({study['year']}){', ' + place if place else ''}"
    texts = [_printed(row) for _, row in effects.iterrows()]
    if not texts:
        return f"{head}: no figure read, {_direction(study)}"
    more = f", and {len(texts) - TOLD} more" if len(texts) > TOLD else ""
    return f"{head}: {', '.join(texts[:TOLD])}{more}"


def _numbered(texts: list[str]) -> str:
    """One paragraph in which each entry can be found."""
    return texts[0] if len(texts) == 1 else "; ".join(f"({number}) {text}" for number, text in enumerate(texts, 1))


def _direction(study: "pd.Series[Any]") -> str:
    code = str(study["direction"])
    return "direction not stated" if code == NOT_STATED else f"direction as stated: {DIRECTIONS[code].label.lower()}"


def _printed(row: "pd.Series[Any]") -> str:
    metric, estimate = str(row["metric"]), row["estimate"]
    text = f"{row['outcome']} {_FORMATS.get(metric, _plain)(estimate)}" if pd.notna(estimate) else str(row["outcome"])
    if metric == "direction":
        text = f"{row['outcome']} (no figure)"
    if pd.notna(row["confidence_low"]):
        text += f" ({_level(row['confidence_level'])}{row['confidence_low']:g} to {row['confidence_high']:g})"
    return f"{text}, an official claim and no estimate" if row["is_claim"] else text


def _level(level: Any) -> str:
    """Level of a printed interval, as its name."""
    if pd.isna(level):
        return "interval of unknown level: "
    return f"{level:g}% interval: "


def _plain(value: Any) -> str:
    return f"{value:+g}".replace("-", "−")


def _ratio(value: Any) -> str:
    return f"ratio {value:g}"


_FORMATS: Mapping[str, Callable[[Any], str]] = {
    "percent_change": lambda value: f"{_plain(value)}%",
    "percent_vs_expected": lambda value: f"{_plain(value)}% of what was expected",
    "percent_change_bound": lambda value: f"{_plain(value)}%",
    "rate_ratio": _ratio,
    "odds_ratio": _ratio,
    "log_odds_ratio": lambda value: f"log odds ratio {_plain(value)}",
    "cohens_d": lambda value: f"{_plain(value)} standard deviations",
    "sd_units": lambda value: f"{_plain(value)} standard deviations",
    "elasticity": lambda value: f"elasticity {_plain(value)}",
    "percentage_points": lambda value: f"{_plain(value)} percentage points",
    "per_100k": lambda value: f"{_plain(value)} per 100,000",
    AMBIGUOUS: lambda value: f"coefficient {_plain(value)}, of the rate or of its logarithm",
}
