"""What the compendium holds on each intervention: studies, what of them can be pooled, and what every one found."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy.stats import norm

from citizen_security.evidence.meta_analysis.analysis import FEWEST, pool_sample, prediction
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.prior_sensitivity import fit_bayesian
from citizen_security.evidence.studies.coding import DIRECTIONS, INTERVENTIONS, NOT_STATED, OUTCOMES
from citizen_security.evidence.studies.effect_sizes import AMBIGUOUS, OFFICIAL_CLAIM, unusable_effects
from citizen_security.evidence.studies.pooled_sample import UNITS, Sample, choose, in_words, without_subject
from citizen_security.methods.meta_analysis.pooling import Pooled

# Interventions with a page of their own.
PAGES = (
    "focused_deterrence",
    "hot_spots_policing",
    "cognitive_behavioural_therapy",
    "firearm_restriction",
    "alcohol_restriction",
    "cash_transfers",
    "urban_upgrading",
)

# Of one study, this many effects are told in a sentence; the rest are counted.
TOLD = 3


@dataclass(frozen=True, eq=False)
class Summary:
    """What the table holds on one intervention.

    Attributes
    ----------
    intervention, label : str
    studies, in_region, pooled_trials, reviews : int
        Evaluations and trials (reviews not counted), those with a site in Latin America and the Caribbean, those that
        are here because a review printed them, and reviews.
    outcome : str
        The outcome on which most studies can be pooled; empty if none can.
    sample : Sample
        Their effects; may hold no study.
    pooled : Pooled or None
        With fewer than two studies there is none.
    bayesian : tuple of float or None
        Posterior median of the mean effect and its interval.
    """

    intervention: str
    label: str
    studies: int
    in_region: int
    pooled_trials: int
    reviews: int
    outcome: str
    sample: Sample
    pooled: Pooled | None
    bayesian: tuple[float, float, float] | None


def summarise(coded: pd.DataFrame, harmonised: pd.DataFrame, parameters: MetaAnalysis) -> list[Summary]:
    """Summaries of every intervention of the coding scheme that has a study, in its order.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `gap_map.coded_studies`.
    harmonised : pandas.DataFrame
        From `effect_sizes.harmonised_effects`.
    parameters : MetaAnalysis
        Estimator, test, level and priors are taken from it.

    Returns
    -------
    list of Summary
    """
    outcomes = main_outcomes(harmonised)
    nothing = choose(harmonised.iloc[:0], "")
    found = []
    for code in INTERVENTIONS:
        outcome = outcomes.get(code, "")
        sample = choose(harmonised, code, outcome) if outcome else nothing
        found.append(_summary(code, coded, outcome, sample, parameters))
    return [summary for summary in found if summary.studies]


def main_outcomes(harmonised: pd.DataFrame) -> dict[str, str]:
    """The outcome of each intervention on which most studies can be pooled; of equals, the first of the scheme.

    Parameters
    ----------
    harmonised : pandas.DataFrame

    Returns
    -------
    dict of str to str
        Without interventions of which no effect is usable.
    """
    order = {code: position for position, code in enumerate(OUTCOMES)}
    usable = harmonised[harmonised["scale"].isin(list(UNITS)) & harmonised["outcome"].isin(list(order))]
    sizes = usable.groupby(["intervention", "outcome", "scale", "measure"])["study_id"].nunique().reset_index()
    sizes = sizes.assign(order=sizes["outcome"].map(order)).sort_values(
        ["study_id", "order"], ascending=[False, True], kind="stable"
    )
    return dict(sizes.drop_duplicates("intervention")[["intervention", "outcome"]].itertuples(index=False))


def table_of(summaries: list[Summary], level: float) -> pd.DataFrame:
    """One row for each intervention.

    Parameters
    ----------
    summaries : list of Summary
    level : float
        Of the interval of a single study.

    Returns
    -------
    pandas.DataFrame
        `intervention`, `label`, `studies`, `in_region`, `outcome`, `measure`, `pooled_studies`, `pooled_in_region`,
        `effect`, `lower`, `upper`, `new_lower`, `new_upper`, `tau_squared`, `i_squared`; a single study's own effect
        and normal interval stand where nothing is pooled, and `is_pooled` says so.
    """
    return pd.DataFrame([_row(summary, level) for summary in summaries])


def statement(summary: Summary, level: float) -> str:
    """What can be said of the effect, in a sentence: pooled, of a single study, or nothing.

    Parameters
    ----------
    summary : Summary
    level : float

    Returns
    -------
    str
    """
    sample = summary.sample
    if summary.pooled is not None:
        return _pooled_statement(summary, summary.pooled, level)
    if sample.k:
        row = _row(summary, level)
        found = _range(row["effect"], row["lower"], row["upper"], sample.measure, level)
        name = sample.studies["label"].iloc[0]
        several = "" if sample.studies["effects"].iloc[0] == 1 else " (the mean of its effects)"
        return (
            f"too few to pool, one study with an effect and its error on {_outcome(summary)}: {name}, {found}{several}"
        )
    return "too few to pool: no study published, where its facts were read, an effect with an error on a common scale"


def findings(studies: pd.DataFrame, effects: pd.DataFrame, coded: pd.DataFrame, intervention: str) -> str:
    """What each evaluation of an intervention found, as printed, in one paragraph; trials of a review are counted.

    Parameters
    ----------
    studies, effects : pandas.DataFrame
        Tables of those names.
    coded : pandas.DataFrame
        From `gap_map.coded_studies`.
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
        texts.append(f"{trials} trials that a review printed, listed in the notebook")
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


