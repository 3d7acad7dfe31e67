"""Bodies of evidence: the studies that answer one question in one way, pooled."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.evidence.studies.coded_studies import RANDOMISED
from citizen_security.evidence.studies.coding import INTERVENTIONS, OUTCOMES
from citizen_security.evidence.studies.metrics import LOG_RATIO, LOG_RATIO_PER_DOSE, counts_of
from citizen_security.evidence.studies.pooled_sample import (
    FEWER_THAN_THREE,
    FEWEST_POOLED,
    Ends,
    Sample,
    by_publication,
    disagree,
    ends_in_words,
    expected_of_a_new_study,
    in_words,
    interval_of_one,
    pool_sample,
    publication_degrees,
    sample_of_intervention,
    without_subject,
)
from citizen_security.methods.arrays import Floats
from citizen_security.methods.meta_analysis.pooling import Pooled

type Triple = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Body:
    """Studies of one intervention on one outcome, with or without random assignment, and what they say together.

    Randomised studies and others are apart, since their certainty does not start at the same place.

    Attributes
    ----------
    intervention, outcome : str
        Codes.
    is_randomised : bool
    is_per_dose : bool
        Whether the effect is for each percentage point of coverage.
    sample : Sample
        One row a study.
    fit : Pooled or None
        None of a single study.
    confidence_level : float
    by_publication : tuple of float or None
        Mean and its interval with the effects of a publication taken together, where one holds several studies.
    publication_degrees : float or None
        Degrees of freedom that the publications leave for that mean.
    """

    intervention: str
    outcome: str
    is_randomised: bool
    is_per_dose: bool
    sample: Sample
    fit: Pooled | None
    confidence_level: float
    by_publication: Triple | None
    publication_degrees: float | None = None

    @property
    def effect(self) -> Triple:
        """Pooled effect and its interval, or those of the one study: as printed, or with a normal interval."""
        if self.fit is not None:
            return self.fit.effect, *self.fit.interval
        return float(self.sample.effect[0]), *interval_of_one(self.sample, self.confidence_level)

    @property
    def contradiction(self) -> Triple | None:
        """The mean by publication, where it and the one by study disagree about no change."""
        together = self.by_publication
        return together if together and disagree(self.effect[1:], together[1:]) else None

    @property
    def widest(self) -> tuple[float, float]:
        """The wider of the intervals by study and by publication: what imprecision is judged by."""
        ends = [it[1:] for it in (self.effect, self.by_publication) if it]
        return max(ends, key=lambda it: it[1] - it[0])

    @property
    def prediction(self) -> tuple[float, float] | None:
        """Where the true effect of a new study like these is expected; none where nothing says."""
        return None if isinstance(self._prediction, str) else self._prediction

    @property
    def _prediction(self) -> Ends | str:
        """The same, or why there is none."""
        return FEWER_THAN_THREE if self.fit is None else expected_of_a_new_study(self.fit)

    @property
    def weights(self) -> Floats:
        """Share of each study in the effect; shape (k,)."""
        return np.ones(1) if self.fit is None else self.fit.weights

    @property
    def events(self) -> int | None:
        """Events in both groups of all studies; none where not every study's counts are known."""
        counts = [counts_of(text) for text in self.sample.effects["derivation"]]
        return sum(known[0] + known[2] for known in counts if known) if all(counts) else None

    @property
    def effect_in_words(self) -> str:
        """Effect with its interval: `rate 14% lower (95% interval: 21% to 5% lower)`."""
        effect, lower, upper = self.effect
        measure, level = self.sample.measure, f"{self.confidence_level:.0%} interval"
        if not self.is_per_dose:
            return f"{in_words(effect, measure)} ({level}: {ends_in_words(lower, upper, measure)}){self._together}"
        ends = _ends(_percent(lower), _percent(upper))
        return f"rate {_percent(effect)} for each percentage point of coverage ({level}: {ends})"

    @property
    def _together(self) -> str:
        """The mean by publication, where it contradicts; empty elsewhere."""
        if self.contradiction is None:
            return ""
        effect, lower, upper = self.contradiction
        measure = self.sample.measure
        return f"; by publication {without_subject(effect, measure)} ({ends_in_words(lower, upper, measure)})"

    @property
    def prediction_in_words(self) -> str:
        """Prediction interval, or why there is none."""
        found = self._prediction
        return f"none {found}" if isinstance(found, str) else ends_in_words(*found, self.sample.measure)

    def share(self, flags: "pd.Series[bool]") -> float:
        """Share of the weight that lies in some of the studies.

        Parameters
        ----------
        flags : pandas.Series of bool, length k
            In the order of the sample's studies.
        """
        return float(self.weights[flags.to_numpy(dtype=bool)].sum())


