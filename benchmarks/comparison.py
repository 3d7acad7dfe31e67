"""One comparison: the same work done by the compendium and by the obvious alternative."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Comparison:
    """One row of the table.

    Attributes
    ----------
    name : str
        Name of the comparison.
    work : str
        What both sides do.
    ours, peer : float
        Medians, in `unit`.
    peer_name : str
        What the alternative is.
    ratio : float
        Times that the compendium is better.
    unit : str
        Such as `seconds`.
    """

    name: str
    work: str
    ours: float
    peer: float
    peer_name: str
    ratio: float
    unit: str

    def row(self) -> dict[str, str | float]:
        """Plain data for the table and the JSON file."""
        return asdict(self)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare_seconds(
    name: str, work: str, ours: Callable[[], object], peer: Callable[[], object], peer_name: str, *, pairs: int = 1
) -> Comparison:
    """Time both sides in turn, so that a drift of the machine's speed meets both alike.

    Parameters
    ----------
    name, work, peer_name : str
        What is compared.
    ours, peer : callable
        The two sides.
    pairs : int
        How often each side runs; medians are kept.
    """
    times = [(seconds(ours), seconds(peer)) for _ in range(pairs)]
    ours_median, peer_median = (statistics.median(side) for side in zip(*times, strict=True))
    return Comparison(
        name,
        work,
        round(ours_median, 3),
        round(peer_median, 3),
        peer_name,
        round(peer_median / ours_median, 2),
        "seconds",
    )
