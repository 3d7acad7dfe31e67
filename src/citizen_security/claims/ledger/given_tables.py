"""The tables that every way of measuring a claim is given."""

from collections.abc import Mapping

import pandas as pd

# By their names.
type Tables = Mapping[str, pd.DataFrame]
