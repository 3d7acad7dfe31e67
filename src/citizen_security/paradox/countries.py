"""The countries that parameters choose."""

from typing import Literal

import pandas as pd


def chosen_countries(
    countries: pd.DataFrame, chosen: Literal["lac"] | list[str], *, territories: bool = False
) -> list[str]:
    """ISO codes that `countries` of the parameters stands for.

    Parameters
    ----------
    countries : pandas.DataFrame
        The table of countries: iso3, is_lac, in_panel.
    chosen : "lac" or list of str
    territories : bool
        Whether `lac` includes territories and states that the country-year panel does not have.

    Returns
    -------
    list of str
        Sorted.
    """
    if chosen != "lac":
        return sorted(chosen)
    inside = countries["is_lac"] if territories else countries["is_lac"] & countries["in_panel"]
    return sorted(countries.loc[inside, "iso3"])
