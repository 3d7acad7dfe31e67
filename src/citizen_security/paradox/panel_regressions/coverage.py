"""How often the intervals of the notebook hold in panels like it, at the effort that is asked for."""

import pandas as pd

from citizen_security.methods.regression.coverage import simulated_coverage
from citizen_security.paradox.panel_regressions.parameters import PanelRegressions

# About as many countries as stand behind a driver with surveys, and behind one without.
COUNTRIES = (20, 30)


def held_in_simulations(parameters: PanelRegressions) -> pd.DataFrame:
    """Coverage of intervals at 95% with few countries of unequal leverage.

    Parameters
    ----------
    parameters : PanelRegressions
        Its effort and seed.

    Returns
    -------
    pandas.DataFrame
        As `simulated_coverage`, for each number of `COUNTRIES`.
    """
    tables = [simulated_coverage(count, parameters.designs_at_effort, seed=parameters.seed) for count in COUNTRIES]
    return pd.concat(tables, ignore_index=True)
