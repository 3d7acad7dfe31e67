"""The risk of the last year and the next against long chains that sample every log rate and approximate nothing."""

import numpy as np
import pandas as pd
import pytest
from methods.count_panels.long_chains import FOLDER, PANELS, drawn_table, summaries, with_sums

from citizen_security.cities.every_municipality.current_risk import fit_current
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.table import build_panel

COLUMNS = ("mean", "deviation", "lower", "upper")


def stored(name, panel):
    return pd.read_csv(FOLDER / f"{name}_{panel}.csv")


@pytest.mark.parametrize("panel", PANELS)
def test_risks_are_those_of_long_chains(panel):
    """Places, groups and all together; means, deviations and tails at 5 and 95%, in deviations of the posterior.

    The chains know these to 0.02 and the tails to 0.06. Two hundred independent draws of what governs the model know
    them to about as much, more where a last count is odd: six seeds were at most 0.07 apart in means and deviations and
    0.21 in tails. With the most likely deviations alone, or without draws whose waves pass for noise, the tails of 200
    places were 0.46 to 0.53 apart, and of all together 0.2.
    """
    table, chains = stored("counts", panel), stored("chains", panel)
    parameters = EveryMunicipality(risk_draws=4_000, seed=2)
    current = fit_current(build_panel(table), parameters)
    found = summaries(with_sums(current.log_rates[np.newaxis, ..., 1:], table))
    apart = found[list(COLUMNS)].sub(chains[list(COLUMNS)]).div(chains["deviation"], axis=0)
    most = apart.abs().max()
    assert most["mean"] < 0.12
    assert most["deviation"] < 0.12
    assert most[["lower", "upper"]].max() < 0.32
    # Errors that point one way would not be seen in the largest: of the means over places.
    assert apart.groupby(chains["year"]).mean().abs().max(axis=None) < 0.06


def test_the_stored_panels_are_those_that_the_chains_were_given():
    for panel, how in PANELS.items():
        pd.testing.assert_frame_equal(
            stored("counts", panel).drop(columns="homicides"), drawn_table(how).drop(columns="homicides")
        )
        assert (stored("chains", panel)[[f"{name}_error" for name in COLUMNS]] > 0).all(axis=None)
