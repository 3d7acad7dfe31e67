"""Parameters that turn a notebook's conclusions round: what its prose says then must be as true as at the defaults.

`test_contrary.py` runs each at quick effort, with the exercises' solutions after the notebook's own cells.
"""

# For each notebook, what turns as much round as can be: few countries, one decade, another level, weights or measure.
CONTRARY = {
    "paradox/poverty_and_violence": {"countries": ["COL", "SLV", "ECU", "DOM"], "confidence_level": 0.8},
    "paradox/panel_regressions": {
        "first_year": 2000,
        "countries": ["ARG", "BRA", "CHL", "COL", "CRI", "ECU", "MEX", "PER", "SLV", "URY"],
    },
    "paradox/literature_statements": {"smallest_effect": 5.0},
    "paradox/income_turning_point": {"first_year": 2000, "last_year": 2010, "weights": "population"},
    "evidence/selection_on_outcome": {"later_positive": 24},
    "evidence/meta_analysis": {"intervention": "deterrence_education", "moderator": "none"},
    "evidence/publication_bias": {"intervention": "deterrence_education"},
}

# What a recorded text says in that run and not at the defaults: name of the value → part of its text.
SAYS: dict[str, dict[str, str]] = {}

# Notebooks whose exercises are put to the default sample (they name its countries or years): their solutions are run
# at the defaults, in a run more.
EXERCISES_AT_DEFAULTS: set[str] = set()
