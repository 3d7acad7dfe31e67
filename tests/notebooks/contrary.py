"""Parameters that turn a notebook's conclusions round: what its prose says then must be as true as at the defaults.

`test_contrary.py` runs each at quick effort, with the exercises' solutions after the notebook's own cells.
"""

from support import ROOT

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
    # Another driver in ten countries, changes only, at a level that rejects four times as often.
    "paradox/specification_curve": {
        "driver": "growth",
        "countries": ["ARG", "BRA", "CHL", "COL", "CRI", "ECU", "MEX", "PER", "SLV", "URY"],
        "leave_out": ["estimator=within", "trends=country", "year_effects=yes", "growth_series=per_head"],
        "confidence_level": 0.8,
    },
    "paradox/what_predicts_homicide": {
        "outcome": "rate",
        "blocks": ["poverty", "population"],
        "first_year": 2000,
        "first_origin": 2012,
        "main_model": "elastic_net",
        "smallest_gain": 30.0,
        "confidence_level": 0.6,
    },
    # Other drivers than the notebook's own, relative effects, and errors that know nothing of the year before.
    "paradox/country_heterogeneity": {
        "outcome": "log_rate",
        "drivers": ["gini", "log_gdp_per_capita"],
        "errors": "independent",
        "spread": "common",
        "credible_level": 0.6,
    },
    # One document's claims of few themes, by rules so loose that what fails at the defaults may hold.
    "claims/ledger": {
        "documents": ["muggah2017", "hernandezroy2025"],
        "themes": ["homicide_level", "el_salvador", "inequality", "prevention"],
        "tolerance": 0.5,
        "smallest_effect": 10.0,
        "window": "latest",
        "confidence_level": 0.8,
    },
    "evidence/claimed_and_evaluated": {"countries": ["COL"], "rule": "at_random", "confidence_level": 0.5},
    # One small panel, one rule and a design that looks at no other place, at a level at which much counts.
    "programmes/what_chance_shows": {
        "panels": ["colombian_cities"],
        "rules": ["rising"],
        "left_out": ["extrapolated_line", "synthetic_control", "synthetic_difference_in_differences"],
        "years_before": [8],
        "years_after": 2,
        "other_places": 20,
        "draws": 20,
        "significance": 0.2,
        "power": 0.5,
        "confidence_level": 0.8,
    },
    # Killings by police in numbers, by month, up to a month in which some areas have no unit yet, without two units.
    "programmes/pacification": {
        "outcome": "killings_by_police",
        "scale": "counts",
        "last_month": "2012-12",
        "period": "month",
        "months_after": 12,
        "months_before": 6,
        "months_earlier": 2,
        "left_out": ["Rocinha", "Mangueirinha"],
        "draws": 199,
        "draws_each": 19,
        "confidence_level": 0.8,
        "seed": 7,
    },
    # Fewer months, one line, none that is straight in homicides a day, few provinces, and a wide bend at a low level.
    "programmes/internal_armed_conflict": {
        "first_month": 2,
        "last_month": 8,
        "line_from": 2016,
        "lines_from": [2015],
        "forms": ["counts"],
        "harmonics": 2,
        "bend": 0.5,
        "least_homicides": 80,
        "height_years": 2,
        "countries_from": 2012,
        "confidence_level": 0.6,
    },
    # One episode, few donors, a line from another year, and deaths that were missed before as well.
    "programmes/state_of_exception": {
        "first_year": 2003,
        "line_from": 2012,
        "episodes": ["truce"],
        "donors": "region",
        "left_out": ["HND", "GTM"],
        "uncounted_before": 0.3,
        "confidence_level": 0.6,
    },
    # Rates, another estimator and statistic, donors of the world, years of a rise, a level that passes much.
    "programmes/prevention_costa_rica": {
        "start": 2015,
        "last_year": 2019,
        "after_until": 2021,
        "first_year": 2002,
        "line_from": 2004,
        "donors": "world_low",
        "low_below": 20.0,
        "left_out": ["MEX"],
        "scale": "level",
        "estimator": "difference_in_differences",
        "statistic": "rmspe_ratio",
        "tolerance": 0.2,
        "power": 0.6,
        "confidence_level": 0.7,
        "curve_starts": [2014, 2016],
        "seed": 7,
    },
    # Another sector, start and span, small sectors too, and a level at which much counts as small.
    "programmes/focused_deterrence": {
        "sector": "CUAUTEPEC",
        "start": "2021-07",
        "first": "2017-04",
        "last": "2024-09",
        "least_homicides": 2.0,
        "statistic": "change_over_error",
        "family": "negative_binomial",
        "bends": [3.0, 1.5],
        "starts": ["2020-08", "2022-02"],
        "confidence_level": 0.6,
    },
    # Levels beside few donors, at a level at which six units can tell something.
    "programmes/your_own_programme": {
        "scale": "level",
        "donors": ["AL", "BA", "CE", "PB", "RN"],
        "peak_window": 1,
        "leads": 1,
        "uncounted_share": 0.3,
        "confidence_level": 0.8,
        "draws": 300,
        "seed": 1,
    },
    # Judges in place of the police, a level at which so few countries can reject, and one programme.
    "programmes/trust_and_community_policing": {
        "programmes": ["pronapred"],
        "left_out": ["SLV", "NIC"],
        "doubted": "kept",
        "institution": "judiciary",
        "timing": "year_before",
        "smallest_effect": 12.0,
        "respondents": 300,
        "design_effect": 3.0,
        "draws": 299,
        "confidence_level": 0.8,
        "seed": 5,
    },
    # Six neighbours as donors, another start and span, and a level at which they can give a small p.
    "programmes/synthetic_morelia": {
        "start": 2016,
        "first_year": 2004,
        "last_year": 2020,
        "donors": "state",
        "least_deaths": 12.0,
        "family": "negative_binomial",
        "starts": [2014],
        "lasts": [2019],
        "confidence_level": 0.6,
    },
    # A log scale from another year on, few predictors, and a level at which so few placebos can reject nothing.
    "programmes/synthetic_sao_paulo": {
        "start": 2002,
        "last_year": 2006,
        "outcome": "log",
        "donors": "over_a_million",
        "predictors": ["gini", "gdp_growth"],
        "curve_starts": [1996],
        "statistic": "mean_gap",
        "confidence_level": 0.98,
    },
    "evidence/evidence_gap_map": {"region": "lac", "minimum_maryland_level": 5},
    # One country and two themes, of which no budget was read.
    "evidence/programme_register": {
        "countries": ["COL"],
        "themes": ["community_based", "hard_line"],
        "minimum_maryland_level": 5,
        "document_year": 2010,
    },
    # What the text states alone, strong designs alone, and what had been published before the document.
    "evidence/typology": {
        "placements": "stated",
        "minimum_maryland_level": 4,
        "last_year": 2016,
        "confidence_level": 0.5,
    },
    # Every rule as mild as it goes, so that answers are certain that are not at the defaults.
    "evidence/certainty": {
        "estimator": "equal_effects",
        "test": "normal",
        "confidence_level": 0.5,
        "smallest_change": 1.0,
        "smallest_difference": 0.01,
        "non_randomised_start": "high",
        "grave_share": 0.9,
        "fewest_studies": 2,
        "fewest_events": 50,
        "high_i_squared": 95.0,
        "tested_from": 100,
        "funnel_significance": 0.01,
    },
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
    # One country with two cities: what takes more is missing, and what only the priors say is said.
    "cities/city_homicide": {
        "countries": ["COL"],
        "top_places": 1,
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
    # A country that keeps the rules of constant risk, in one group and few years.
    "cities/every_municipality": {
        "simulated_places": 60,
        "simulated_groups": 1,
        "simulated_extra_variation": 0.0,
        "simulated_trend_deviation": 0.0,
        "simulated_wave_deviation": 0.0,
        "simulated_years": 4,
        "top_places": 10,
    },
    # Provinces that have counts and no population, and states: no country, no city, no rank of the chosen place.
    "places/every_place": {
        "kinds": ["state"],
        "since": 2016,
        "place": "ECU-guayas",
        "credible_level": 0.8,
    },
}

