"""One comparison: the same work done by the compendium and by the obvious alternative."""

import statistics
import time
from collections.abc import Callable, Sequence
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
        Medians, or the shortest times, in `unit`.
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
    name: str,
    work: str,
    ours: Callable[[], object],
    peer: Callable[[], object],
    peer_name: str,
    *,
    pairs: int = 1,
    of: Callable[[Sequence[float]], float] = statistics.median,
) -> Comparison:
    """Time both sides in turn, so that a drift of the machine's speed meets both alike.

    Parameters
    ----------
    name, work, peer_name : str
        What is compared.
    ours, peer : callable
        The two sides.
    pairs : int
        How often each side runs.
    of : callable
        What is kept of the times of a side: the median, or `min` for calls so short that another process would be
        timed with them.
    """
    times = [(seconds(ours), seconds(peer)) for _ in range(pairs)]
    ours_taken, peer_taken = (of(side) for side in zip(*times, strict=True))
    return of_seconds(name, work, ours_taken, peer_taken, peer_name)


def of_seconds(name: str, work: str, ours: float, peer: float, peer_name: str) -> Comparison:
    """The row of two times that were taken, in seconds."""
    ratio = round(peer / ours, 2)
    return Comparison(name, work, float(f"{ours:.3g}"), float(f"{peer:.3g}"), peer_name, ratio, "seconds")
