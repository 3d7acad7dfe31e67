"""The values under which a claim is true, and whether an interval lies among them."""

import math
from dataclasses import dataclass
from typing import Literal

from .. import require

type ClaimType = Literal[
    "number",
    "at_least",
    "at_most",
    "range",
    "count",
    "direction",
    "not_fallen",
    "null",
    "coefficient",
    "share",
    "ranking",
    "set",
    "attenuation",
    "existence",
    "identity",
]
type Position = Literal["inside", "outside", "straddles"]


@dataclass(frozen=True)
class Estimate:
    """What one way of measuring gives.

    Attributes
    ----------
    value : float
    low, high : float
        Ends of its interval: a confidence interval, bounds for units without a figure, or twice the value for a
        complete count.
    n : int
        Units behind it.

    Raises
    ------
    ValueError
        If a number is missing, or the value lies outside its interval.
    """

    value: float
    low: float
    high: float
    n: int = 0

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"a value of {self.value:g} with an interval from {self.low:g} to {self.high:g}. Allowed: numbers, the "
                "value within its interval."
            )

    @classmethod
    def exact(cls, value: float, n: int = 0) -> "Estimate":
        """A number without uncertainty, such as a complete count."""
        return cls(value, value, value, n)


@dataclass(frozen=True)
class Region:
    """Values under which a claim is true.

    Attributes
    ----------
    low, high : float
        Infinite where the region has no end there.
    open_ends : bool
        Whether the ends themselves are outside, as zero is for a direction.
    claimed : float, optional
        Of a coefficient: the value that its interval must hold besides.

    Raises
    ------
    ValueError
        If an end is missing or the lower is above the upper.
    """

    low: float
    high: float
    open_ends: bool = False
    claimed: float | None = None

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"a region from {self.low:g} to {self.high:g}. Allowed: numbers, the lower one first.")

    def holds(self, value: float) -> bool:
        """Whether one value lies in the region."""
        # An end at infinity is no end: an interval that is open there lies inside.
        above = value > self.low or (value == self.low and (not self.open_ends or math.isinf(self.low)))
        below = value < self.high or (value == self.high and (not self.open_ends or math.isinf(self.high)))
        return above and below

    def position(self, estimate: Estimate) -> Position:
        """Where an interval lies.

        Parameters
        ----------
        estimate : Estimate

        Returns
        -------
        {"inside", "outside", "straddles"}
            Of a coefficient: inside if the interval excludes zero and holds the claimed value, and the estimate has at
            least the size that the region asks for; outside if the interval does not hold the claimed value.
        """
        if self.claimed is not None:
            return self._position_of_coefficient(estimate, self.claimed)
        if self.holds(estimate.low) and self.holds(estimate.high):
            return "inside"
        above = estimate.low > self.high or (self.open_ends and estimate.low == self.high)
        below = estimate.high < self.low or (self.open_ends and estimate.high == self.low)
        return "outside" if above or below else "straddles"

    def _position_of_coefficient(self, estimate: Estimate, claimed: float) -> Position:
        if not estimate.low <= claimed <= estimate.high:
            return "outside"
        zero_excluded = estimate.low > 0 or estimate.high < 0
        return "inside" if zero_excluded and self.holds(estimate.value) else "straddles"


@dataclass(frozen=True)
class Tolerances:
    """How far from the words of a claim a value may lie and still make it true.

    Attributes
    ----------
    number : float
        Share of the claimed number.
    share_points : float
        Percentage points of a claimed share.
    fallen : float
        Percent by which something may be lower and has not fallen.
    coefficient : float
        Share of the claimed size that an estimate must have.
    attenuation : float
        Percent of a coefficient that must be lost for it to count as smaller.
    """

    number: float = 0.10
    share_points: float = 2.5
    fallen: float = 5.0
    coefficient: float = 0.5
    attenuation: float = 30.0

    def scaled(self, factor: float) -> "Tolerances":
        """Tolerances that are stricter (a factor below one) or looser (above one).

        Parameters
        ----------
        factor : float

        Returns
        -------
        Tolerances
            What must be reached (`coefficient`, `attenuation`) shrinks where what may be missed grows.
        """
        require.positive("factor", factor)
        return Tolerances(
            self.number * factor,
            self.share_points * factor,
            self.fallen * factor,
            min(self.coefficient / factor, 1.0),
            self.attenuation / factor,
        )


def region_of(
    claim_type: ClaimType,
    claimed: float | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
    smallest_effect: float | None = None,
    tolerances: Tolerances | None = None,
) -> Region:
    """Region of a type of claim; given ends replace those of the type.

    Parameters
    ----------
    claim_type : ClaimType
        number: within a share of the claimed value; share: within points of it; at_least, at_most, range: as claimed;
        count: exactly as many; direction: above zero, in the claimed direction; not_fallen: not lower by more than a
        few percent; null: within the smallest effect of interest; coefficient: the claimed sign and enough of the
        claimed size; ranking: among the first `claimed`; set: all `claimed` members; attenuation: enough lost;
        existence: one or more; identity: zero.
    claimed : float, optional
        Number of the claim.
    low, high : float, optional
        Ends that the rule declares.
    smallest_effect : float, optional
        Of a null claim.
    tolerances : Tolerances, optional

    Returns
    -------
    Region

    Raises
    ------
    ValueError
        If the type is unknown, or needs a number that is not there.
    """
    require.one_of("claim_type", claim_type, ClaimType)
    allowed = tolerances or Tolerances()
    if low is None and high is None:
        return _default_region(claim_type, claimed, smallest_effect, allowed)
    ends = (-math.inf if low is None else low, math.inf if high is None else high)
    if claim_type == "coefficient":
        return Region(*ends, claimed=_needed(claim_type, "claimed", claimed))
    return Region(*ends, open_ends=claim_type == "direction")


def _default_region(
    claim_type: ClaimType, claimed: float | None, smallest_effect: float | None, allowed: Tolerances
) -> Region:
    if claim_type in ("direction", "not_fallen", "attenuation", "existence", "identity"):
        return {
            "direction": Region(0.0, math.inf, open_ends=True),
            "not_fallen": Region(-allowed.fallen, math.inf),
            "attenuation": Region(allowed.attenuation, math.inf),
            "existence": Region(1.0, math.inf),
            "identity": Region(0.0, 0.0),
        }[claim_type]
    if claim_type == "null":
        size = abs(_needed(claim_type, "smallest_effect", smallest_effect))
        return Region(-size, size, open_ends=True)
    if claim_type == "range":
        raise ValueError("a claim of type range needs its two ends. Give low and high.")
    value = _needed(claim_type, "claimed", claimed)
    if claim_type == "coefficient":
        ends = sorted((allowed.coefficient * value, math.copysign(math.inf, value)))
        return Region(ends[0], ends[1], claimed=value)
    slack = {"number": allowed.number * abs(value), "share": allowed.share_points}.get(claim_type, 0.0)
    return {
        "number": Region(value - slack, value + slack),
        "share": Region(value - slack, value + slack),
        "count": Region(value, value),
        "set": Region(value, value),
        "at_least": Region(value, math.inf),
        "at_most": Region(-math.inf, value),
        "ranking": Region(1.0, max(value, 1.0)),
    }[claim_type]


def _needed(claim_type: str, name: str, value: float | None) -> float:
    if value is None or not math.isfinite(value):
        raise ValueError(f"a claim of type {claim_type} needs {name}, and it is {value}. Give a number, or both ends.")
    return float(value)
