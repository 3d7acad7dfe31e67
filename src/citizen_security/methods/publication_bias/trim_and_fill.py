"""Trim and fill: studies that a symmetric funnel would need, estimated from ranks and added as mirror images.

References
----------
Duval and Tweedie (2000), Journal of the American Statistical Association 95(449); Biometrics 56(2).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import nbinom, rankdata

from .. import require
from ..arrays import Floats
from ..meta_analysis.names import Estimator, Test
from ..meta_analysis.pooling import NotEnoughStudies, Pooled, pool
from ..meta_analysis.study_values import effects_and_variances

type Side = Literal["left", "right"]
type MissingEstimator = Literal["L0", "R0", "Q0"]

FEWEST_STUDIES = 3

# Of an effect: a centre is a mean of the effects, and differs from one that they share by so much at most.
ROUNDING = 1e-12

# The published algorithm settles within a handful of steps; a cycle would go on for ever.
STEPS = 100


@dataclass(frozen=True, eq=False)
class TrimAndFill:
    """Studies taken to be missing, and the effect with them.

    Attributes
    ----------
    missing : int
        Estimated number of missing studies.
    p_value : float
        For no missing study, with R0; `nan` for the others, whose distribution is not known.
    side : str
        Where they are missing.
    filled_effect, filled_variance : numpy.ndarray, shape (missing,)
        The studies added: mirror images of the most extreme ones on the other side.
    pooled : Pooled
        Of all studies, filled ones included.
    """

    missing: int
    p_value: float
    side: Side
    filled_effect: Floats
    filled_variance: Floats
    pooled: Pooled


class NotSettled(RuntimeError):
    """Trim and fill went back and forth between numbers of missing studies."""


def trim_and_fill(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    side: Side,
    missing_estimator: MissingEstimator = "L0",
    estimator: Estimator = "restricted_maximum_likelihood",
    test: Test = "knapp_hartung",
    confidence_level: float = 0.95,
) -> TrimAndFill:
    """Trim the studies without a mirror image, find the centre, put them back with their images.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    side : str
        Where studies are taken to be missing: `right` for effects larger than the centre.
    missing_estimator : str
        L0, R0 or Q0 of Duval and Tweedie. R0 counts the run at the far end, and is blind to a single outlier.
    estimator, test, confidence_level
        As in `pool`.

    Returns
    -------
    TrimAndFill

    Raises
    ------
    NotEnoughStudies
        With fewer than three studies.
    NotSettled
        If the number of missing studies does not settle.
    ValueError
        As `pool`.
    """
    require.one_of("missing_estimator", missing_estimator, MissingEstimator)
    require.one_of("side", side, Side)
    require.level("confidence_level", confidence_level)
    given, variances = effects_and_variances(effect, variance)
    if len(given) < FEWEST_STUDIES:
        raise NotEnoughStudies(f"{len(given)} studies; trim and fill needs at least {FEWEST_STUDIES}.")
    # The algorithm is written for studies missing on the left; the other side is its mirror image.
    mirror = 1.0 if side == "left" else -1.0
    order = np.argsort(mirror * given, kind="stable")
    effects, spreads = mirror * given[order], variances[order]
    missing, centre = _settled(effects, spreads, missing_estimator, estimator)
    extreme = slice(len(effects) - missing, len(effects))
    filled = mirror * (2 * centre - effects[extreme])
    complete = np.concatenate([given, filled]), np.concatenate([variances, spreads[extreme]])
    return TrimAndFill(
        missing=missing,
        p_value=float(nbinom.sf(missing - 1, 1, 0.5)) if missing_estimator == "R0" else float("nan"),
        side=side,
        filled_effect=filled,
        filled_variance=spreads[extreme],
        pooled=pool(*complete, estimator=estimator, test=test, confidence_level=confidence_level),
    )


def _settled(
    effects: Floats, variances: Floats, missing_estimator: MissingEstimator, estimator: Estimator
) -> tuple[int, float]:
    """Number missing, and the centre of the trimmed studies."""
    size, missing = len(effects), 0
    for _ in range(STEPS):
        kept = slice(0, size - missing)
        # A centre needs studies to be left; Q0 can ask for nearly all of them to be trimmed.
        centre = pool(effects[kept], variances[kept], estimator=estimator, test="normal").effect
        deviations = effects - centre
        # A study at the centre lies on neither side of it, whatever rounding makes of the difference.
        deviations[np.abs(deviations) <= ROUNDING * np.abs(effects)] = 0.0
        rounded = min(max(0, round(_number_missing(deviations, missing_estimator))), size - 2)
        if rounded == missing:
            return missing, centre
        missing = rounded
    raise NotSettled(f"the number of missing studies had not settled after {STEPS} steps.")


def _number_missing(deviations: Floats, missing_estimator: MissingEstimator) -> float:
    """Estimate from the signed ranks of the deviations from the centre."""
    size = len(deviations)
    ranks = rankdata(np.abs(deviations), method="ordinal")
    if missing_estimator == "R0":
        return float(size - ranks[deviations <= 0].max(initial=0) - 1)
    above = float(ranks[deviations > 0].sum())
    if missing_estimator == "L0":
        return (4 * above - size * (size + 1)) / (2 * size - 1)
    return size - 0.5 - float(np.sqrt(max(0.0, 2 * size**2 - 4 * above + 0.25)))