# What a recorded text says in that run and not at the defaults: name of the value → part of its text.
SAYS: dict[str, dict[str, str]] = {
    "paradox/specification_curve": {
        "series_sentence": "There is one series",
        "test_reading": "At the 20% level",
        "countries_reading": "every specification has ten countries",
    },
    "paradox/poverty_and_violence": {
        "homicide_against_poverty_reading": "it fell by the larger share",
        "ratio_to_world_reading": "it fell, whatever missing countries hide",
        "published_shares_reading": "cannot be held against these countries",
    },
    "paradox/panel_regressions": {
        "family_reading": "fewer than 4 degrees of freedom",
        "scales_reading": "levels of logs the intervals of youth unemployment and poverty below 6.85 USD leave out",
    },
    "paradox/literature_statements": {
        "poverty_equivalence_verdict": "too small to matter",
        "poverty_determinant_sentence": "carries the statement that poverty is no determinant",
    },
    "paradox/income_turning_point": {"inverted_u_reading": "Between countries, an inverted U is established by"},
    "paradox/levels_or_dynamics": {"levels_or_dynamics_verdict": "For GDP growth 1 of 5 estimators of levels"},
    "places/every_place": {"scope_sentence": "116 states, departments and provinces."},
    "cities/city_homicide": {
        "levels_sentence": "There is one country",
        "rule_sentence": "the country's level without the rule",
        "neighbours_sentence": "no pair of neighbours",
    },
    "evidence/selection_on_outcome": {
        "later_review_sentence": "100% are positive. That is within what whoever ignores"
    },
    "evidence/meta_analysis": {
        "pooled_reading": "That their true effects differ is not shown",
        "moderator_sentence": "No moderator was chosen.",
    },
    "evidence/publication_bias": {
        "corrections_sentence": "All corrected means are on the side of more crime",
        "fail_safe_sentence": "takes 21 unreported studies",
        "egger_sentence": "asks for 10 studies, and there are 7",
    },
    "programmes/prevention_costa_rica": {
        "answer_sentence": "Homicide was 19% higher",
        "verdict": "none of the 72 combinations with enough donors find a fall beyond chance",
        "design_sentence": "difference in differences, expect",
        "fit_sentence": "29% in logarithms.",
    },
    "programmes/focused_deterrence": {
        "announced_sentence": "64 files in 2019 and 33 in 2023",
        "line_sentence": "The line beside the city sets it apart, the line alone does not.",
        "verdict": "The finding hangs on the choice: 17% of starts and designs find a fall beyond chance",
    },
    "programmes/synthetic_morelia": {
        "answer_sentence": "Deaths in Morelia changed by +194%",
        "curve_sentence": "of start (2014 or 2016), last year (2019 or 2020), donors and design",
    },
    "evidence/claimed_and_evaluated": {"chance_sentence": "that are chosen at random, the typical one changes by 0.0%"},
    "programmes/pacification": {
        "verdict": "The change goes beyond permuted dates on both scales",
        "comparison_sentence": "Seven areas have no unit up to the last month",
        "answer_sentence": "in the 12 months that begin two months before a unit's installation",
    },
    "programmes/your_own_programme": {
        "table_sentence": "never treated: five units",
        "peak_sentence": "windows of one year",
        "leads_sentence": "With the start moved one year earlier",
    },
    "programmes/internal_armed_conflict": {
        "answer_sentence": "In February to August 2024",
        "lines_sentence": "Against the one line, from 2015",
        "bounds_sentence": "With no bend at all the interval includes zero already",
        "height_sentence": "Provinces rose more the higher they stood",
    },
    "programmes/trust_and_community_policing": {
        "doubted_sentence": "This run has it kept",
        "sampling_sentence": "With 300 people asked and a design effect of 3",
        "homicide_sentence": "twice the homicide rate of the year before, trust in the judiciary is",
        "programmes_verdict": "No estimate has a placebo p of at most 0.2",
    },
    "programmes/synthetic_sao_paulo": {
        "curve_verdict": "So few placebos cannot give a p-value of 0.02",
        "answer_sentence": "so few placebos give no 98% interval",
        "timing_sentence": "of 5 years from the start on",
    },
    "evidence/evidence_gap_map": {"elsewhere_sentence": "The selection keeps to studies with a site in Latin America"},
    "evidence/programme_register": {
        "register_sentence": "this run looks at 3 in two countries",
        "budget_sentence": "No budget was found",
        "timeline_sentence": "The first year of 1 of 3 programmes was found, in 2010",
        "map_sentence": "By 2010 programmes with a known first year had begun in one country.",
        "missing_sentence": "a budget of none",
    },
    "evidence/typology": {
        "averages_sentence": "none has studies to average",
        "threats_sentence": "none on petty crime",
        "strategies_sentence": "7 of 10 strategies have no study, here or elsewhere.",
        "placement_sentence": "that the text does not state are left out",
    },
    "evidence/certainty": {
        "alcohol_restriction_certainty_sentence": "(50% interval: ",
        "deterrence_education_imprecision_steps": "none: the interval lies on the side of a rise, on seven studies",
        "cognitive_behavioural_therapy_publication_bias_steps": "(from 100 on)",
    },
    "paradox/country_heterogeneity": {"averages_sentence": "A Gini point of inequality goes with"},
    "paradox/what_predicts_homicide": {"poverty_predictive_gain_reading": "does not help by as much as would matter"},
    "cities/concentration": {
        "streets_reading": "the claim adds nothing to equal risk",
        "concentration_sentence": "cannot be said, since no populations can be used",
    },
    "cities/every_municipality": {
        "check_verdict": "passes its check",
        "table_reading": "one group of places",
        "risk_answer": "Since 2021 the risk",
        "cities_convergence_sentence": "passes the relaxed gate of a quick run",
    },
}

