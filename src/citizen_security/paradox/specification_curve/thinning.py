"""How much of a curve is computed: all of it, or a part drawn from all over."""

import sys
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from citizen_security.paradox.specification_curve.multiverse import Multiverse
from citizen_security.paradox.specification_curve.parameters import SpecificationCurve

# At quick effort, so that a test or a class sees the same steps in seconds.
QUICK_SPECIFICATIONS, QUICK_PERMUTATIONS, QUICK_PERMUTED, QUICK_COMPARED = 2_000, 19, 100, 10

# Specifications fitted by CR2 as well.
COMPARED = 60

# Specifications drawn from each country-year sample of a thinned multiverse: they share its fixed effects.
DRAWN_A_SAMPLE = 8


@dataclass(frozen=True)
class CurveSize:
    """How much is computed.

    Attributes
    ----------
    specifications, permuted, compared : int
        Specifications of a curve, of its joint test, and of the comparison of errors, at most.
    permutations : int
    """

    specifications: int
    permutations: int
    permuted: int
    compared: int = COMPARED


def curve_size(parameters: SpecificationCurve) -> CurveSize:
    """How much to compute for some parameters: at full effort the whole curve."""
    asked = CurveSize(sys.maxsize, parameters.permutations, parameters.permuted_specifications)
    if parameters.effort == "full":
        return asked
    return CurveSize(
        QUICK_SPECIFICATIONS,
        min(QUICK_PERMUTATIONS, asked.permutations),
        min(QUICK_PERMUTED, asked.permuted),
        QUICK_COMPARED,
    )


def thin_multiverse(multiverse: Multiverse, specifications: int, seed: int) -> Multiverse:
    """About so many specifications, drawn at random in two stages.

    Samples of country-years are drawn systematically, in proportion to their specifications, and as many
    specifications (about `DRAWN_A_SAMPLE`) of each, so that each is about as likely as any other to be kept.

    Parameters
    ----------
    multiverse : Multiverse
    specifications : int
        About how many to keep; the multiverse itself where it has no more.
    seed : int

    Returns
    -------
    Multiverse
    """
    table = multiverse.specifications
    if len(table) <= specifications:
        return multiverse
    generator = np.random.default_rng(seed)
    sizes = table["sample_id"].value_counts(sort=False).sort_index()
    wanted = min(-(-specifications // DRAWN_A_SAMPLE), len(sizes))
    # At equal steps through the specifications in their order, so that no option is missed by bad luck.
    steps = (np.arange(wanted) + generator.random()) / wanted * sizes.sum()
    drawn = sizes.index[np.searchsorted(sizes.cumsum().to_numpy(), steps, side="right")]
    rows = table.index[table["sample_id"].isin(drawn)].to_numpy()
    shuffled = pd.Series(generator.permutation(rows))
    rank = shuffled.groupby(table["sample_id"].loc[shuffled].to_numpy()).cumcount()
    kept = np.sort(shuffled[rank < -(-specifications // len(set(drawn)))].to_numpy())
    return replace(multiverse, specifications=table.loc[kept].reset_index(drop=True))
