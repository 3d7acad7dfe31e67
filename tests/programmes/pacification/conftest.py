"""The table of the units, and a panel that is small enough to count by hand."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def table():
    return catalog.load("rio_pacification_month")


@pytest.fixture
def panel():
    """Twelve areas whose trends are parallel in numbers, each unit taking two deaths away from its start on."""
    starts = np.array([6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11])
    level = 20 + np.arange(12)[:, None] - np.arange(12)
    treated = np.arange(12) >= starts[:, None]
    return StaggeredPanel.of_table(level - 2 * treated, starts, exposure=1)


@pytest.fixture
def rows():
    """What each outcome and scale gives, as `by_outcome` returns it."""
    return pd.DataFrame(
        {
            "outcome": np.repeat(["both", "homicides", "killings_by_police"], 2),
            "scale": ["ratio", "counts"] * 3,
            "outcome_name": np.repeat(["homicides and killings by police", "homicides", "killings by police"], 2),
            "scale_name": ["in ratios", "in numbers of deaths"] * 3,
            "percent": -50.0,
            "percent_lower": -70.0,
            "percent_upper": -10.0,
            "p_value": 0.01,
            "floor": 0.001,
            "early_percent": 10.0,
            "early_percent_lower": -20.0,
            "early_percent_upper": 60.0,
            "early_p_value": 0.6,
        }
    )
