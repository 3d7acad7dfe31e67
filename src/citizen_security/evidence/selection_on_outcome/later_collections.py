"""Collections that came later: a review's ratings, and evaluations of the compendium from the region."""

import numpy as np
import pandas as pd

from citizen_security.evidence.selection_on_outcome.filters import Counts
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.studies.coded_studies import in_lac, positive_share


def later_counts(coded: pd.DataFrame, parameters: SelectionOnOutcome) -> dict[str, Counts]:
    """Collections that came later: a review's ratings, and this compendium's evaluations from the region.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `coded_studies`.
    parameters : SelectionOnOutcome

    Returns
    -------
    dict of str to Counts
        By a name that a figure can print. The compendium's is left out if it has no evaluation in these years.
    """
    counts = {f"{parameters.later_total} programmes of a later review": _later_review(parameters)}
    own = later_studies(coded, parameters)
    share = positive_share(own)
    if share.n:
        counts[f"{share.n} evaluations here, {parameters.later_from} on"] = Counts(share.count, share.n)
    return counts


def later_studies(coded: pd.DataFrame, parameters: SelectionOnOutcome) -> pd.DataFrame:
    """Evaluations of the compendium with a site in the region, from the year that the parameters name."""
    own = in_lac(coded)
    return own[(own["group"] != "review") & (own["year"] >= parameters.later_from)]


def last_year_with_direction(coded: pd.DataFrame) -> int:
    """Latest year of an evaluation from the region that states a direction.

    Parameters
    ----------
    coded : pandas.DataFrame

    Returns
    -------
    int
    """
    own = in_lac(coded)
    return int(own.loc[(own["group"] != "review") & (own["direction"] != "not_stated"), "year"].max())


def _later_review(parameters: SelectionOnOutcome) -> Counts:
    return Counts(parameters.later_positive, parameters.later_total)


def directions_by_year(coded: pd.DataFrame, first_later_year: int) -> pd.DataFrame:
    """Directions that the compendium's evaluations from the region report, before and from a year.

    Parameters
    ----------
    coded : pandas.DataFrame
    first_later_year : int

    Returns
    -------
    pandas.DataFrame
        One row a direction, one column for each period, and their sum.
    """
    own = in_lac(coded)
    own = own[own["group"] != "review"]
    period = np.where(own["year"] < first_later_year, f"before {first_later_year}", f"from {first_later_year}")
    return pd.crosstab(own["direction"], period, margins=True, margins_name="all").rename_axis(columns=None)
