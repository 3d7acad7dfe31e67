"""What every study and review of an intervention found, as printed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from citizen_security.evidence.studies.coding import DIRECTIONS, NOT_STATED
from citizen_security.evidence.studies.effect_sizes import OFFICIAL_CLAIM, unusable_effects
from citizen_security.evidence.studies.metrics import AMBIGUOUS
from citizen_security.evidence.studies.pages import PAGES
from citizen_security.words import attributed, counted

# Of one study, this many effects are told in a sentence; the rest are counted.
TOLD = 3
COLUMNS = ["intervention", "kind", "study", "place", "maryland_level", "found", "doi"]
DOUBT_COLUMNS = ["intervention", "row", "doubt", "what", "answer", "is_answered"]


def findings(
    studies: pd.DataFrame, effects: pd.DataFrame, coded: pd.DataFrame, interventions: Sequence[str] = PAGES
) -> pd.DataFrame:
    """What each evaluation and each review of some interventions found, as printed, a row each.

    Parameters
    ----------
    studies, effects : pandas.DataFrame
        Tables of those names.
    coded : pandas.DataFrame
        From `coded_studies`.
    interventions : sequence of str
        Codes; those with a page of their own by default.

    Returns
    -------
    pandas.DataFrame
        intervention, kind (evaluation, review, pooled_trial), study, place, maryland_level, found, doi; within an
        intervention evaluations, then reviews, each by year. Trials that a review printed are one row that counts them.
    """
    rows = [row for code in interventions for row in _rows_of(code, studies, effects, coded)]
    return pd.DataFrame(rows, columns=COLUMNS)


def doubts_by_intervention(
    doubts: pd.DataFrame, effects: pd.DataFrame, coded: pd.DataFrame, interventions: Sequence[str] = PAGES
) -> pd.DataFrame:
    """Doubts about rows of studies and effects, under each intervention that the row's study is of.

    Parameters
    ----------
    doubts : pandas.DataFrame
        From `row_checks.doubts`.
    effects : pandas.DataFrame
        Table of that name.
    coded : pandas.DataFrame
        From `coded_studies`.
    interventions : sequence of str
        Codes; those with a page of their own by default.

    Returns
    -------
    pandas.DataFrame
        intervention, row, doubt, what, answer, is_answered; in the order of the interventions, then of the doubts.
    """
    study_of = dict(zip(effects["effect_id"], effects["study_id"], strict=True))
    codes_of = dict(zip(coded["study_id"], coded["interventions"], strict=True))
    studies = [
        study_of[row] if table == "effects" else row for table, row in zip(doubts["table"], doubts["row"], strict=True)
    ]
    codes = [codes_of[study] for study in studies]
    parts = [
        doubts[[code in mine for mine in codes]].assign(intervention=code)[DOUBT_COLUMNS] for code in interventions
    ]
    return pd.concat(parts, ignore_index=True)


def _rows_of(code: str, studies: pd.DataFrame, effects: pd.DataFrame, coded: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    mine = coded[[code in codes for codes in coded["interventions"]]].sort_values(["year", "study_id"])
    for kind in ("evaluation", "review"):
        for _, study in mine[mine["group"] == kind].iterrows():
            told = _found(study, _effects_of(effects, studies, str(study["study_id"])))
            name = f"{attributed(study['authors'], study['title'])} ({study['year']})"
            place = study["place"] if kind == "evaluation" and isinstance(study["place"], str) else ""
            yield code, kind, name, place, study["maryland_level"], told, study["doi"]
    if trials := int((mine["group"] == "pooled_trial").sum()):
        name = f"{counted(trials, 'study', 'studies')} that a review printed"
        yield code, "pooled_trial", name, "", None, "listed in the notebook", None


def _effects_of(effects: pd.DataFrame, studies: pd.DataFrame, study: str) -> pd.DataFrame:
    """Effects of a study with a mark on those that are official claims; correlates are left out."""
    mine = effects[(effects["study_id"] == study) & (effects["beneficial_sign"] != 0)]
    reasons = unusable_effects(mine, studies[studies["study_id"] == study]).set_index("effect_id")["reason"]
    return mine.assign(is_claim=mine["effect_id"].map(reasons).eq(OFFICIAL_CLAIM))


def _found(study: "pd.Series[Any]", effects: pd.DataFrame) -> str:
    """The effects as printed, or that no figure was read."""
    texts = [_printed(row) for _, row in effects.iterrows()]
    if not texts:
        return f"no figure read, {_direction(study)}"
    more = f", and {len(texts) - TOLD} more" if len(texts) > TOLD else ""
    return f"{', '.join(texts[:TOLD])}{more}"


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
        return "range, no confidence interval: "
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
