"""One effect for a study that published several: their mean, with the error that their correlation gives it.

References
----------
Borenstein, Hedges, Higgins and Rothstein (2009), Introduction to Meta-Analysis, chapter 24.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Floats, Integers
from .study_values import refuse_extremes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Composites:
    """Means of the effects of each group, in the order in which the groups appear; shape (groups,) each.

    Attributes
    ----------
    group : numpy.ndarray
        Their keys.
    effect, standard_error : numpy.ndarray
    effects : numpy.ndarray of int
        Of how many it is the mean.
    """

    group: "NDArray[Any]"
    effect: Floats
    standard_error: Floats
    effects: Integers


def composites(
    effect: "ArrayLike", standard_error: "ArrayLike", group: "ArrayLike", *, correlation: float = 1.0
) -> Composites:
    """Mean of the effects of each group, whose sampling errors all correlate alike.

    The variance of the mean of m effects is the sum of all m² covariances ρ s_i s_j (s_i² where i is j) over m². With
    ρ = 1 the standard error is the mean of the standard errors: a second effect that says the same adds nothing.

    Parameters
    ----------
    effect, standard_error : array_like, shape (k,)
    group : array_like, shape (k,)
        Key of the study, or of what is averaged.
    correlation : float
        ρ, from 0 (errors independent) to 1 (the same error again, the most cautious).

    Returns
    -------
    Composites

    Raises
    ------
    ValueError
        If shapes differ, an effect or a key is missing, an error is not above zero, sizes are beyond what can be
        weighed together, or the correlation is no share.
    """
    require.share("correlation", correlation)
    effects, errors = require.finite("effect", effect), require.positive("standard_error", standard_error)
    codes, keys = pd.factorize(require.keys("group", group))
    require.same_shape(effect=effects, standard_error=errors, group=codes)
    with np.errstate(over="ignore"):
        refuse_extremes(effects, errors**2)
    number = np.bincount(codes, minlength=len(keys))
    sums, squares = (np.bincount(codes, weights, len(keys)) for weights in (errors, errors**2))
    return Composites(
        group=keys,
        effect=np.bincount(codes, effects, len(keys)) / number,
        standard_error=np.sqrt(correlation * sums**2 + (1 - correlation) * squares) / number,
        effects=number.astype(np.int64),
    )
