"""The tables that every way of measuring a claim is given."""

from collections.abc import Iterator, Mapping

import pandas as pd

# By their names.
type Tables = Mapping[str, pd.DataFrame]


class TablesRead(Mapping[str, pd.DataFrame]):
    """Tables that know which of them were read.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame

    Attributes
    ----------
    names : tuple of str
        Those that were read, sorted.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._read: set[str] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """Tables that were read, sorted."""
        return tuple(sorted(self._read))

    def __getitem__(self, name: str) -> pd.DataFrame:
        self._read.add(name)
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)
