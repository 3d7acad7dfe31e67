"""What publishers changed between releases: an uncertainty of another kind than chance."""

import pandas as pd

from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE, poisson_interval


def revision_table(rows: pd.DataFrame, credible_level: float) -> pd.DataFrame:
    """How far a country's rates of one year lie apart in two releases, beside the exact interval of the count.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `observed_places`.
    credible_level : float
        Of the exact intervals.

    Returns
    -------
    pandas.DataFrame, one row for each country and year that both releases have
        `key`, `name`, `year`, `rate`, `rate_release_2024` (per 100,000), `revision_percent` (of the earlier rate),
        `chance_percent` (half the width of the exact interval, of the rate), `outside` (whether the earlier rate lies
        outside the exact interval). Empty without countries.
    """
    both = rows[(rows["rate_release_2024"] > 0) & (rows["rate"] > 0)]
    limits = poisson_interval(both["homicides"], both["exposure"] * PERSON_YEARS_OF_A_RATE, credible_level)
    earlier = both["rate_release_2024"].to_numpy()
    kept = both[["key", "name", "year", "rate", "rate_release_2024"]].reset_index(drop=True)
    return kept.assign(
        revision_percent=100 * (kept["rate"] / earlier - 1),
        chance_percent=100 * (limits[:, 1] - limits[:, 0]) / 2 / kept["rate"],
        outside=(earlier < limits[:, 0]) | (earlier > limits[:, 1]),
    )
