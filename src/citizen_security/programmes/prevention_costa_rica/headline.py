"""What the notebook `programmes/prevention_costa_rica` records."""

import pandas as pd

from citizen_security.programmes import at_a_glance
from citizen_security.programmes.curve_options import by_option, decisive
from citizen_security.programmes.prevention_costa_rica import sentences as said
from citizen_security.programmes.prevention_costa_rica.parameters import PreventionCostaRica
from citizen_security.values import Value

# What is chosen in a cell of the curve, in the order of its rows.
CHOICES = ("outcome", "pool", "start", "estimator")


def options_of(curve: pd.DataFrame) -> pd.DataFrame:
    """How many cells of each option of the curve find a fall beyond chance.

    Parameters
    ----------
    curve : pandas.DataFrame
        From `curve.specification_curve`.

    Returns
    -------
    pandas.DataFrame
        As `curve_options.by_option`.
    """
    return by_option(curve, CHOICES, "difference")


def own_values(
    series: pd.DataFrame, changes: pd.DataFrame, line: pd.DataFrame, parameters: PreventionCostaRica
) -> list[Value]:
    """What Costa Rica's own series says.

    Parameters
    ----------
    series : pandas.DataFrame
        From `country_panels.country_series`.
    changes, line : pandas.DataFrame
        From `windows`.
    parameters : PreventionCostaRica

    Returns
    -------
    list of Value
    """
    return _texts(
        {
            "raw_sentence": (said.raw_sentence(changes), "Each window beside the years before it"),
            "claim_reading": (said.claim_reading(changes), "Whether homicide moved as the document says"),
            "peak_sentence": (said.peak_sentence(series, parameters), "Where the rate stood before the start"),
            "line_sentence": (said.line_sentence(line, parameters), "The line of the years before"),
        }
    )


def scale_values(parallel: pd.DataFrame, parameters: PreventionCostaRica) -> list[Value]:
    """What parallel trends mean on each scale.

    Parameters
    ----------
    parallel : pandas.DataFrame
        From `comparisons.parallel_trends`.
    parameters : PreventionCostaRica

    Returns
    -------
    list of Value
    """
    return _texts(
        {
            "scale_sentence": (said.scale_sentence(parallel, parameters), "What parallel trends expect, by scale"),
            "apart_sentence": (said.apart_sentence(parallel), "How far the scales lie apart, by donors"),
        }
    )


def comparison_values(
    table: pd.DataFrame,
    early: pd.DataFrame,
    earlier: pd.DataFrame,
    without: pd.DataFrame,
    fits: pd.DataFrame,
    falls: pd.DataFrame,
    parameters: PreventionCostaRica,
) -> list[Value]:
    """What other countries say, and what they could have said.

    Parameters
    ----------
    table, early : pandas.DataFrame
        From `comparisons.estimators`, for the strategy and the year before it.
    earlier, without, fits : pandas.DataFrame
        From `comparisons.earlier_starts`, `without_each_donor` and `with_predictors`.
    falls : pandas.DataFrame
        From `detectable.least_falls`.
    parameters : PreventionCostaRica

    Returns
    -------
    list of Value
    """
    return _texts(
        {
            "design_sentence": (said.design_sentence(table, parameters), "The run's own design on both scales"),
            "estimators_sentence": (said.estimators_sentence(table, parameters), "All estimators on both scales"),
            "fit_sentence": (said.fit_sentence(table, parameters), "Fit before the start"),
            "year_before_sentence": (said.year_before_sentence(early, parameters), "What the year before shows"),
            "earlier_sentence": (said.earlier_sentence(earlier), "Earlier starts"),
            "donors_sentence": (said.donors_sentence(without), "Without single donors"),
            "predictors_sentence": (said.predictors_sentence(fits, parameters), "Weights that match predictors"),
            "detectable_sentence": (said.detectable_sentence(falls, parameters), "The smallest fall that is found"),
        }
    )


def curve_values(
    changes: pd.DataFrame,
    table: pd.DataFrame,
    curve: pd.DataFrame,
    falls: pd.DataFrame,
    parameters: PreventionCostaRica,
) -> list[Value]:
    """What the specification curve says, and the answer.

    Parameters
    ----------
    changes, table, curve, falls : pandas.DataFrame
    parameters : PreventionCostaRica

    Returns
    -------
    list of Value
    """
    able = curve[curve["able"]]
    options = decisive(options_of(able if len(able) else curve))
    return _texts(
        {
            "answer_sentence": (said.answer_sentence(changes, table, curve, parameters), "The answer"),
            "curve_sentence": (said.curve_sentence(curve, parameters), "What all combinations find"),
            "verdict": (said.verdict(curve, options, falls, parameters), "What the curve comes to"),
        }
    ) + at_a_glance.readings(
        raw=said.raw_reading(changes),
        beside=said.beside_reading(table, parameters),
        choices=at_a_glance.falls(
            int(curve["found"].sum()), len(curve), "combinations", "combination", able=int(curve["able"].sum())
        ),
    )


def _texts(texts: dict[str, tuple[str, str]]) -> list[Value]:
    return [Value(name=name, value=text, label=label) for name, (text, label) in texts.items()]