def bodies_of_evidence(harmonised: pd.DataFrame, parameters: Certainty) -> list[Body]:
    """Every body of evidence with an effect, in the order of interventions and outcomes of the coding scheme.

    Effects on several outcomes are never averaged, nor effects on different measures: of one outcome the measure of
    most studies is taken, and those on other measures have a body of their own.

    Parameters
    ----------
    harmonised : pandas.DataFrame
        From `effect_sizes.harmonised_effects`.
    parameters : Certainty

    Returns
    -------
    list of Body
        Randomised before others.
    """
    interventions, outcomes = list(INTERVENTIONS), list(OUTCOMES)
    return sorted(
        _bodies(harmonised, parameters),
        key=lambda it: (interventions.index(it.intervention), outcomes.index(it.outcome), not it.is_randomised),
    )


def table_of_bodies(bodies: list[Body]) -> pd.DataFrame:
    """One row a body: what is asked, of how many studies, and the effect.

    Parameters
    ----------
    bodies : list of Body

    Returns
    -------
    pandas.DataFrame
        `intervention`, `outcome`, `is_randomised`, `measure`, `studies`, `publications`, `effects`, `in_region`
        (studies), `effect`, `lower`, `upper`, `publications_lower`, `publications_upper`,
        `new_lower`, `new_upper`, `i_squared`, `events`.
    """
    return pd.DataFrame([_row(body) for body in bodies])


def _bodies(harmonised: pd.DataFrame, parameters: Certainty) -> Iterator[Body]:
    rows = harmonised[harmonised["outcome"] != ""]
    is_randomised = (rows["maryland_level"] == RANDOMISED).fillna(False)
    groups = rows.groupby([rows["intervention"], rows["outcome"], is_randomised, rows["scale"], rows["measure"]])
    for key, mine in groups:
        intervention, outcome, randomised, scale, _ = cast(tuple[str, str, bool, str, str], key)
        # Of one dose as of one programme: both are ratios, and they are never in one body.
        sample = sample_of_intervention(mine.replace({"scale": {LOG_RATIO_PER_DOSE: LOG_RATIO}}), intervention, outcome)
        # Several studies of which the table of levels lets none into a mean.
        if not sample.k:
            continue
        fit = pool_sample(sample, parameters) if sample.k >= FEWEST_POOLED else None
        yield Body(
            intervention=intervention,
            outcome=outcome,
            is_randomised=bool(randomised),
            is_per_dose=scale == LOG_RATIO_PER_DOSE,
            sample=sample,
            fit=fit,
            confidence_level=parameters.confidence_level,
            by_publication=by_publication(sample, parameters.working_correlation, parameters.confidence_level),
            publication_degrees=publication_degrees(
                sample, parameters.working_correlation, parameters.confidence_level
            ),
        )


def _row(body: Body) -> dict[str, Any]:
    effect, lower, upper = body.effect
    new_lower, new_upper = body.prediction or (np.nan, np.nan)
    return {
        "intervention": body.intervention,
        "outcome": body.outcome,
        "is_randomised": body.is_randomised,
        "measure": body.sample.measure,
        "studies": body.sample.k,
        "publications": body.sample.publications,
        "effects": len(body.sample.effects),
        "in_region": int(body.sample.studies["is_lac"].sum()),
        "effect": effect,
        "lower": lower,
        "upper": upper,
        "publications_lower": np.nan if body.by_publication is None else body.by_publication[1],
        "publications_upper": np.nan if body.by_publication is None else body.by_publication[2],
        "new_lower": new_lower,
        "new_upper": new_upper,
        "i_squared": np.nan if body.fit is None else body.fit.i_squared,
        "events": np.nan if body.events is None else body.events,
    }


def _ends(first: str, last: str) -> str:
    """Two ends that say no word twice: `0.4% to 0.2% lower`."""
    number, _, side = first.partition(" ")
    return f"{number if last.endswith(side) else first} to {last}"


def _percent(effect: float) -> str:
    """A small change in per cent with one decimal more than others have."""
    change = 100 * float(np.expm1(effect))
    return f"{abs(change):.1f}% {'lower' if change < 0 else 'higher'}"
