"""Which states a study's donors leave out, found from the means that it printed."""

from itertools import combinations

import numpy as np
import pandas as pd

from citizen_security.programmes.synthetic_sao_paulo.state_panel import TREATED, predictor_means

STUDY = "freire2018"

# First year with the policies in the article; its means are those of the years before.
PUBLISHED_START = 1999

# Of rounding half to even or up, either may have been done: a mean half a unit of the last digit away agrees.
HALF = 0.5 + 1e-6


def printed(published: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Figures of one quantity that the study printed, by item.

    Parameters
    ----------
    published : pandas.DataFrame
        `published_results`.
    quantity : str

    Returns
    -------
    pandas.DataFrame
        `value` and `decimals`.
    """
    rows = published[(published["study_id"] == STUDY) & (published["quantity"] == quantity)]
    return rows.set_index("item")[["value", "decimals"]]


def printed_lives(published: pd.DataFrame) -> float:
    """Lives saved as the study printed them."""
    return float(printed(published, "lives_saved")["value"].iloc[0])


def agrees(values: pd.Series, figures: pd.DataFrame) -> "pd.Series[bool]":
    """Which values are the printed figures to the last printed digit.

    Parameters
    ----------
    values : pandas.Series
        By item.
    figures : pandas.DataFrame
        From `printed`.

    Returns
    -------
    pandas.Series of bool
    """
    close: pd.Series[bool] = (values[figures.index] - figures["value"]).abs() <= HALF * 10.0 ** -figures["decimals"]
    return close


def left_out(table: pd.DataFrame, published: pd.DataFrame, most: int = 2) -> tuple[list[tuple[str, ...]], int]:
    """Sets of states without which the means over the donors are all as printed, and how many sets were tried.

    Parameters
    ----------
    table : pandas.DataFrame
        `brazil_state_year`.
    published : pandas.DataFrame
        `published_results`.
    most : int
        States in a set at most.

    Returns
    -------
    found : list of tuple of str
    tried : int
    """
    figures = printed(published, "sample_mean")
    means = predictor_means(table, PUBLISHED_START, list(figures.index)).drop(TREATED)
    values, target = means.to_numpy(float), figures["value"].to_numpy(float)
    close = HALF * 10.0 ** -figures["decimals"].to_numpy(float)
    sets = [chosen for size in range(most + 1) for chosen in combinations(range(len(values)), size)]
    total, rest = values.sum(axis=0), [len(values) - len(chosen) for chosen in sets]
    left = np.array([total - values[list(chosen)].sum(axis=0) for chosen in sets]) / np.array(rest)[:, None]
    places = np.flatnonzero((np.abs(left - target) <= close).all(axis=1))
    return [tuple(str(means.index[state]) for state in sets[place]) for place in places], len(sets)


def means_beside_printed(table: pd.DataFrame, published: pd.DataFrame, without: tuple[str, ...]) -> pd.DataFrame:
    """Means of São Paulo and of the donors, with and without states, beside those printed.

    Parameters
    ----------
    table : pandas.DataFrame
        `brazil_state_year`.
    published : pandas.DataFrame
        `published_results`.
    without : tuple of str
        States that are left out.

    Returns
    -------
    pandas.DataFrame
        `predictor`, `treated`, `treated_printed`, `every_donor`, `donors`, `donors_printed`, `as_printed`.
    """
    own, sample = printed(published, "treated_mean"), printed(published, "sample_mean")
    means = predictor_means(table, PUBLISHED_START, list(sample.index))
    donors = means.drop([TREATED, *without]).mean()
    treated = means.T[TREATED]
    found = pd.DataFrame(
        {
            "treated": treated,
            "treated_printed": own["value"],
            "every_donor": means.drop(TREATED).mean(),
            "donors": donors,
            "donors_printed": sample["value"],
            "as_printed": agrees(donors, sample) & agrees(treated, own),
        }
    )
    return found.loc[sample.index].rename_axis("predictor").reset_index()
