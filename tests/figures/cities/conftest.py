"""A short list of cities with its intervals."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def cities():
    raw = np.array([40.0, 90.0, 60.0, 55.0])
    return pd.DataFrame(
        {
            "city": ["Alpha", "Beta", "Gamma", "Delta"],
            "label": ["Alpha (AAA)", "Beta (AAA)", "Gamma (BBB)", "Delta (CCC)"],
            "iso3": ["AAA", "AAA", "BBB", "CCC"],
            "is_lac": [True, True, False, True],
            "homicides": [120, 300, 900, 2_000],
            "raw_rate": raw,
            "rate": raw * [1.05, 0.97, 1.0, 1.0],
            "rate_lower": raw * 0.9,
            "rate_upper": raw * 1.2,
            "country_rate": [65.0, 65.0, 60.0, 56.0],
            "change_percent": [5.0, -3.0, 0.0, 0.0],
            "raw_rank": [4, 1, 2, 3],
            "rank_median": [4.0, 1.0, 2.0, 3.0],
            "rank_lower": [3, 1, 2, 2],
            "rank_upper": [4, 1, 3, 4],
        }
    )
