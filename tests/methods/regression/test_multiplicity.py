"""P-values adjusted for their number."""

import numpy as np
import pandas as pd

from citizen_security.methods.regression.multiplicity import holm


def test_holm_is_worked_out_by_hand():
    adjusted = holm(pd.Series([0.01, np.nan, 0.04, 0.03]))
    # Sorted 0.01, 0.03, 0.04 times 3, 2, 1, made monotone.
    np.testing.assert_allclose(adjusted, [0.03, np.nan, 0.06, 0.06])
