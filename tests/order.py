"""In which order tests run: those that look at the built book come last, so that it is built beside the others."""

from collections.abc import Callable, Sequence

import pytest

BOOK = {"site", "built"}


def looks_at_the_book(item: pytest.Item) -> bool:
    """Whether a test needs the built site."""
    return not BOOK.isdisjoint(getattr(item, "fixturenames", ()))


def book_last[Test](items: Sequence[Test], looks: Callable[[Test], bool], workers: int) -> list[Test]:
    """Tests in an order in which what looks at the book comes last in the share of each worker.

    Parameters
    ----------
    items : sequence
        In an order that is kept among those that look at the book and among the others.
    looks : callable
        Whether a test looks at the book.
    workers : int
        How many there are: `--dist worksteal` cuts the tests into so many parts of one size, in their order.
    """
    kinds = [[it for it in items if not looks(it)], [it for it in items if looks(it)]]
    cuts = [[len(kind) * part // workers for part in range(workers + 1)] for kind in kinds]
    ordered: list[Test] = []
    for part in range(workers):
        for kind, cut in zip(kinds, cuts, strict=True):
            ordered += kind[cut[part] : cut[part + 1]]
    return ordered
