"""Names of the estimators and statistics."""

from typing import Literal

# How the outcome without treatment is put together from donors.
Estimator = Literal[
    "matched", "demeaned", "ridge_augmented", "penalised", "difference_in_differences",
    "synthetic_difference_in_differences",
]  # fmt: skip

# What is compared between the treated unit and its placebos.
Statistic = Literal["rmspe_ratio", "mean_gap"]

# Likelihood of counts: with no more variation than chance gives, or with more.
Family = Literal["poisson", "negative_binomial"]
