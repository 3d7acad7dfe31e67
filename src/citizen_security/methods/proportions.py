"""Intervals of shares of counted things.

Wilson (1927), Journal of the American Statistical Association 22(158); Newcombe (1998), Statistics in Medicine 17(8),
method 3; Brown, Cai and DasGupta (2001), Statistical Science 16(2), who recommend it.
"""

from . import require


def wilson_interval(count: int, total: int, confidence_level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share, without continuity correction.

    Parameters
    ----------
    count, total : int
        Those that are meant, out of how many independent ones.
    confidence_level : float

    Returns
    -------
    lower, upper : float
        From 0 to 1; both ends of that range where nothing was counted.

    Raises
    ------
    ValueError
        If more or fewer are meant than there are, or the level is no probability.
    """
    require.level("confidence_level", confidence_level)
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} cannot be; give a count from 0 to the total")
    if not total:
        return 0.0, 1.0
    from scipy.stats import binomtest

    found = binomtest(count, total).proportion_ci(confidence_level, method="wilson")
    return float(found.low), float(found.high)
