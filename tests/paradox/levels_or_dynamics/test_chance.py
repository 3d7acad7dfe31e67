"""What chance finds, by driver."""

import pytest
from paradox.drifting_panels import drifting_panel, parameters

from citizen_security.methods.panel.placebo import placebo
from citizen_security.paradox.levels_or_dynamics.chance import (
    SETTINGS,
    in_levels,
    placebos,
    simulated_t,
    tabulate_chance,
)
from citizen_security.paradox.levels_or_dynamics.series import driver_panels


def test_every_driver_has_a_row_for_every_setting():
    given = parameters(confidence_level=0.9, seed=3)
    panels = driver_panels(drifting_panel(), given)
    table = tabulate_chance(placebos(panels, given))
    assert list(zip(table["path"], table["form"], strict=True)) == [*SETTINGS, *SETTINGS]
    row = table.iloc[1]
    own = placebo(panels["unemployment_youth"], 0.9, path="random walk", form="levels", draws=99, seed=3)
    assert [row["false_independent"], row["false_crv1"], row["false_cr2"]] == list(own.false_findings().values())
    assert row["t"] == pytest.approx(float(own.observed.bias_reduced[0]))
    assert row["p_chance"] == own.p_value()
    assert row["draws"] == 99
    first = in_levels(table)
    assert list(first["regressor"]) == ["unemployment_youth", "gdp_growth"]
    assert set(zip(first["path"], first["form"], strict=True)) == {SETTINGS[0]}
    drawn = simulated_t(placebos(panels, given))
    assert drawn["regressor"].value_counts().to_dict() == {"unemployment_youth": 99, "gdp_growth": 99}
    walks = placebo(panels["gdp_growth"], 0.9, draws=99, seed=3).simulated.bias_reduced
    assert drawn["t"].iloc[-1] == walks[-1]


def test_a_sample_without_consecutive_years_has_no_rows_but_its_columns():
    panel = drifting_panel()
    given = parameters()
    table = tabulate_chance(placebos(driver_panels(panel[panel["year"] % 2 == 0], given), given))
    assert table.empty
    assert simulated_t({}).empty
    assert "false_cr2" in table
