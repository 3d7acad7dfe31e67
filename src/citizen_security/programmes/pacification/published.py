"""What published evaluations of the programme say, as the tables of the evidence hold it."""

import pandas as pd

PROGRAMME = "upp"

COLUMNS = ["authors", "year", "design", "maryland_level", "outcome_category", "effect_direction", "effects", "notes"]


def published(programmes: pd.DataFrame, studies: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Evaluations of the programme, with how many effect sizes of each the tables hold.

    Parameters
    ----------
    programmes : pandas.DataFrame
    studies : pandas.DataFrame
    effects : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        authors, year, design, maryland_level, outcome_category, effect_direction, effects, notes; by year.
    """
    (keys,) = programmes.loc[programmes["programme_id"] == PROGRAMME, "studies"].str.split(";")
    found = studies[studies["study_id"].isin(keys)].sort_values("year", ignore_index=True)
    sizes = effects["study_id"].value_counts()
    return found.assign(effects=[int(sizes.get(key, 0)) for key in found["study_id"]])[COLUMNS]
