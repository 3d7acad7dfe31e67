"""A table as an analyst brings it, for the tests of what reads it."""

import numpy as np
import pandas as pd

from citizen_security.tables.brought.reader import COLUMNS

SAME = {name: name for name in COLUMNS}


def table(places=12, years=3):
    place, year = np.divmod(np.arange(places * years), years)
    return pd.DataFrame(
        {
            "place": [f"Place {number:02}" for number in place],
            "group": np.where(place % 2, "North", "South"),
            "year": 2019 + year,
            "homicides": place + year,
            "population": 1_000 * (place + 1),
        }
    )


def changed(column, row, value):
    frame = table().astype({column: object})
    frame.loc[row, column] = value
    return frame


def plain(frame):
    return frame.astype({"place": "str", "group": "str"}).reset_index(drop=True)
