"""What institutions, outcomes, metrics and programmes are called."""

INSTITUTIONS = {"police": "trust in the police", "judiciary": "trust in the judiciary"}

OUTCOMES = {
    "police": "trust in the police",
    "judiciary": "trust in the judiciary",
    "difference": "trust in the police less that in the judiciary",
}

METRICS = {
    "percentage_points": "percentage points",
    "percent_change": "percent",
    "percent_vs_expected": "percent of what was expected",
    "sd_units": "standard deviations",
}

PROGRAMMES = {
    "plan_cuadrante": "Chile's Plan Cuadrante",
    "pnvcc": "Colombia's quadrants",
    "pronapred": "Mexico's PRONAPRED",
}

TIMINGS = {"same_year": "the homicide rate", "year_before": "the homicide rate of the year before"}