def _summary(code: str, coded: pd.DataFrame, outcome: str, sample: Sample, parameters: MetaAnalysis) -> Summary:
    mine = coded[[code in codes for codes in coded["interventions"]]]
    evaluated = mine[mine["group"] != "review"]
    pooled = pool_sample(sample, parameters) if sample.k >= FEWEST else None
    bayesian = None
    if pooled is not None:
        mean = fit_bayesian(sample, parameters).mu(parameters.level)
        bayesian = (mean.median, *mean.central)
    return Summary(
        intervention=code,
        label=INTERVENTIONS[code].label,
        studies=len(evaluated),
        in_region=int(evaluated["in_lac"].sum()),
        pooled_trials=int((evaluated["group"] == "pooled_trial").sum()),
        reviews=len(mine) - len(evaluated),
        outcome=outcome,
        sample=sample,
        pooled=pooled,
        bayesian=bayesian,
    )


def _row(summary: Summary, level: float) -> dict[str, Any]:
    sample, fit = summary.sample, summary.pooled
    effect, lower, upper = (math.nan,) * 3
    new = None
    if fit is not None:
        effect, (lower, upper), new = fit.effect, fit.interval, prediction(fit)
    elif sample.k:
        effect = float(sample.effect[0])
        half = float(norm.isf((1 - level) / 2)) * math.sqrt(float(sample.variance[0]))
        lower, upper = effect - half, effect + half
    new_lower, new_upper = new or (math.nan, math.nan)
    return {
        "intervention": summary.intervention,
        "label": summary.label,
        "studies": summary.studies,
        "in_region": summary.in_region,
        "outcome": OUTCOMES[summary.outcome].label if summary.outcome else "",
        "measure": sample.measure,
        "pooled_studies": sample.k,
        "pooled_in_region": int(sample.studies["is_lac"].sum()) if sample.k else 0,
        "effect": effect,
        "lower": lower,
        "upper": upper,
        "new_lower": new_lower,
        "new_upper": new_upper,
        "tau_squared": fit.tau_squared if fit else math.nan,
        "i_squared": fit.i_squared if fit else math.nan,
        "is_pooled": fit is not None,
    }


def _pooled_statement(summary: Summary, fit: Pooled, level: float) -> str:
    measure = summary.sample.measure
    text = f"{_range(fit.effect, *fit.interval, measure, level)}, pooled from {fit.k} studies on {_outcome(summary)}"
    new = prediction(fit)
    if new is None:
        return f"{text}; fewer than three studies give no prediction interval"
    return (
        f"{text}; the true effect of a new study like these is expected from {_ends(*new, measure)} "
        f"({level:.0%} prediction interval)"
    )


def _range(effect: float, lower: float, upper: float, measure: str, level: float) -> str:
    return f"{in_words(effect, measure)} ({level:.0%} interval: {_ends(lower, upper, measure)})"


def _ends(lower: float, upper: float, measure: str) -> str:
    """Ends of an interval, without saying twice what they are of."""
    return f"{without_subject(lower, measure)} to {without_subject(upper, measure)}"


def _outcome(summary: Summary) -> str:
    return OUTCOMES[summary.outcome].label.lower() if summary.outcome else "its outcome"


def _effects_of(effects: pd.DataFrame, studies: pd.DataFrame, study: str) -> pd.DataFrame:
    """Effects of a study with a mark on those that are official claims; correlates are left out."""
    mine = effects[(effects["study_id"] == study) & (effects["beneficial_sign"] != 0)]
    reasons = unusable_effects(mine, studies[studies["study_id"] == study]).set_index("effect_id")["reason"]
    return mine.assign(is_claim=mine["effect_id"].map(reasons).eq(OFFICIAL_CLAIM))


def _told(study: "pd.Series[Any]", effects: pd.DataFrame, *, where: bool = True) -> str:
    """Authors, year and place, then the effects as printed."""
    place = study["place"] if where and isinstance(study["place"], str) else ""
    head = f"{study['authors']} ({study['year']}){', ' + place if place else ''}"
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
        text += f" ({row['confidence_low']:g} to {row['confidence_high']:g})"
    return f"{text}, an official claim and no estimate" if row["is_claim"] else text


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
