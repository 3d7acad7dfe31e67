"""Beliefs, counts and filters as the notebook has them, and the posterior of a filter by another way."""

import numpy as np
from scipy import stats

from citizen_security.evidence.selection_on_outcome.beliefs import Beliefs, BetaPrior
from citizen_security.evidence.selection_on_outcome.filters import Counts, filters
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome

DEFAULTS = SelectionOnOutcome.from_values({})
BELIEFS = Beliefs.of(DEFAULTS)
STORIES = {story.name: story for story in filters(DEFAULTS)}
REPORTED = Counts(84, 85)


def by_importance(counts, story, draws=500_000, seed=3):
    """The posterior by weighting draws from the prior: no quadrature, no spline, no log odds."""
    rng = np.random.default_rng(seed)
    theta, power, false = (
        rng.beta(*prior.shapes, draws) for prior in (BELIEFS.effective, BELIEFS.power, BELIEFS.false_positive)
    )
    ratio = rng.beta(*story.ratio.shapes, draws) if isinstance(story.ratio, BetaPrior) else story.ratio
    share = theta * power + (1 - theta) * false
    shown = share / (share + ratio * (1 - share))
    weights = stats.binom.pmf(counts.positive, counts.total, shown)
    return theta, share, ratio, weights / weights.sum()
