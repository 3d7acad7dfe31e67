"""Several estimates of one thing in one table, with the reason where one of them cannot be had."""

from collections.abc import Callable, Mapping

import pandas as pd

from .least_squares import NotEstimable


def each_or_problem(
    estimates: Mapping[str, Callable[[], pd.DataFrame]], column: str, known: pd.DataFrame
) -> pd.DataFrame:
    """Rows of every estimate; of one that its sample cannot carry, what is known anyway and the problem.

    Parameters
    ----------
    estimates : mapping of str to callable
        Name → function that makes the rows or raises `NotEstimable`.
    column : str
        Column that holds the names.
    known : pandas.DataFrame
        Rows of an estimate that cannot be had; what they lack is missing.

    Returns
    -------
    pandas.DataFrame
        The rows in the order of the estimates, with `problem` (empty where there is none) and `column`.
    """
    rows = [_rows_or_problem(estimate, known).assign(**{column: name}) for name, estimate in estimates.items()]
    return pd.concat(rows, ignore_index=True)


def _rows_or_problem(estimate: Callable[[], pd.DataFrame], known: pd.DataFrame) -> pd.DataFrame:
    try:
        return estimate().assign(problem="")
    except NotEstimable as reason:
        return known.assign(problem=str(reason))
