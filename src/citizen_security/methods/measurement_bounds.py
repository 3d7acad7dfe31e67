"""What is not counted: how many deaths would have to be missing for a fall to be none, and bounds if some are.

The argument is that of partial identification (Manski 2003; Horowitz and Manski 1995 for contaminated data): what the
records show is true of what they hold, and a share that they miss moves a change by a known amount.
"""

from dataclasses import dataclass

from . import require


@dataclass(frozen=True)
class Turning:
    """Deaths that would have to be uncounted for the change to be none.

    Attributes
    ----------
    deaths : float
        In the period after; negative if the recorded rate did not fall.
    lower, upper : float
        The same at the limits of the expected number.
    share : float
        Of all deaths there would then be, recorded and not; negative if the recorded rate did not fall.
    """

    deaths: float
    lower: float
    upper: float
    share: float


def change_bounds(
    ratio: float, uncounted_before: tuple[float, float], uncounted_after: tuple[float, float]
) -> tuple[float, float]:
    """Least and greatest true ratio of two rates, given what share of deaths the records miss.

    Parameters
    ----------
    ratio : float
        Recorded rate after over that before.
    uncounted_before, uncounted_after : tuple of float
        Least and greatest share of all deaths that is not recorded, from 0 to below 1.

    Returns
    -------
    tuple of float

    Raises
    ------
    ValueError
        If the ratio is negative, a share is not from 0 to below 1, or the least is above the greatest.
    """
    require.not_negative("ratio", ratio)
    for name, pair in (("uncounted_before", uncounted_before), ("uncounted_after", uncounted_after)):
        low, high = require.share(name, pair)
        if not low <= high < 1:
            raise ValueError(f"{name} = ({low:g}, {high:g}). Allowed: the least share first, both below 1.")
    low = ratio * (1 - uncounted_before[1]) / (1 - uncounted_after[0])
    high = ratio * (1 - uncounted_before[0]) / (1 - uncounted_after[1])
    return float(low), float(high)


def turning_point(
    recorded: float,
    expected: float,
    expected_interval: tuple[float, float] | None = None,
    uncounted_before: float = 0.0,
) -> Turning:
    """How many deaths would have to be uncounted after the start for there to be no fall.

    Parameters
    ----------
    recorded : float
        Deaths recorded after the start.
    expected : float
        Deaths that would have been recorded without a change, such as at the rate before or in a counterfactual.
    expected_interval : tuple of float, optional
        Its limits; the expected number itself by default.
    uncounted_before : float
        Share of all deaths that the records missed before; what they miss after beyond it is asked for.

    Returns
    -------
    Turning

    Raises
    ------
    ValueError
        If numbers are negative or missing, limits do not hold the expected number, or the share is not below 1.
    """
    seen, wanted = float(require.not_negative("recorded", recorded)), float(require.positive("expected", expected))
    low, high = (wanted, wanted) if expected_interval is None else require.not_negative("interval", expected_interval)
    if not low <= wanted <= high:
        raise ValueError(
            f"expected = {wanted:g} with limits {low:g} and {high:g}. Allowed: limits on either side of it."
        )
    missed = float(require.share("uncounted_before", uncounted_before))
    if missed == 1:
        raise ValueError("uncounted_before = 1: nothing was recorded. Allowed: below 1.")
    counted = 1 - missed
    # All deaths there would have been, less those recorded.
    deaths, lower, upper = (number / counted - seen for number in (wanted, float(low), float(high)))
    return Turning(deaths, lower, upper, deaths * counted / wanted)
