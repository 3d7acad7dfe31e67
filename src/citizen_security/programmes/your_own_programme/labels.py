"""What designs are called in sentences and beside rows."""

from collections.abc import Mapping

DESIGNS: Mapping[str, str] = {
    "before_and_after": "before and after",
    "interrupted_series": "own trend carried on",
    "trend_bounds": "own trend, which may bend as before",
    "structural_series": "own past and donors, Bayesian",
    "difference_in_differences": "difference in differences",
    "matched": "synthetic control",
    "matched_ratio": "synthetic control, ratio of errors",
    "demeaned": "synthetic control without means",
    "synthetic_difference_in_differences": "synthetic difference in differences",
    "count_control": "synthetic control for counts",
    "placebos_in_time": "the same at earlier dates",
    "placebos_in_space_and_time": "the same elsewhere and earlier",
    "conformal": "conformal, constant effect",
    "two_way": "two-way fixed effects",
    "group_time": "group-time averages",
    "imputation": "imputation",
    "poisson_imputation": "imputation for counts",
    "permuted_starts": "imputation, starts dealt anew",
    "permuted_starts_counts": "imputation for counts, starts dealt anew",
    "equal_moments": "others at equally high moments",
}

# Designs that compare the place with others as high in their own history as it was at its start.
AT_A_PEAK = frozenset({"equal_moments"})

# Designs whose placebos overlap, so that their p-value describes and does not test.
OVERLAPPING = frozenset({"placebos_in_time", "placebos_in_space_and_time"})

# Designs whose error is clustered by unit: with few treated units they find what is not there far too often.
CLUSTERED = frozenset({"two_way", "group_time", "imputation", "poisson_imputation"})

FALL, RISE, UNCLEAR, TOO_FEW, NOT_POSSIBLE = "a fall", "a rise", "no clear change", "too few to tell", "not possible"
DESCRIBES, FEW_TREATED = "describes, no test", "too few treated for its error"
