"""The book is built while tests run that do not look at it: each worker comes to those that do at last."""

import pytest
from order import book_last, looks_at_the_book


def of_the_book(test):
    return test[0] == "book"


def numbered(number):
    return [("book" if place % 3 == 0 else "other", place) for place in range(number)]


def shares(tests, workers):
    """What `--dist worksteal` hands to each worker at first."""
    left = list(tests)
    for remaining in range(workers, 0, -1):
        size = len(left) // remaining
        yield left[:size]
        left = left[size:]


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("number", range(60, 66))
def test_every_worker_comes_to_the_book_after_most_others_and_no_test_is_lost(workers, number):
    ordered = book_last(numbered(number), of_the_book, workers)
    assert sorted(ordered) == sorted(numbered(number))
    for share in shares(ordered, workers):
        kinds = [kind for kind, _ in share]
        # A test or two of the next share, where the numbers do not divide.
        first = kinds.index("book")
        assert first >= 2 * len(share) // 3 - 2
        assert kinds[first:].count("other") <= 2


@pytest.mark.parametrize("kind", ["book", "other"])
def test_the_order_of_the_shuffle_is_kept_among_tests_of_a_kind(kind):
    shuffled = numbered(60)[::-1]
    kept = [test for test in book_last(shuffled, of_the_book, 2) if test[0] == kind]
    assert kept == [test for test in shuffled if test[0] == kind]


def test_what_looks_at_the_book_is_known_by_its_fixtures(request):
    class OfThePages:
        fixturenames = ("visit", "address", "built")

    assert looks_at_the_book(OfThePages())
    assert not looks_at_the_book(request.node)
