"""Names of comparisons, adjustments and summaries."""

from typing import Literal

# Whom treated units are compared with.
Comparison = Literal["never_treated", "not_yet_treated"]

# From which period before the start changes are taken: the one before each period, or the one before the start.
Base = Literal["varying", "universal"]

# How covariates are held constant.
Adjustment = Literal["outcome_regression", "doubly_robust"]

# By what effects are averaged.
Summary = Literal["overall", "event_time", "start", "period"]

# Cells within which effects are taken to be equal where a variance needs it.
Homogeneous = Literal["start_and_period", "event_time", "overall"]

# How stacked experiments are weighted.
StackWeights = Literal["corrected", "least_squares"]

# Which imputation gives the statistic of a permutation test.
Imputation = Literal["linear", "poisson"]

# Which violations of parallel trends are allowed.
Violation = Literal["relative_magnitudes", "smoothness"]
