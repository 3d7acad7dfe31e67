"""Effects of published studies on a scale on which they can be pooled, and the reason for each that cannot be.

Ratios are pooled as logs, differences of means in standard deviations. A standard error is read, or follows from an
interval or a p-value, or is missing; none is invented.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from citizen_security.evidence.studies.coding import INTERVENTIONS, intervention_codes, outcome_codes, scheme
from citizen_security.methods.meta_analysis.effect_sizes import (
    EffectSize,
    log_odds_ratio,
    log_ratio_of_percent,
    size_from_interval,
    standard_error_from_p,
)
from citizen_security.parameters import unknown

type Source = Literal["interval", "published", "p_value", "p_value_bound"]

LOG_RATIO = "log_ratio"
# A slope in a dose is no effect of having a programme: the two must not be pooled.
LOG_RATIO_PER_DOSE = "log_ratio_per_percentage_point_of_coverage"
MEAN_DIFFERENCE = "standardised_mean_difference"

RATIOS = ("rate_ratio", "odds_ratio")
PERCENTS = ("percent_change", "percent_vs_expected")
MEAN_DIFFERENCES = ("cohens_d", "sd_units")

# What an effect is a ratio or difference of, whatever it was printed as.
MEASURES: Mapping[str, str] = {
    "rate_ratio": "rate_ratio",
    "odds_ratio": "odds_ratio",
    "log_odds_ratio": "odds_ratio",
    "percent_change": "rate_ratio",
    "percent_vs_expected": "rate_ratio",
    "cohens_d": MEAN_DIFFERENCE,
    "sd_units": MEAN_DIFFERENCE,
}

AMBIGUOUS = "did_beta_outcome_scale_ambiguous"

NO_COMMON_SCALE: Mapping[str, str] = {
    "direction": "only a direction was published",
    "percent_change_bound": "a bound on the effect, not an estimate of it",
    "percent_change_per_month": "a slope a month, which is no ratio of two levels",
    "percentage_points": "percentage points, whose base rate was not published with a standard error",
    "per_100k": "a difference of rates, whose base rate was not published with a standard error",
    "count": "a number of events, without the number to compare it with",
    "count_per_month": "a difference of counts, without the counts",
    "elasticity": "an elasticity: per cent for each per cent of a dose, not the effect of a programme",
    AMBIGUOUS: ("a regression coefficient of which it is unclear whether the outcome was the rate or its log"),
}

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

_MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>|&(?:[a-zA-Z]+|#\d+);")
_FORMULA = re.compile(r"^\s*[=+@]|^\s*-\w+\(|\$[^$]*[\\^_{][^$]*\$|\\[a-zA-Z]+\{")
_DOSE = re.compile(r"\bper 1 ?%")
# “10/19, control 23/29”: events and others; “19/46 vs 4/35”: events and all.
_EVENTS_AND_OTHERS = re.compile(r"CBT rec/non (\d+)/(\d+), control rec/non (\d+)/(\d+)")
_EVENTS_AND_ALL = re.compile(r"counts (\d+)/(\d+) vs (\d+)/(\d+)")

# Log odds ratios are kept with six decimals.
PRINTED = 2e-6


class MalformedEffects(ValueError):
    """Rows that cannot be what a study published.

    Parameters
    ----------
    problems : iterable of str
        One sentence for each: row, what it holds, rule.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems) + ". Correct the rows against the publication.")


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
        difference of), scale (only effects on one scale, and better of one measure, may be pooled), effect,
        standard_error, standard_error_source (`interval`, `published`, `p_value`; `p_value_bound` where p was only
        said to lie below a figure and was taken to equal it, so that the error is the largest possible), asymmetry,
        derivation, maryland_level.

    Raises
    ------
    MalformedEffects
        With each row that cannot be what a study published, and the rule that it breaks.
    """
    refuse_malformed(effects, studies)
    usable = [_harmonised(row) for row in _joined(effects, studies) if not _why_unusable(row)]
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


def refuse_malformed(effects: pd.DataFrame, studies: pd.DataFrame) -> None:
    """Refuse rows that no publication can hold.

    Raises
    ------
    MalformedEffects
        If a study lacks a year or has markup or a formula in its title or authors; if an effect is of an unknown study,
        metric, outcome or intervention, its interval does not contain the estimate, its standard error is not above
        zero, its p-value is no probability, a ratio is not above zero, a change lies below −100 %, or its counts give
        another effect.
    """
    interventions = dict(zip(studies["study_id"], studies["intervention_category"], strict=True))
    problems = [
        *(problem for row in _rows(studies) for problem in _problems_of_study(row)),
        *(problem for row in _rows(effects) for problem in _problems_of_effect(row, interventions)),
    ]
    if problems:
        raise MalformedEffects(problems)


def counts_of(derivation: str) -> tuple[int, int, int, int] | None:
    """The 2×2 table that an effect was computed from, where its derivation gives one.

    Parameters
    ----------
    derivation : str
        Of the table of effects.

    Returns
    -------
    tuple of int or None
        Treated persons with and without the event, then those of the control group.
    """
    if printed := _EVENTS_AND_OTHERS.search(derivation):
        treated, treated_others, control, control_others = map(int, printed.groups())
        return treated, treated_others, control, control_others
    if printed := _EVENTS_AND_ALL.search(derivation):
        treated, treated_all, control, control_all = map(int, printed.groups())
        return treated, treated_all - treated, control, control_all - control
    return None


_COLUMNS = {
    "effect_id": "str",
    "study_id": "str",
    "label": "str",
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
    "derivation": "str",
    "maryland_level": "Int64",
}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _joined(effects: pd.DataFrame, studies: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows of the effects with what the studies table says of each."""
    by_id = {row["study_id"]: row for row in _rows(studies)}
    ambiguous = set(effects.loc[effects["metric"] == AMBIGUOUS, "study_id"])
    for row in _rows(effects):
        study = by_id[row["study_id"]]
        yield {
            **row,
            "outcome_text": row["outcome"],
            "label": f"{study['authors']} ({int(study['year'])})",
            "study": study,
            "is_ambiguous": row["study_id"] in ambiguous,
        }


