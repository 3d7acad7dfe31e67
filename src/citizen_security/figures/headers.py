"""What columns of results are called on a page: the field's words, with the unit where a name alone would not say it.

A column that is not here is shown by its own name with blanks for underscores. `<name>_lower` and `<name>_upper` follow
the name of what they bound.
"""

import math
import re
from collections.abc import Iterable, Mapping
from numbers import Real

_BOUND = re.compile(r"^(?:(.+)_)?(lower|upper|low|high)$")
# Names as code writes them, of columns, parameters, methods and kinds.
CODE_NAME = re.compile(r"^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$")

# Names of years that do not say the word, and what a year of a table may be.
YEARS = {"origin", "since", "until"}
FIRST_YEAR, LAST_YEAR = 1500, 2200
_YEAR = re.compile(r"(?:^|[\W_])year(?:$|[\W_])", re.IGNORECASE)

COLUMNS: Mapping[str, str] = {
    # places and years
    "iso3": "country code",
    "homicides, all years": "homicides, all years",
    "implied_population": "inhabitants implied by the rate",
    "months_used": "months",
    "first_year": "first year",
    "last_year": "last year",
    "first_window": "first years",
    "last_window": "last years",
    "observations": "country-years",
    "country_years": "country-years",
    # rates
    "rate": "rate per 100,000",
    "raw_rate": "printed rate per 100,000",
    "homicide_rate": "homicides per 100,000",
    "homicide_rate_as_printed": "rate as printed",
    "published_rate": "published rate per 100,000",
    "label_rate": "rate of the label's year, per 100,000",
    "pooled_rate": "pooled rate per 100,000",
    "rate_before": "rate before, per 100,000",
    "rate_after": "rate after, per 100,000",
    "raw_first": "rate in the first years, per 100,000",
    "raw_last": "rate in the last years, per 100,000",
    "published_homicides": "published homicides",
    "published_population": "published inhabitants",
    "change_percent": "change, %",
    # ranks
    "raw_rank": "rank by printed rate",
    "place_before": "place before",
    "place_after": "place after",
    "place_share": "share of places",
    "places_moved": "places moved",
    "most_places_moved": "most places moved",
    # probabilities
    "probability_first": "probability of being first",
    "probability_top": "probability of being in the top",
    "probability_above": "probability of lying above",
    "probability_fell": "probability of a fall",
    "probability_positive": "probability of a positive slope",
    "probability_exceeded": "probability of more",
    "share_at_least": "share of replicates at least as large",
    "positive_share": "share of countries with a positive slope",
    "new_country_positive": "probability of a positive slope in a new country",
    "average_positive": "probability of a positive average",
    # estimates
    "standard_error": "standard error",
    "adjusted_standard_error": "adjusted standard error",
    "difference_error": "standard error of the difference",
    "p_value": "p-value",
    "holm_p_value": "p-value by Holm",
    "wild_p_value": "p-value, wild bootstrap",
    "p_of_zero": "p-value against zero",
    "p_low": "p-value at low income",
    "p_high": "p-value at high income",
    "t_low": "t at low income",
    "t_high": "t at high income",
    "slope_low": "slope at low income",
    "slope_high": "slope at high income",
    "low_income": "low income",
    "high_income": "high income",
    "r_squared": "R²",
    "partial_r_squared": "partial R²",
    "robustness_value": "robustness value",
    "robustness_value_significance": "robustness value for significance",
    "degrees": "degrees of freedom",
    "least_squares": "least squares alone",
    "smallest_effect": "smallest effect that matters",
    # fit and forecasts
    "elpd": "expected log density",
    "elpd_error": "its standard error",
    "effective_parameters": "effective parameters",
    "effective_draws": "effective draws",
    "pareto_k": "Pareto k",
    "largest_pareto": "largest Pareto k",
    "maximum_pareto_k": "largest Pareto k",
    "high_pareto": "Pareto k too high",
    "crps": "continuous ranked probability score",
    "log_score": "log score",
    "coverage_90": "covered by the 90% interval",
    "covered_largest": "covered, largest places",
    "covered": "covered",
    "covered_lower": "covered, from",
    "covered_upper": "covered, to",
    "covered_largest_lower": "largest places, from",
    "covered_largest_upper": "largest places, to",
    "skill_over_last_value": "gain over the last value, %",
    "mean_absolute_error": "mean absolute error, per 100,000",
    "root_mean_square_error": "root mean square error, per 100,000",
    "median_half_width": "median half width, per 100,000",
    "generalised_gini": "generalised Gini",
    "gini": "Gini",
    "gini_of_risk": "Gini of risk",
    "lower": "from",
    "upper": "to",
}

# Names of one word that are code all the same.
BARE = ("iso3", "lower", "upper", "crps", "elpd")


def header(column: str, names: Mapping[str, str] = COLUMNS) -> str:
    """What a column is called on a page.

    Parameters
    ----------
    column : str
    names : mapping of str to str
        The words for columns.

    Returns
    -------
    str
    """
    if column in names:
        return names[column]
    if (bound := _BOUND.match(column)) and bound[1]:
        side = "from" if bound[2] in ("lower", "low") else "to"
        return f"{header(bound[1], names)}, {side}"
    return column.replace("_", " ")


def are_years(name: object, values: Iterable[object]) -> bool:
    """Whether the numbers of a column or a row are years, which no sign parts into thousands.

    Parameters
    ----------
    name : object
        Of the column or row: it says year, or is one of `YEARS`. Of a column of several levels, all of them.
    values : iterable
        Its cells. All that are numbers are whole and may be years, so that the homicides of a year are none.

    Returns
    -------
    bool
    """
    levels = name if isinstance(name, tuple) else (name,)
    if not any(str(level) in YEARS or _YEAR.search(str(level)) for level in levels):
        return False
    numbers = [float(value) for value in values if isinstance(value, Real) and not isinstance(value, bool)]
    known = [number for number in numbers if not math.isnan(number)]
    return bool(known) and all(number.is_integer() and FIRST_YEAR <= number <= LAST_YEAR for number in known)


def label_in_words(label: object) -> str:
    """A label of a table: a name as code writes it in words, any other as it is.

    Parameters
    ----------
    label : object

    Returns
    -------
    str
    """
    text = str(label)
    return header(text) if CODE_NAME.match(text) or text in BARE else text
