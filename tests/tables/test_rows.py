"""The same file is read or refused alike, whatever else the process has imported."""

import csv

import pytest

from citizen_security.tables.rows import LONGEST_CELL, csv_rows


@pytest.fixture(params=[131_072, 10_000_000])
def limit(request):
    """The process's own bound, as it stands at the start and as other libraries raise it."""
    before = csv.field_size_limit(request.param)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("limit")
def test_a_cell_that_is_too_long_is_refused():
    with pytest.raises(csv.Error, match="larger than field limit"):
        list(csv_rows(["city,rate\n", f"Lima,{'7' * (LONGEST_CELL + 1)}\n"]))


@pytest.mark.usefixtures("limit")
def test_the_longest_cell_is_read():
    longest = "7" * LONGEST_CELL
    assert list(csv_rows([f"Lima;{longest}\n"], separator=";")) == [["Lima", longest]]


def test_a_quote_that_is_not_closed_is_refused_where_that_is_asked_for():
    with pytest.raises(csv.Error, match="unexpected end"):
        list(csv_rows(['"Lima,7']))
    assert list(csv_rows(['"Lima,7'], strict=False)) == [["Lima,7"]]
