"""What a page tells of how brought tables were read: notes of what was normalised, doubts of what is odd."""

from collections.abc import Sequence

import pandas as pd

from citizen_security.tables.brought.findings import counted

ODD = "looks odd: please check"
ONE_MEANING = "read in its one meaning"


def told_table(notes: Sequence[str], doubts: Sequence[str]) -> pd.DataFrame:
    """Every note and doubt as a row.

    Parameters
    ----------
    notes, doubts : sequence of str
        What was normalised, since it has one meaning; what is possible and odd.

    Returns
    -------
    pandas.DataFrame
        how, what; doubts first, since they ask for something.
    """
    kinds = [ODD] * len(doubts) + [ONE_MEANING] * len(notes)
    return pd.DataFrame({"how": kinds, "what": [*doubts, *notes]})


def told_clauses(notes: Sequence[str], doubts: Sequence[str]) -> list[str]:
    """How many notes and doubts there are and what each kind means, for a sentence.

    Parameters
    ----------
    notes, doubts
        As `told_table`.

    Returns
    -------
    list of str
    """
    read = "what can mean one thing only was read as that, however it was written"
    odd = "what is possible but looks odd was kept, and should be checked"
    return [
        f"{read}: {counted(len(notes), 'note')}" if notes else "everything was written in the form that is asked for",
        f"{odd}: {counted(len(doubts), 'note')}" if doubts else "nothing looks odd",
    ]
