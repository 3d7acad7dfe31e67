"""Rows of units and periods that are to be a panel: what keeps them from being one, with rows and remedies."""

from collections.abc import Iterator, Sequence

import pandas as pd

from ..arrays import Flags

# Rows or names shown in a refusal.
SHOWN = 5


class NotAPanel(ValueError):
    """All that keeps a table from being the panel that is needed, a line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def shown(names: Sequence[object] | pd.Index) -> str:
    """The first names of a list, and how many more there are.

    Parameters
    ----------
    names : sequence or pandas.Index

    Returns
    -------
    str
    """
    listed = [str(name) for name in names]
    return ", ".join(listed[:SHOWN]) + (f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else "")


def wrong_values(rows: pd.DataFrame, given: int, wrong: dict[str, tuple[Flags, str]]) -> Iterator[str]:
    """A line for each kind of wrong value, with its rows.

    Parameters
    ----------
    rows : pandas.DataFrame
        Its index holds the numbers of the rows as they were given.
    given : int
        How many were given.
    wrong : dict
        What is wrong with flagged rows ("no unit"), with the flags and the remedy.

    Yields
    ------
    str
    """
    for what, (flags, remedy) in wrong.items():
        if flags.any():
            yield f"{flags.sum()} of {given} rows have {what}: rows {shown(rows.index[flags])} (from 0). {remedy}"


def balance_problems(rows: pd.DataFrame) -> Iterator[str]:
    """A line where rows repeat a unit and period, and one where units lack periods.

    Parameters
    ----------
    rows : pandas.DataFrame
        unit, period.

    Yields
    ------
    str
    """
    given = rows.dropna(subset=["unit", "period"])
    twice = given[given.duplicated(["unit", "period"])]
    if len(twice):
        pairs = [f"{unit} {period:g}" for unit, period in zip(twice["unit"], twice["period"], strict=True)]
        yield f"{len(twice)} rows repeat a unit and period: {shown(pairs)}. Keep one row of each."
    counts = given.drop_duplicates(["unit", "period"]).groupby("unit", sort=False).size()
    most = given["period"].nunique()
    if short := [f"{unit} ({count} of {most})" for unit, count in counts.items() if count < most]:
        yield f"{len(short)} units lack periods that others have: {shown(short)}. Leave units or periods out."
