"""Effects of studies and their sampling variances, refused where doubles could not weigh them together.

Sums of squares, of precisions and of their products keep their digits for numbers of these sizes. Beyond, a sum is
infinite or zero, or the study with the smallest variance is all that is left of it, and no method would say so.
"""

import math

import numpy as np
import numpy.typing as npt

from .. import require
from ..arrays import Floats

# Sizes of variances from the least to the largest; those of effects follow, by their distance from zero.
LEAST_VARIANCE, LARGEST_VARIANCE = 1e-50, 1e50

# The largest variance over the smallest: beyond, what the others add to the largest weight is half of its digits.
MOST_APART = 1e8

# An effect's distance from zero in its own standard errors: the variance between studies may be the square of this
# times a study's own, and covariances of both have to stay apart from singular ones.
MOST_ERRORS = 1e6

# Sizes of the largest value of a column of moderators.
LEAST_MODERATOR, LARGEST_MODERATOR = 1e-25, 1e25


def effects_and_variances(effect: npt.ArrayLike, variance: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Effects of studies and their sampling variances as floats, shape (k,) each.

    Raises
    ------
    ValueError
        If shapes differ, a value is not finite, a variance is not above zero, or sizes are beyond what can be weighed.
    """
    effects, variances = np.atleast_1d(as_numbers("effect", effect)), np.atleast_1d(as_numbers("variance", variance))
    if effects.ndim != 1 or variances.shape != effects.shape:
        raise ValueError(
            f"effect has shape {effects.shape} and variance {variances.shape}; "
            "give one effect and one variance for each study."
        )
    if (endless := ~(np.isfinite(effects) & np.isfinite(variances))).any():
        raise ValueError(
            f"an effect or variance is missing or infinite ({require.which(endless)}); drop that study first."
        )
    if (none := ~(variances > 0)).any():
        raise ValueError(
            f"the smallest variance is {variances.min():g} ({require.which(none)}); a sampling variance is above zero."
        )
    refuse_extremes(effects, variances)
    return effects, variances


def as_numbers(name: str, values: npt.ArrayLike) -> Floats:
    """Values as floats.

    Raises
    ------
    ValueError
        If one is no number or masked, or rows are of different lengths.
    """
    require.unmasked(name, values)
    try:
        return np.asarray(values, float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} holds text or rows of different lengths. Allowed: a number for each study.") from None


def refuse_extremes(effects: Floats, variances: Floats) -> None:
    """Refuse sizes that cannot be weighed against each other.

    Parameters
    ----------
    effects, variances : numpy.ndarray, shape (k,)
        Finite, variances above zero.

    Raises
    ------
    ValueError
        With every size that is beyond the bounds.
    """
    if not len(effects):
        return
    least, largest, size = float(variances.min()), float(variances.max()), float(np.abs(effects).max())
    wrong = []
    if least < LEAST_VARIANCE or largest > LARGEST_VARIANCE:
        wrong.append(f"variances from {least:.3g} to {largest:.3g}")
    elif largest > MOST_APART * least:
        wrong.append(f"variances {largest / least:.3g} times apart ({least:.3g} and {largest:.3g})")
    # The largest effect within reach of the smallest error leaves no other to look at.
    if size / MOST_ERRORS > math.sqrt(least):
        far = np.abs(effects) / MOST_ERRORS > np.sqrt(variances)
        pairs = zip(effects[far], variances[far], strict=True)
        wrong += [f"an effect of {one:.3g} with a variance of {own:.3g}" for one, own in pairs]
    if wrong:
        raise ValueError(
            f"{', '.join(wrong)}: beyond what can be weighed together. Allowed: effects up to {MOST_ERRORS:g} "
            f"of their standard errors from zero, variances from {LEAST_VARIANCE:g} to "
            f"{LARGEST_VARIANCE:g} and up to {MOST_APART:g} times apart; give them in another unit, or drop the study "
            "whose number is wrong."
        )


def refuse_extreme_moderators(design: Floats) -> None:
    """Refuse columns of moderators whose squares could not be summed.

    Parameters
    ----------
    design : numpy.ndarray, shape (k, p)
        Finite.

    Raises
    ------
    ValueError
        If the largest value of a column is beyond the bounds; a column of zeros is not.
    """
    sizes = np.abs(design).max(axis=0, initial=0.0)
    wrong = sizes[(sizes > LARGEST_MODERATOR) | ((sizes > 0) & (sizes < LEAST_MODERATOR))]
    if len(wrong):
        raise ValueError(
            f"the largest value of a moderator has size {wrong[0]:.3g}. Allowed: from {LEAST_MODERATOR:g} to "
            f"{LARGEST_MODERATOR:g}; give it in another unit."
        )
