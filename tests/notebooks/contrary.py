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
    "paradox/levels_or_dynamics": {
        "first_year": 2005,
        "countries": ["ARG", "BRA", "CHL", "COL", "CRI", "ECU", "GTM", "HND", "MEX", "PAN"],
        "outcome": "log_rate",
    },
    "paradox/literature_statements": {"smallest_effect": 5.0},
    "paradox/income_turning_point": {"first_year": 2000, "last_year": 2010, "weights": "population"},
    "evidence/selection_on_outcome": {"later_positive": 24},
    "evidence/meta_analysis": {"intervention": "deterrence_education", "moderator": "none"},
    "evidence/publication_bias": {"intervention": "deterrence_education"},
    "cities/city_table": {
        "countries": ["MEX", "COL", "SLV"],
        "label_year": 2010,
        "first_year": 2012,
        "last_year": 2018,
        "confidence_level": 0.8,
    },
    "cities/city_homicide": {
        "countries": ["SLV", "HND", "JAM", "GTM", "PRI", "ZAF"],
        "top_places": 2,
        "paired_cities": 4,
        "credible_level": 0.8,
    },
    "cities/city_trends": {
        "countries": ["COL"],
        "first_year": 2010,
        "since_year": 2012,
        "window_years": 1,
        "highest_share": 0.5,
        "held_out_years": 1,
        "forecast_origins": 1,
        "credible_level": 0.6,
        "doubtful_series": "drop",
    },
    # States of which no population can be used, one year, one period, and streets as equal risk would have them.
    "cities/concentration": {
        "scales": ["states"],
        "headline_scale": "states",
        "countries": ["MEX"],
        "first_year": 2019,
        "last_year": 2019,
        "share_of_homicides": 0.9,
        "window_months": [12],
        "streets": 2_000,
        "street_homicides": 1_000,
        "streets_with_homicide": 900,
        "street_shapes": [],
        "credible_level": 0.8,
    },
    # A country that keeps the simple model's rules, in one group.
    "cities/every_municipality": {
        "simulated_places": 60,
        "simulated_groups": 1,
        "simulated_extra_variation": 0.0,
        "simulated_trend_deviation": 0.0,
        "top_places": 10,
        "fuller_model": False,
    },
}

# What a recorded text says in that run and not at the defaults: name of the value → part of its text.
SAYS: dict[str, dict[str, str]] = {
    "paradox/poverty_and_violence": {
        "homicide_against_poverty_reading": "Homicide fell by the larger share",
        "ratio_to_world_reading": "it fell, whatever missing countries hide",
        "published_shares_reading": "cannot be held against these countries",
    },
    "paradox/literature_statements": {
        "poverty_equivalence_verdict": "too small to matter",
        "poverty_determinant_sentence": "carries the statement that poverty is no determinant",
    },
    "paradox/income_turning_point": {"inverted_u_reading": "Between countries, an inverted U is established by"},
    "paradox/levels_or_dynamics": {"levels_or_dynamics_verdict": "and the check decides nothing"},
    "cities/concentration": {"streets_reading": "the claim adds nothing to equal risk"},
    "cities/every_municipality": {
        "check_verdict": "passes its check",
        "table_reading": "one group of places",
        "fuller_reading": "There are no results of the fuller model",
    },
}

# Notebooks whose exercises are put to the default sample (they name its countries or years): their solutions are run
# at the defaults, in a run more.
EXERCISES_AT_DEFAULTS: set[str] = set()
