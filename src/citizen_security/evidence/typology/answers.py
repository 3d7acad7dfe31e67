"""What the studies of each intervention in the figure say together, where two or more can be averaged."""

import math
from dataclasses import dataclass

import pandas as pd

from citizen_security.evidence.studies.coding import INTERVENTIONS, OUTCOMES
from citizen_security.evidence.studies.pooled_sample import (
    FEWEST_POOLED,
    Sample,
    ends_in_words,
    in_words,
    interval_of_one,
    pool_sample,
    sample_of_intervention,
)
from citizen_security.evidence.studies.region_evidence import main_outcomes
from citizen_security.evidence.typology.cells import Placed
from citizen_security.evidence.typology.parameters import Typology
from citizen_security.methods.meta_analysis.pooling import Pooled

NO_EFFECT = "no effect that may be averaged was read with its error"
ONE_STUDY = "one study alone, no average"


@dataclass(frozen=True, eq=False)
class Answer:
    """The average of one intervention on the outcome with most studies, or why there is none.

    Attributes
    ----------
    intervention : str
    outcome : str
        Empty where no effect can be averaged.
    sample : Sample or None
    pooled : Pooled or None
    reason : str
        Why nothing was averaged; empty where it was.
    confidence_level : float
        Of the interval.
    """

    intervention: str
    outcome: str
    sample: Sample | None
    pooled: Pooled | None
    reason: str
    confidence_level: float

    @property
    def effect(self) -> tuple[float, float, float]:
        """The average with its interval, or a single study's effect with its own; nan where there is none."""
        if self.pooled is not None:
            return self.pooled.effect, *self.pooled.interval
        if self.sample is None:
            return math.nan, math.nan, math.nan
        return float(self.sample.effect[0]), *interval_of_one(self.sample, self.confidence_level)

    @property
    def studies(self) -> int:
        """Studies with an effect that may be averaged."""
        return self.sample.k if self.sample is not None else 0

    @property
    def measure(self) -> str:
        """What the effect is a ratio or difference of; empty where there is none."""
        return self.sample.measure if self.sample is not None else ""

    @property
    def in_region(self) -> int:
        """Studies of the average with a site in the region."""
        return int(self.sample.studies["is_lac"].sum()) if self.sample is not None else 0


def answers(placed: Placed, harmonised: pd.DataFrame, parameters: Typology) -> list[Answer]:
    """Average the studies that are kept, intervention by intervention of the figure.

    Effects are of one outcome and one measure, that of most studies, as on the pages of interventions.

    Parameters
    ----------
    placed : Placed
    harmonised : pandas.DataFrame
        From `effect_sizes.harmonised_effects`.
    parameters : Typology

    Returns
    -------
    list of Answer
        In the order in which the figure's table names the interventions.
    """
    kept = harmonised[harmonised["study_id"].isin(placed.studies["study_id"])]
    outcomes = main_outcomes(kept)
    return [_answer(kept, code, outcomes.get(code, ""), parameters) for code in placed.interventions()]


def answer_table(placed: Placed, found: list[Answer]) -> pd.DataFrame:
    """One row a strategy and intervention of the figure.

    Parameters
    ----------
    placed : Placed
    found : list of Answer

    Returns
    -------
    pandas.DataFrame
        Strategy, Intervention, Outcome, Studies with an effect, Of the region, Effect, Interval; where nothing is
        averaged the reason stands beside a single study's effect or in its place.
    """
    of = {answer.intervention: answer for answer in found}
    pairs = placed.rows.dropna(subset=["intervention"]).drop_duplicates(["strategy", "intervention"])
    order = {part: at for at, part in enumerate(placed.parts["part"])}
    ranked = pairs.assign(order=pairs["strategy"].map(order)).sort_values("order", kind="stable")
    columns = ["Strategy", "Intervention", "Outcome", "Studies with an effect", "Of the region", "Effect", "Interval"]
    rows = [(row["strategy_label"], *_row(of[str(row["intervention"])])) for row in ranked.to_dict("records")]
    return pd.DataFrame(rows, columns=columns)


def with_averages(cells: pd.DataFrame, placed: Placed, found: list[Answer]) -> pd.DataFrame:
    """Cells of the figure with the average of each of their interventions that has one.

    Parameters
    ----------
    cells : pandas.DataFrame
        From `cells.cells`.
    placed : Placed
    found : list of Answer

    Returns
    -------
    pandas.DataFrame
        With averages: intervention, outcome, effect and interval in words, one of each intervention; empty without one.
    """
    of = {answer.intervention: _told(answer) for answer in found if answer.pooled is not None}
    told = [
        "; ".join(of[code] for code in placed.interventions(threat=threat, strategy=strategy) if code in of)
        for threat, strategy in zip(cells["threat"], cells["strategy"], strict=True)
    ]
    return cells.assign(averages=told)


def effects_table(found: list[Answer]) -> pd.DataFrame:
    """The averages as numbers, one row an intervention of the figure.

    Parameters
    ----------
    found : list of Answer

    Returns
    -------
    pandas.DataFrame
        intervention, outcome, measure, studies, in_region, effect, lower, upper (a single study's own
        where nothing is averaged, nan without one), reason.
    """
    columns = ["intervention", "outcome", "measure", "studies", "in_region", "effect", "lower", "upper", "reason"]
    rows = [(it.intervention, it.outcome, it.measure, it.studies, it.in_region, *it.effect, it.reason) for it in found]
    return pd.DataFrame(rows, columns=columns)


def _answer(kept: pd.DataFrame, code: str, outcome: str, parameters: Typology) -> Answer:
    level = parameters.confidence_level
    if not outcome:
        return Answer(code, "", None, None, NO_EFFECT, level)
    sample = sample_of_intervention(kept, code, outcome)
    if sample.k < FEWEST_POOLED:
        return Answer(code, outcome, sample, None, ONE_STUDY, level)
    return Answer(code, outcome, sample, pool_sample(sample, parameters), "", level)


def _told(answer: Answer) -> str:
    label, outcome, _, _, effect, ends = _row(answer)
    return f"{label}, {outcome}: {effect} ({ends})"


def _row(answer: Answer) -> tuple[str, str, int, int, str, str]:
    outcome = OUTCOMES[answer.outcome].label if answer.outcome else ""
    label = INTERVENTIONS[answer.intervention].label
    if answer.sample is None:
        return label, outcome, 0, 0, answer.reason, ""
    measure = answer.measure
    effect, lower, upper = answer.effect
    told = in_words(effect, measure)
    said = told if answer.pooled is not None else f"{told} ({answer.reason})"
    return label, outcome, answer.studies, answer.in_region, said, ends_in_words(lower, upper, measure)
