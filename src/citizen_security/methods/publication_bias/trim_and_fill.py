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
from ..meta_analysis.study_sets import effects_and_variances

type Side = Literal["left", "right"]
type MissingEstimator = Literal["L0", "R0", "Q0"]

FEWEST_STUDIES = 3

# The published algorithm settles within a handful of steps; a cycle would go on for ever.
STEPS = 100


@dataclass(frozen=True, eq=False)
class TrimAndFill:
    """Studies taken to be missing, and the effect with them.

    Attributes
    ----------
    missing : int
        Estimated number of missing studies.
    missing_standard_error : float
        Under symmetry of the complete set.
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
    missing_standard_error: float
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
    missing, raw, centre = _settled(effects, spreads, missing_estimator, estimator)
    extreme = slice(len(effects) - missing, len(effects))
    filled = mirror * (2 * centre - effects[extreme])
    complete = np.concatenate([given, filled]), np.concatenate([variances, spreads[extreme]])
    return TrimAndFill(
        missing=missing,
        missing_standard_error=_standard_error(raw, len(effects), missing_estimator),
        p_value=float(nbinom.sf(missing - 1, 1, 0.5)) if missing_estimator == "R0" else float("nan"),
        side=side,
        filled_effect=filled,
        filled_variance=spreads[extreme],
        pooled=pool(*complete, estimator=estimator, test=test, confidence_level=confidence_level),
    )


def _settled(
    effects: Floats, variances: Floats, missing_estimator: MissingEstimator, estimator: Estimator
) -> tuple[int, float, float]:
    """Number missing, the same before rounding, and the centre of the trimmed studies."""
    size, missing = len(effects), 0
    for _ in range(STEPS):
        kept = slice(0, size - missing)
        # A centre needs studies to be left; Q0 can ask for nearly all of them to be trimmed.
        centre = pool(effects[kept], variances[kept], estimator=estimator, test="normal").effect
        raw = _number_missing(effects - centre, missing_estimator)
        rounded = min(max(0, round(raw)), size - 2)
        if rounded == missing:
            return missing, raw, centre
        missing = rounded
    raise NotSettled(f"the number of missing studies had not settled after {STEPS} steps.")


def _number_missing(deviations: Floats, missing_estimator: MissingEstimator) -> float:
    """Estimate from the signed ranks of the deviations from the centre."""
    size = len(deviations)
    ranks = rankdata(np.abs(deviations), method="ordinal")
    if missing_estimator == "R0":
        below = ranks[deviations < 0]
        return float(size - (below.max() if len(below) else 0) - 1)
    above = float(ranks[deviations > 0].sum())
    if missing_estimator == "L0":
        return (4 * above - size * (size + 1)) / (2 * size - 1)
    return size - 0.5 - float(np.sqrt(max(0.0, 2 * size**2 - 4 * above + 0.25)))


def _standard_error(missing: float, size: int, missing_estimator: MissingEstimator) -> float:
    """Standard errors of Duval and Tweedie (2000)."""
    if missing_estimator == "R0":
        return float(np.sqrt(2 * max(0.0, missing) + 2))
    cubic = 10 * missing**3 + 27 * missing**2 + 17 * missing
    mixed = 6 * size**2 * missing - 18 * size * missing**2 - 18 * size * missing
    deviation = float(np.sqrt(max(0.0, size * (size + 1) * (2 * size + 1) + cubic + mixed) / 24))
    if missing_estimator == "L0":
        return 4 * deviation / (2 * size - 1)
    root = (size - 0.5) ** 2 - missing * (2 * size - missing - 1)
    return 2 * deviation / float(np.sqrt(root)) if root > 0 else float("nan")
