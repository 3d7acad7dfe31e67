"""Where the table of municipalities comes from: a file that an analyst brings, or a simulated country."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.simulation import SimulatedCountry, Truth, simulate_municipalities
from citizen_security.cities.every_municipality.table import places_of, read_municipalities
from citizen_security.parameters import NO_FILE, SIMULATED, ParameterError, RowsRefused
from citizen_security.tables.brought.borders import check_borders, read_borders
from citizen_security.tables.brought.told import told_clauses, told_table
from citizen_security.words import sentences

if TYPE_CHECKING:
    from citizen_security.methods.arrays import Integers

PLACES_OF_A_QUICK_RUN = 500


@dataclass(frozen=True)
class Source:
    """A checked table, and the truth behind it where it was simulated.

    Attributes
    ----------
    table : pandas.DataFrame
        As `Brought.table`.
    truth : Truth or None
    name : str
        What the table is, for the source line of a figure.
    checksum : str
        Sha256 of a brought file, in hexadecimal, so that the run says which one it was; empty for a simulated country.
    notes, doubts : tuple of str
        What was normalised in a brought table, since it has one meaning, and what is possible and odd.
    pairs : numpy.ndarray of int or None
        Places that border each other, by their order in the panel, shape (n_pairs, 2); none where nobody said so.
    """

    table: pd.DataFrame
    truth: Truth | None
    name: str
    checksum: str
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    pairs: "Integers | None" = None

    @property
    def said(self) -> pd.DataFrame:
        """What is odd about a brought table and what was normalised in it, one sentence a row; empty where nothing."""
        return told_table(self.notes, self.doubts)

    @property
    def reading(self) -> str:
        """How the table came to be, in sentences; what was normalised or is doubtful stands in `said`."""
        if not self.checksum:
            return "The table was simulated: nothing was read."
        if not self.notes and not self.doubts:
            return "The table was read as it stands: nothing was normalised, and nothing in it is doubtful."
        return sentences(["the table was read", *told_clauses(self.notes, self.doubts)])


def load_source(parameters: EveryMunicipality) -> Source:
    """The table that the parameters ask for.

    Parameters
    ----------
    parameters : EveryMunicipality

    Returns
    -------
    Source

    Raises
    ------
    ParameterError
        If a brought table cannot be used.
    """
    if parameters.path == SIMULATED:
        country = simulated_country(parameters)
        table, truth = simulate_municipalities(country)
        return Source(table, truth, f"a country simulated by the compendium, seed {country.seed}", "")
    path = Path(parameters.path)
    brought = read_municipalities(path, parameters.columns)
    with path.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    name = f"table {path.name}, as brought"
    if parameters.neighbours == NO_FILE:
        return Source(brought.table, None, name, checksum, brought.notes, brought.doubts)
    borders = read_borders(Path(parameters.neighbours), places_of(brought.table))
    notes, doubts = ([f"neighbours: {each}" for each in said] for said in (borders.notes, borders.doubts))
    return Source(
        brought.table, None, name, checksum, (*brought.notes, *notes), (*brought.doubts, *doubts), borders.pairs
    )


def simulated_country(parameters: EveryMunicipality) -> SimulatedCountry:
    """The simulated country of the parameters; a quick run has no more than some hundreds of places.

    Parameters
    ----------
    parameters : EveryMunicipality

    Returns
    -------
    SimulatedCountry
    """
    most = PLACES_OF_A_QUICK_RUN if parameters.effort == "quick" else parameters.simulated_places
    return SimulatedCountry(
        places=min(parameters.simulated_places, most),
        groups=parameters.simulated_groups,
        years=parameters.simulated_years,
        extra_variation=parameters.simulated_extra_variation,
        trend_deviation=parameters.simulated_trend_deviation,
        wave_deviation=parameters.simulated_wave_deviation,
        seed=parameters.seed,
    )


def check_source(parameters: EveryMunicipality) -> None:
    """Refuse tables that cannot be used.

    Parameters
    ----------
    parameters : EveryMunicipality

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    refusals: list[ParameterError] = []
    known: pd.DataFrame | None = None
    try:
        if parameters.path != SIMULATED:
            known = places_of(read_municipalities(Path(parameters.path), parameters.columns).table)
    except ParameterError as error:
        refusals.append(error)
    try:
        if parameters.neighbours != NO_FILE:
            check_borders(Path(parameters.neighbours), known)
    except ParameterError as error:
        refusals.append(error)
    if refusals:
        kind = RowsRefused if any(isinstance(each, RowsRefused) for each in refusals) else ParameterError
        raise kind(problem for each in refusals for problem in each.problems)
