"""What is missing is named."""

import numpy as np
from paradox.prediction_settings import QUICK

from citizen_security.paradox.what_predicts_homicide.problems import prediction_problems


def test_a_predictor_without_any_figure_is_named(panel):
    assert "gini has no figure" in prediction_problems(panel.assign(gini=np.nan), QUICK)[0]
