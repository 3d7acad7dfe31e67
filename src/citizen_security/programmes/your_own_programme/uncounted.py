"""What records would have to miss for the change to be none."""

from dataclasses import dataclass

from citizen_security.methods.measurement_bounds import change_bounds


@dataclass(frozen=True)
class Uncounted:
    """Bounds of the change, given what records may miss after the start.

    Attributes
    ----------
    change : float
        As recorded, in percent of what is expected.
    lower, upper : float
        Of the true change, where up to `share` is missed after the start beyond what was missed before.
    share : float
    turning : float
        Share that would have to be missed for the change to be none; negative where what is recorded rose.
    """

    change: float
    lower: float
    upper: float
    share: float
    turning: float


def uncounted(change: float, share: float) -> Uncounted:
    """Bound a change by a share that is not recorded.

    Parameters
    ----------
    change : float
        In percent.
    share : float
        From 0 to below 1.

    Returns
    -------
    Uncounted
    """
    ratio = 1 + change / 100
    low, high = change_bounds(ratio, (0.0, 0.0), (0.0, share))
    return Uncounted(change, 100 * (low - 1), 100 * (high - 1), share, 1 - ratio)
