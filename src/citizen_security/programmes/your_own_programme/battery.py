"""The whole battery for a checked table: designs, path, leads, peaks, and what is not counted."""

from dataclasses import dataclass

import pandas as pd

from citizen_security.programmes.your_own_programme import one_unit, several_units
from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme
from citizen_security.programmes.your_own_programme.peaks import window_ranks, windows_of
from citizen_security.programmes.your_own_programme.programme_panel import ProgrammePanel
from citizen_security.programmes.your_own_programme.uncounted import Uncounted, uncounted
from citizen_security.programmes.your_own_programme.verdicts import Answer


@dataclass(frozen=True)
class Battery:
    """What every design says of a panel.

    Attributes
    ----------
    panel : ProgrammePanel
    verdicts : pandas.DataFrame
        From `verdicts.verdict_table`.
    main : str
        Design that the path and the bounds are of.
    path : pandas.DataFrame
        From `one_unit.path_of_one`, or from `several_units.path_of_several`.
    leads : tuple of (Answer, int), or None
        What the design finds before the programme, and how many periods before; none where no period is spare.
    ranks : pandas.DataFrame
        From `peaks.window_ranks`.
    windows : pandas.DataFrame
        From `peaks.windows_of`.
    missed : Uncounted or None
        None where the main design gives no change.
    forbidden : float
        Weight on comparisons with treated units in two-way fixed effects; zero where one unit is treated.
    """

    panel: ProgrammePanel
    verdicts: pd.DataFrame
    main: str
    path: pd.DataFrame
    leads: tuple[Answer, int] | None
    ranks: pd.DataFrame
    windows: pd.DataFrame
    missed: Uncounted | None
    forbidden: float

    @property
    def main_row(self) -> "pd.Series[float]":
        """The main design's row of the verdict table."""
        return self.verdicts[self.verdicts["design"] == self.main].iloc[0]


def battery(panel: ProgrammePanel, parameters: YourOwnProgramme) -> Battery:
    """Put every design to a panel.

    Parameters
    ----------
    panel : ProgrammePanel
    parameters : YourOwnProgramme

    Returns
    -------
    Battery
    """
    level = parameters.confidence_level
    if panel.is_single:
        table, main = one_unit.designs_of_one(panel, parameters), str(one_unit.MAIN)
        path, forbidden = one_unit.path_of_one(panel), 0.0
    else:
        table = several_units.designs_of_several(panel, parameters)
        # Its p-value and limits hold however few units are treated.
        main = "permuted_starts" if panel.counts is None else "permuted_starts_counts"
        path, forbidden = several_units.path_of_several(panel, level), several_units.forbidden_share(panel)
    change = float(table.loc[table["design"] == main, "change"].iloc[0])
    return Battery(
        panel=panel,
        verdicts=table,
        main=main,
        path=path,
        leads=_leads(panel, parameters),
        ranks=window_ranks(panel, parameters.peak_window),
        windows=windows_of(panel, parameters.peak_window),
        missed=uncounted(change, parameters.uncounted_share) if change >= -100 and not panel.in_units else None,
        forbidden=forbidden,
    )


def _leads(panel: ProgrammePanel, parameters: YourOwnProgramme) -> tuple[Answer, int] | None:
    try:
        if panel.is_single:
            return one_unit.moved_earlier(panel, parameters.leads)
        return several_units.moved_earlier(panel, parameters)
    except ValueError:
        return None
