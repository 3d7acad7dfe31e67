"""What contradicts itself in a rule: numbers that its type does not take, regions that nothing can leave or reach."""

import math
from collections.abc import Iterator

from citizen_security.methods.verdicts.regions import Region, Tolerances, region_of

# Types whose region follows from no number of the claim.
NO_NUMBER = ("direction", "not_fallen", "null", "range", "attenuation", "existence", "identity")
# Types that are of one end, and the end that they lack.
NO_END = {"at_least": "high", "at_most": "low", "direction": "high", "not_fallen": "high", "existence": "high"}
# Types whose numbers count.
WHOLE = {"count": 0, "set": 1, "ranking": 1}
# What "more than forty" adds: the claimed number itself need not be in the region, and must be near.
NEAR = 0.1


def rule_problems(claim_type: str, claimed: float | None, low: float | None, high: float | None) -> Iterator[str]:
    """What contradicts itself in a rule by itself.

    Parameters
    ----------
    claim_type : str
        One that there is.
    claimed, low, high : float or None
        The claimed number, and the ends that the rule declares.

    Yields
    ------
    str
        A clause for each problem: what was given, what is allowed.
    """
    crossed = low is not None and high is not None and low > high
    if crossed:
        yield f"region_low = {low:g} is above region_high = {high:g}. Allowed: the lower one first"
    if claim_type in NO_NUMBER and claimed is not None:
        yield (
            f"claimed = {claimed:g} of a claim of type {claim_type}, whose region follows from no number. Leave it "
            "blank, or take a type that looks at one"
        )
    if claim_type in WHOLE and claimed is not None and (claimed != int(claimed) or claimed < WHOLE[claim_type]):
        yield (
            f"claimed = {claimed:g} of a claim of type {claim_type}. Allowed: whole numbers from {WHOLE[claim_type]} on"
        )
    if claim_type in ("number", "coefficient") and claimed == 0 and low is None and high is None:
        other = "type null" if claim_type == "coefficient" else "both ends of a region, or type identity"
        yield f"claimed = 0 of a claim of type {claim_type}, whose tolerance is a share of it. Give {other}"
    if not crossed:
        yield from _about_ends(claim_type, claimed, low, high)


def _about_ends(claim_type: str, claimed: float | None, low: float | None, high: float | None) -> Iterator[str]:
    ends = {"low": low, "high": high}
    lacking = NO_END.get(claim_type)
    needed = {"high": "low", "low": "high"}.get(lacking or "", "")
    # At most half: a share has an end at zero anyway, so a lower end beside the upper one says nothing else.
    beside = claim_type == "at_most" and low is not None and low <= 0
    if lacking and ends[lacking] is not None and (not beside or ends[needed] is None):
        yield (
            f"region_{lacking} = {ends[lacking]:g} of a claim of type {claim_type}, which has no such end. Leave it "
            f"blank and give region_{needed}, or take type range"
        )
    if claim_type in ("number", "share", "count", "set", "ranking", "coefficient", "at_least", "at_most"):
        slack = NEAR * abs(claimed or 0.0) if claim_type in NO_END else 0.0
        if claimed is not None and (
            (low is not None and claimed < low - slack) or (high is not None and claimed > high + slack)
        ):
            yield (
                f"claimed = {claimed:g} lies outside its own region from {_end(low)} to {_end(high)}. Allowed: a "
                "region that holds it, so that the claim can be true"
            )
    if claim_type == "range" and (low is None or high is None):
        yield "a claim of type range needs its two ends. Give region_low and region_high"


def reach_problems(region: Region, claimed: float | None, measure: str, reach: tuple[float, float]) -> Iterator[str]:
    """Whether a way of measuring can give anything inside a region, and anything outside.

    Parameters
    ----------
    region : Region
    claimed : float or None
        The claimed number of the rule.
    measure : str
    reach : tuple of float
        Smallest and largest value that it can give, as `About.values`.

    Yields
    ------
    str
        A clause: the region holds all that can be measured, or nothing of it, or the claimed number lies beyond.
    """
    least, most = reach
    if region.claimed is not None:
        return
    values = f"{_end(least)} to {_end(most)}"
    told = f"the region from {_end(region.low)} to {_end(region.high)}"
    if region.low <= least and region.high >= most:
        yield (
            f"{told} holds all that {measure} can give ({values}), so that nothing could speak against the claim. "
            "Allowed: a region with an end within these values"
        )
    if region.low > most or region.high < least:
        yield (
            f"{told} holds nothing that {measure} can give ({values}), so that nothing could agree with the claim. "
            "Allowed: a region that reaches into these values"
        )
    elif claimed is not None and not least <= claimed <= most and (region.low > least or region.high < most):
        yield (
            f"claimed = {claimed:g} is nothing that {measure} can give ({values}). Allowed: a number within these "
            "values"
        )


def region_of_rule(
    claim_type: str, claimed: float | None, low: float | None, high: float | None, smallest_effect: float = 1.0
) -> Region:
    """Region of a rule at the default tolerances; the smallest effect of a run is one of its parameters."""
    return region_of(
        claim_type,  # type: ignore[arg-type]
        claimed,
        low=low,
        high=high,
        smallest_effect=smallest_effect,
        tolerances=Tolerances(),
    )


def _end(value: float | None) -> str:
    if value is None or math.isinf(value):
        return "no end"
    return f"{value:g}"
