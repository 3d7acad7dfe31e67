"""Where the table comes from: a file that an analyst brings, or the worked example, which is rows of the tables."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from citizen_security.parameters import NO_FILE
from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme
from citizen_security.programmes.your_own_programme.table import Brought, read_programme, understand
from citizen_security.tables.brought.findings import Findings

# The worked example: Pernambuco's Pacto pela Vida among the states of Brazil.
# The table has no 2020, so that the series ends before it.
EXAMPLE_STATE, EXAMPLE_START, EXAMPLE_END = "PE", 2007, 2019
EXAMPLE = "example of the states of Brazil"


@dataclass(frozen=True)
class Source:
    """A checked table and where it comes from.

    Attributes
    ----------
    brought : Brought
    name : str
        What the table is, for sentences and the source line of a figure.
    checksum : str
        Sha256 of a brought file, in hexadecimal; empty for the worked example.
    """

    brought: Brought
    name: str
    checksum: str


def example_table(states: pd.DataFrame) -> pd.DataFrame:
    """The worked example, as its file in the examples has it.

    Parameters
    ----------
    states : pandas.DataFrame
        `state_year`.

    Returns
    -------
    pandas.DataFrame
        unit, time, count, population, start.
    """
    rows = states[(states["iso3"] == "BRA") & (states["year"] <= EXAMPLE_END)]
    return pd.DataFrame(
        {
            "unit": rows["state"].to_numpy(object),
            "time": rows["year"].to_numpy(np.int64),
            "count": rows["homicides"].to_numpy(np.int64),
            "population": rows["population"].to_numpy(np.int64),
            "start": np.where(rows["state"] == EXAMPLE_STATE, float(EXAMPLE_START), np.nan),
        }
    )


def load_source(parameters: YourOwnProgramme, states: pd.DataFrame) -> Source:
    """The table that the parameters ask for.

    Parameters
    ----------
    parameters : YourOwnProgramme
    states : pandas.DataFrame
        `state_year`, which the worked example is made from.

    Returns
    -------
    Source

    Raises
    ------
    ParameterError
        If the table cannot be used, with one sentence for each problem.
    """
    log, donors, season = parameters.scale == "log", parameters.donors, parameters.season
    if parameters.path == NO_FILE:
        brought = understand(example_table(states), Findings(EXAMPLE), log=log, donors=donors, season=season)
        return Source(brought, EXAMPLE, "")
    path = Path(parameters.path)
    brought = read_programme(path, parameters.columns, log=log, donors=donors, season=season)
    with path.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    return Source(brought, f"table {path.name}, as brought", checksum)