def _harmonised(row: dict[str, Any]) -> dict[str, Any]:
    study = row["study"]
    (intervention,) = intervention_codes(study["intervention_category"])
    size, source = _size(row)
    sign = -int(row["beneficial_sign"])
    return {
        **{name: row[name] for name in ("effect_id", "study_id", "label", "outcome_text", "metric", "derivation")},
        "year": study["year"],
        "iso3": _text(study["iso3"]),
        "is_lac": study["is_lac"],
        "intervention": intervention,
        "intervention_label": INTERVENTIONS[intervention].label,
        "outcome": _outcome(row),
        "measure": MEASURES[row["metric"]],
        "scale": _scale(row),
        "effect": sign * size.effect,
        "standard_error": size.standard_error,
        "standard_error_source": source,
        "asymmetry": size.asymmetry,
        "maryland_level": study["maryland_level"],
    }


def _outcome(row: dict[str, Any]) -> str:
    """Code of the outcome; empty where none, or no single one, was coded."""
    codes = outcome_codes(_text(row["outcome_category"]))
    return codes[0] if len(codes) == 1 else ""


def _scale(row: dict[str, Any]) -> str:
    if row["metric"] in MEAN_DIFFERENCES:
        return MEAN_DIFFERENCE
    return LOG_RATIO_PER_DOSE if _DOSE.search(row["outcome_text"]) else LOG_RATIO


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
        return size_from_interval(effect, lower, upper, row["confidence_level"] / 100, _rounding(row)), "interval"
    if pd.notna(row["standard_error"]):
        return EffectSize(effect, row["standard_error"] * _slope(row)), "published"
    source: Source = "p_value_bound" if row["p_value_relation"] == "below" else "p_value"
    return EffectSize(effect, standard_error_from_p(effect, row["p_value"])), source


def _on_scale(row: dict[str, Any], name: str) -> float:
    value = float(row[name])
    if row["metric"] in RATIOS:
        return float(np.log(value))
    return log_ratio_of_percent(value) if row["metric"] in PERCENTS else value


def _slope(row: dict[str, Any]) -> float:
    """Change on the scale of pooling per unit of the metric, at the estimate: carries a standard error over."""
    if row["metric"] in RATIOS:
        return 1 / float(row["estimate"])
    return 1 / (100 + float(row["estimate"])) if row["metric"] in PERCENTS else 1.0


def _rounding(row: dict[str, Any]) -> float:
    """By how much the halves of an interval may differ only because its three figures were printed rounded."""
    names = ("confidence_low", "confidence_high", "estimate", "estimate")
    decimals = max(_decimals(row[name]) for name in names)
    return sum(_slope({**row, "estimate": row[name]}) for name in names) * 0.5 * 10.0**-decimals


