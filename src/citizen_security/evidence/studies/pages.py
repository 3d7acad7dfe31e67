"""Interventions that have a page of their own in the book, and the rule that decides which."""

import pandas as pd

PAGES = (
    "focused_deterrence",
    "gang_truce",
    "hot_spots_policing",
    "cognitive_behavioural_therapy",
    "restorative_justice",
    "deterrence_education",
    "cash_transfers",
    "firearm_restriction",
    "alcohol_restriction",
    "transport_and_carrying_rules",
    "urban_upgrading",
)


def with_a_page(coded: pd.DataFrame, effects: pd.DataFrame, harmonised: pd.DataFrame) -> list[str]:
    """Interventions of which there is a figure to tell: an effect with its error, or the mean that a review printed.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `coded_studies`.
    effects : pandas.DataFrame
        Table of that name.
    harmonised : pandas.DataFrame
        From `effect_sizes.harmonised_effects`.

    Returns
    -------
    list of str
        Codes, in the order of their names.
    """
    with_figure = set(effects.loc[effects["estimate"].notna(), "study_id"])
    reviews = coded[(coded["group"] == "review") & coded["study_id"].isin(with_figure)]
    of_reviews = {code for codes in reviews["interventions"] for code in codes}
    return sorted({*harmonised["intervention"], *of_reviews})