# A run more, of what those above cannot have: a brought table with a map, and the model to learn from left out.
BROUGHT: dict[str, dict[str, object]] = {
    "cities/every_municipality": {
        "path": str(ROOT / "examples" / "mexico_states.csv"),
        "place_column": "state",
        "group_column": "country",
        "top_places": 5,
        "neighbours": str(ROOT / "examples" / "mexico_state_neighbours.csv"),
        "constant_model": False,
    },
    "claims/ledger": {
        "own_claims": str(ROOT / "examples" / "own_claims.csv"),
        "own_rules": str(ROOT / "examples" / "own_claim_rules.csv"),
        "own_choices": str(ROOT / "examples" / "own_claim_choices.csv"),
    },
    # Many units, none of which is never treated, by quarter.
    "programmes/your_own_programme": {
        "path": str(ROOT / "examples" / "rio_pacification_units.csv"),
        "unit_column": "pacification_unit",
        "time_column": "quarter",
        "start_column": "installed_on",
        "count_column": "homicides",
        "population_column": "none",
        "scale": "level",
        "season": 4,
        "peak_window": 4,
    },
}
BROUGHT_SAYS: dict[str, dict[str, str]] = {
    "cities/every_municipality": {
        "table_reading": "mexico_states.csv, as brought",
        "neighbours_verdict": "66 pairs of neighbours were given. Neighbours share",
    },
    "claims/ledger": {
        "claims_reading": "The claims, rules and ways of measuring were brought, and read as they stand.",
        "verdicts_sentence": "All 5 claims can be tested",
        "changes_sentence": "No claim that is looked at is in release",
    },
    "programmes/your_own_programme": {
        "table_sentence": "38 units are treated from 2008 Q4 to 2014 Q2 on; no unit is never treated",
        "peak_sentence": "of 38 treated units",
        "floor_sentence": "comparisons with units that are treated already",
    },
}

# Notebooks whose exercises are put to the default sample (they name its countries or years): their solutions are run
# at the defaults, in a run more.
EXERCISES_AT_DEFAULTS: set[str] = set()
