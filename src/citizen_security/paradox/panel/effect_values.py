"""Effects of drivers as values that a notebook records."""

import numpy as np
import pandas as pd

from citizen_security.measures import EFFECTS, effect_unit
from citizen_security.values import Value


def method_values(table: pd.DataFrame, column: str) -> list[Value]:
    """What the notebook records of estimates side by side, by kind of error or by estimator.

    Parameters
    ----------
    table : pandas.DataFrame
        regressor, estimate, lower, upper, outcome, observations, confidence_level and `column`; rows with a missing
        or infinite number are passed over.
    column : str
        `method` or `estimator`, whose words end the names.

    Returns
    -------
    list of Value
    """
    finite = np.isfinite(table[["estimate", "lower", "upper"]].astype(float)).all(axis=1)
    chosen = table[finite & table["regressor"].isin(EFFECTS)]
    return [
        Value(
            name=f"{EFFECTS[row['regressor']]}_{_snake_case(row[column])}",
            value=float(row["estimate"]),
            unit=effect_unit(row["outcome"], row["regressor"]),
            interval=(float(row["lower"]), float(row["upper"])),
            n=int(row["observations"]),
            label=f"Effect of {row['regressor']} alone, {row[column]}; {100 * row['confidence_level']:g}% confidence",
            format=".2f",
        )
        for _, row in chosen.iterrows()
    ]


def _snake_case(words: str) -> str:
    return words.lower().replace("–", "_").replace("-", "_").replace(" ", "_")