def _decimals(value: float) -> int:
    return len(repr(float(value)).partition(".")[2].rstrip("0"))


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


# --- rows that cannot be ----------------------------------------------------------------------------------------------


def _problems_of_study(row: dict[str, Any]) -> Iterator[str]:
    name = f"study {row['study_id']!r}"
    if pd.isna(row["year"]):
        yield f"{name} has no year; give the year of publication"
    for field in ("title", "authors"):
        text = _text(row[field])
        if _MARKUP.search(text):
            yield f"{name} has markup in its {field} ({text!r}); keep the words only"
        elif _FORMULA.search(text):
            yield f"{name} has a formula in its {field} ({text!r}); write it in words"


def _problems_of_effect(row: dict[str, Any], interventions: Mapping[str, str]) -> Iterator[str]:
    name = f"effect {row['effect_id']!r}"
    if row["study_id"] not in interventions:
        yield unknown("study_id", row["study_id"], interventions, name)
    else:
        yield from _problems_of_intervention(row["study_id"], interventions[row["study_id"]])
    words = _text(row["outcome_category"])
    if _is_unknown(outcome_codes, words):
        yield unknown("outcome_category", words, scheme().known_terms("outcome_category"), name)
    metrics = (*MEASURES, *NO_COMMON_SCALE)
    if row["metric"] not in metrics:
        yield unknown("metric", str(row["metric"]), metrics, name)
        return
    yield from (f"{name} {problem}" for problem in _problems_of_figures(row))


def _problems_of_intervention(study_id: str, words: str) -> Iterator[str]:
    if _is_unknown(intervention_codes, words):
        terms = scheme().known_terms("intervention_category")
        yield unknown("intervention_category", words, terms, f"study {study_id!r}")


def _is_unknown(code: Callable[[str], object], words: str) -> bool:
    try:
        code(words)
    except KeyError:
        return True
    return False


def _problems_of_figures(row: dict[str, Any]) -> Iterator[str]:
    estimate, low, high = (row[name] for name in ("estimate", "confidence_low", "confidence_high"))
    given = [value for value in (estimate, low, high) if pd.notna(value)]
    if row["metric"] != "direction" and pd.isna(estimate):
        yield f"has no estimate on the metric {row['metric']}; give it, or the metric direction"
    if row["metric"] in RATIOS and any(value <= 0 for value in given):
        yield f"has a ratio of {min(given):g}; a ratio is above zero"
    if row["metric"] in (*PERCENTS, "percent_change_bound") and any(value < -100 for value in given):
        yield f"has a change of {min(given):g} %; nothing falls by more than 100 %"
    yield from _problems_of_error(row)
    if counts := counts_of(_text(row["derivation"])):
        yield from _problems_of_counts(row, counts)


def _problems_of_error(row: dict[str, Any]) -> Iterator[str]:
    estimate, low, high, level = (
        row[name] for name in ("estimate", "confidence_low", "confidence_high", "confidence_level")
    )
    if pd.notna(low) != pd.notna(high):
        yield "has one bound of an interval; give both"
    elif pd.notna(low) and pd.notna(estimate) and not (low <= estimate <= high and low < high):
        yield f"has an interval from {low:g} to {high:g} that does not contain the estimate {estimate:g}"
    elif pd.isna(low) and pd.notna(level):
        yield f"has a confidence level of {level:g} % and no interval"
    if pd.notna(row["standard_error"]) and not row["standard_error"] > 0:
        yield f"has a standard error of {row['standard_error']:g}; it is above zero"
    if pd.notna(row["p_value"]) and not 0 < row["p_value"] <= 1:
        yield f"has a p-value of {row['p_value']:g}; it lies above 0 and is at most 1"


def _problems_of_counts(row: dict[str, Any], counts: tuple[int, int, int, int]) -> Iterator[str]:
    """Whether the counts of a derivation, whose cells are all above zero, give the log odds ratio of the row."""
    if min(counts) <= 0:
        yield f"has a cell of {min(counts)} in the counts of its derivation; use a metric for zero cells"
        return
    computed = log_odds_ratio(*counts)
    pairs = ((computed.effect, row["estimate"]), (computed.standard_error, row["standard_error"]))
    if any(abs(ours - printed) > PRINTED for ours, printed in pairs):
        yield (
            f"has counts that give {computed.effect:.6f} with standard error {computed.standard_error:.6f}, "
            f"not {row['estimate']:g} with {row['standard_error']:g}"
        )
