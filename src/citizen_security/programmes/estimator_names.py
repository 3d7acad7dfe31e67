"""What the estimators of outcomes without treatment are called in sentences and beside rows."""

from collections.abc import Mapping

from citizen_security.methods.synthetic_control.names import Estimator

ESTIMATOR_NAMES: Mapping[Estimator, str] = {
    "matched": "matched on every year",
    "demeaned": "matched without means",
    "ridge_augmented": "matched, ridge-augmented",
    "penalised": "matched, far donors penalised",
    "difference_in_differences": "difference in differences",
    "synthetic_difference_in_differences": "synthetic difference in differences",
}

# Estimators beside these, with procedures of their own.
WITH_PREDICTORS, COMPLETED = "with_predictors", "matrix_completion"
OTHER_NAMES: Mapping[str, str] = {WITH_PREDICTORS: "matched on predictors", COMPLETED: "matrix completion"}
