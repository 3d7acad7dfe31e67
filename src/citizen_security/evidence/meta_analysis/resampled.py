"""How sure the mean and τ² are where no distribution is trusted: signs changed, studies and effects drawn again."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.readings import p_in_words
from citizen_security.evidence.studies.pooled_sample import Sample, ends_in_words
from citizen_security.methods.meta_analysis.pooling import Pooled
from citizen_security.methods.meta_analysis.resampling import PermutationTest, bootstrap, permutation_test
from citizen_security.words import counted, sentences

# Fewer studies drawn again are the same few.
FEWEST_TO_DRAW = 5

KINDS: dict[Literal["studies", "parametric"], str] = {
    "studies": "studies drawn again",
    "parametric": "effects drawn from the model",
}


@dataclass(frozen=True, eq=False)
class Resampled:
    """The mean and τ² by resampling.

    Attributes
    ----------
    signs : PermutationTest
        Of no mean effect, by changing signs.
    table : pandas.DataFrame
        `method`, `lower`, `upper` (of the mean), `tau_lower`, `tau_upper` (of τ), `samples`; the first row is the
        test's own interval, whose τ is not given.
    """

    signs: PermutationTest
    table: pd.DataFrame


def draw_again(sample: Sample, fit: Pooled, parameters: MetaAnalysis) -> Resampled:
    """Change signs, and draw studies and effects again.

    Parameters
    ----------
    sample : Sample
    fit : Pooled
        Without moderators.
    parameters : MetaAnalysis

    Returns
    -------
    Resampled
        Studies are drawn again where there are at least five, and not all with one effect.
    """
    samples = parameters.resamples_at_effort
    signs = permutation_test(
        sample.effect,
        sample.variance,
        estimator=parameters.estimator,
        test=parameters.test,
        replicates=samples,
        seed=parameters.seed,
    )
    rows = [("the test's own interval", *fit.interval, math.nan, math.nan, 0)]
    for kind in [kind for kind in KINDS if kind == "parametric" or sample.k >= FEWEST_TO_DRAW]:
        if kind == "studies" and np.ptp(sample.effect) == 0:
            rows.append(
                (f"{KINDS[kind]}: no interval, as all effects are equal", math.nan, math.nan, math.nan, math.nan, 0)
            )
            continue
        drawn = bootstrap(
            sample.effect,
            sample.variance,
            estimator=parameters.estimator,
            kind=kind,
            replicates=samples,
            seed=parameters.seed,
            confidence_level=parameters.confidence_level,
        )
        spread = (math.sqrt(end) for end in drawn.tau_squared_interval)
        rows.append((KINDS[kind], drawn.lower[0], drawn.upper[0], *spread, samples - drawn.failed))
    columns = ["method", "lower", "upper", "tau_lower", "tau_upper", "samples"]
    return Resampled(signs, pd.DataFrame(rows, columns=columns))


def resampling_sentence(sample: Sample, resampled: Resampled, confidence_level: float) -> str:
    """What changing signs says of no effect, and where draws from the model put the mean and τ.

    Parameters
    ----------
    sample : Sample
    resampled : Resampled
    confidence_level : float

    Returns
    -------
    str
    """
    signs = resampled.signs
    how = f"all {signs.arrangements:,}" if signs.is_exact else f"{signs.arrangements:,} random"
    said = f"if no effect had a direction, {how} changes of signs give {p_in_words(signs.p_value)}"
    if signs.is_exact and 2 / signs.arrangements > 1 - confidence_level:
        said += f", and {counted(sample.k, 'study', 'studies')} can give none below {2 / signs.arrangements:.2g}"
    drawn = resampled.table.iloc[-1]
    mean = ends_in_words(drawn["lower"], drawn["upper"], sample.measure)
    return sentences(
        [
            said,
            f"effects drawn from the fitted model put the mean at {mean} and τ at "
            f"{drawn['tau_lower']:.2f} to {drawn['tau_upper']:.2f} ({confidence_level:.0%} of the draws)",
        ]
    )
