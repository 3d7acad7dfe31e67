"""What outcomes, scales and estimators are called in sentences and figures."""

from collections.abc import Mapping

from citizen_security.programmes.pacification.parameters import Outcome, Period, Scale

OUTCOMES: Mapping[Outcome, str] = {
    "both": "homicides and killings by police",
    "homicides": "homicides",
    "killings_by_police": "killings by police",
}
SCALES: Mapping[Scale, str] = {"ratio": "in ratios", "counts": "in numbers of deaths"}
PERIODS: Mapping[Period, str] = {"month": "month", "quarter": "quarter", "half_year": "half-year"}

# The estimators in the order of the table, with the areas that each compares with.
ESTIMATORS: Mapping[str, tuple[str, str]] = {
    "two_way": ("two-way fixed effects", "all others, those already pacified too"),
    "group_time": ("group-time effects", "areas not yet pacified"),
    "interaction_weighted": ("interaction-weighted", "areas pacified last"),
    "stacked": ("stacked experiments", "areas not pacified within the window"),
    "imputation": ("imputation", "unit and period effects of untreated cells"),
    "two_stage": ("two stages", "unit and period effects of untreated cells"),
    "poisson_imputation": ("Poisson imputation", "unit and period factors of untreated cells"),
}
