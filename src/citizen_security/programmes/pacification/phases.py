"""Deaths a month before the units, while they were installed, and after: described, since nobody is left to compare."""

from typing import get_args

import numpy as np
import pandas as pd

from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE, poisson_interval, ratio_interval
from citizen_security.programmes.pacification.labels import OUTCOMES
from citizen_security.programmes.pacification.parameters import Outcome, Pacification
from citizen_security.programmes.pacification.unit_panel import deaths

# Last years of the phases after the last installation; the last phase ends with the table.
LAST_YEARS = (2016, 2019)


def phases(table: pd.DataFrame, parameters: Pacification) -> pd.DataFrame:
    """Deaths a month in all areas, by phase.

    Parameters
    ----------
    table : pandas.DataFrame
        `rio_pacification_month`.
    parameters : Pacification

    Returns
    -------
    pandas.DataFrame
        outcome, outcome_name, phase, first, last (months as `2007-01`), months, deaths, per_month with lower and upper
        (exact Poisson intervals), and change, change_lower, change_upper against the first phase (percent). Months with
        a note are left out: they were probably not reported.
    """
    rows = table[~table["pacification_unit"].isin(parameters.left_out) & table["note"].isna()]
    month = pd.PeriodIndex(pd.to_datetime(rows[["year", "month"]].assign(day=1)), freq="M")
    installed = pd.to_datetime(rows["installed_on"]).dt.to_period("M")
    ends = [installed.min() - 1, installed.max(), *(pd.Period(f"{year}-12", "M") for year in LAST_YEARS), month.max()]
    starts = [month.min(), *(end + 1 for end in ends[:-1])]
    found = []
    for outcome in get_args(Outcome):
        counts = deaths(rows, outcome)
        first_count, first_months = 0, 0
        for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
            inside = (month >= start) & (month <= end)
            count, months = int(counts[inside].sum()), int(month[inside].nunique())
            if not place:
                first_count, first_months = count, months
            lower, upper = poisson_interval(count, float(months), parameters.confidence_level) / PERSON_YEARS_OF_A_RATE
            low, high = ratio_interval(first_count, count, first_months, months, parameters.confidence_level)
            found.append(
                {
                    "outcome": outcome,
                    "outcome_name": OUTCOMES[outcome],
                    "phase": f"{start} to {end}",
                    "first": str(start),
                    "last": str(end),
                    "months": months,
                    "deaths": count,
                    "per_month": count / months,
                    "lower": float(lower),
                    "upper": float(upper),
                    "change": 100 * (count / months / (first_count / first_months) - 1) if place else np.nan,
                    "change_lower": 100 * (low - 1) if place else np.nan,
                    "change_upper": 100 * (high - 1) if place else np.nan,
                }
            )
    return pd.DataFrame(found)
