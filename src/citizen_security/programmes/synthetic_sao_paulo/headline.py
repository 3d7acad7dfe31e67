"""What the notebook `programmes/synthetic_sao_paulo` records."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.methods.synthetic_control.placebos import PlaceboTest
from citizen_security.methods.synthetic_control.predictors import PredictorControl
from citizen_security.programmes import at_a_glance
from citizen_security.programmes.curve_options import decisive
from citizen_security.programmes.estimator_names import WITH_PREDICTORS
from citizen_security.programmes.synthetic_sao_paulo import sentences as said
from citizen_security.programmes.synthetic_sao_paulo.curve import small
from citizen_security.programmes.synthetic_sao_paulo.donor_pool import printed_lives
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo
from citizen_security.programmes.synthetic_sao_paulo.state_panel import StatePanel
from citizen_security.values import Missing, Value


def state_names(table: pd.DataFrame) -> dict[str, str]:
    """Names of the states by their codes."""
    rows = table.drop_duplicates("state_code")
    return dict(zip(rows["state_code"], rows["state"], strict=True))


def replication_values(
    left_out: tuple[list[tuple[str, ...]], int],
    weights: pd.DataFrame,
    fit: PredictorControl,
    figures: pd.DataFrame,
    names: Mapping[str, str],
) -> list[Value]:
    """What the article's own numbers give on its own table.

    Parameters
    ----------
    left_out : tuple
        From `donor_pool.left_out`.
    weights : pandas.DataFrame
        From `compare_weights`.
    fit : PredictorControl
        From `replication.with_predictors` on the article's panel.
    figures : pandas.DataFrame
        `published_results`.
    names : mapping of str to str
        Names of the states.

    Returns
    -------
    list of Value
    """
    lives = printed_lives(figures)
    return [
        Value(
            name="donor_pool_sentence",
            value=said.pool_sentence(*left_out, names),
            label="States that the published donors leave out",
        ),
        Value(
            name="printed_weights_sentence",
            value=said.weights_sentence(weights, lives),
            label="Lives by the printed weights beside the printed lives",
        ),
        Value(
            name="printed_loss_sentence",
            value=said.loss_sentence(weights, fit),
            label="Fit of the printed weights beside the best found",
        ),
        Value(name="published_lives", value=lives, format=",.0f", unit="lives", label="Lives saved as published"),
    ]


def main_values(
    found: StatePanel,
    fit: PredictorControl,
    averted: tuple[float, float, float],
    paths: pd.DataFrame,
    parameters: SyntheticSaoPaulo,
) -> list[Value]:
    """What matching on predictors says of the chosen years, donors and scale.

    Parameters
    ----------
    found : StatePanel
    fit : PredictorControl
    averted : tuple of float
        From `averted_range`.
    paths : pandas.DataFrame
        From `paths_table`.
    parameters : SyntheticSaoPaulo

    Returns
    -------
    list of Value
    """
    texts = {
        "fall_sentence": (said.fall_sentence(found), "How far homicide fell"),
        "timing_sentence": (said.timing_sentence(paths), "Years above and below the synthetic control"),
        "near_optimal_sentence": (
            said.near_optimal_sentence(fit, averted, parameters.tolerance),
            "What weights that fit nearly as well allow",
        ),
    }
    return _texts(texts)


def estimator_values(
    table: pd.DataFrame,
    test: PlaceboTest,
    in_time: PlaceboTest,
    without: pd.DataFrame,
    names: Mapping[str, str],
    parameters: SyntheticSaoPaulo,
) -> list[Value | Missing]:
    """What the estimators, their placebos and single donors say.

    Parameters
    ----------
    table : pandas.DataFrame
        From `estimator_table`.
    test : PlaceboTest
        Of matching on predictors.
    in_time : PlaceboTest
        With earlier starts.
    without : pandas.DataFrame
        From `without_each_donor`.
    names : mapping of str to str
    parameters : SyntheticSaoPaulo

    Returns
    -------
    list of Value
    """
    (main,) = table[table["estimator"] == WITH_PREDICTORS].to_dict("records")
    ends = (main["lower"], main["upper"])
    bounded = bool(np.isfinite(ends).all())
    texts = {
        "estimators_sentence": (said.estimators_sentence(table), "The fewest and most lives, by estimator"),
        "placebo_sentence": (
            said.placebo_sentence(table, test, parameters),
            "São Paulo among its placebos",
        ),
        "time_placebo_sentence": (said.time_sentence(in_time), "The true start among earlier ones"),
        "donors_sentence": (
            said.donors_sentence(without, main["averted"], names, parameters.design),
            "Lives saved without single donors",
        ),
    }
    none = Missing(
        names="averted_deaths_interval",
        reason=f"so few placebos give no interval at {100 * parameters.confidence_level:g}%",
    )
    return [
        *([] if bounded else [none]),
        Value(
            name="averted_deaths",
            value=main["averted"],
            interval=ends if bounded else None,
            format=",.0f",
            unit="lives",
            label=f"Lives saved by {parameters.design} ({100 * parameters.confidence_level:g}% by placebos)",
        ),
        *_texts(texts),
    ]


def curve_values(
    found: StatePanel, table: pd.DataFrame, curve: pd.DataFrame, options: pd.DataFrame, parameters: SyntheticSaoPaulo
) -> list[Value]:
    """What the specification curve says, and the answer.

    Parameters
    ----------
    found : StatePanel
    table : pandas.DataFrame
        From `estimator_table`.
    curve : pandas.DataFrame
        From `specification_curve`.
    options : pandas.DataFrame
        From `by_option`.
    parameters : SyntheticSaoPaulo

    Returns
    -------
    list of Value
    """
    level = parameters.confidence_level
    main: Any = table[table["estimator"] == WITH_PREDICTORS].iloc[0]
    texts = {
        "answer_sentence": (said.answer_sentence(found, table, curve, level), "The answer"),
        "curve_sentence": (said.curve_sentence(curve, level), "What the specifications find"),
        "curve_verdict": (
            said.curve_verdict(curve, decisive(options), level, main, parameters.design),
            "What the curve says as a whole",
        ),
    }
    glance = at_a_glance.readings(
        raw=said.raw_reading(found, level),
        beside=said.beside_reading(main),
        choices=at_a_glance.falls(
            int(curve["found"].sum()),
            len(curve),
            "specifications",
            "specification",
            able=int((curve["floor"] <= small(level)).sum()),
        ),
    )
    return [*_texts(texts), *glance]


def _texts(texts: Mapping[str, tuple[str, str]]) -> list[Value]:
    return [Value(name=name, value=text, label=label) for name, (text, label) in texts.items()]
