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
