"""Headline values of the notebook `paradox/what_predicts_homicide`."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from citizen_security.paradox.what_predicts_homicide.gains import compare
from citizen_security.paradox.what_predicts_homicide.intervals import SHOWN_METHODS, width_in_words
from citizen_security.paradox.what_predicts_homicide.learners import MODELS
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.paradox.what_predicts_homicide.predictions import TRAINING_MEAN
from citizen_security.paradox.what_predicts_homicide.questions import BASELINES, NEXT, UNSEEN
from citizen_security.paradox.what_predicts_homicide.scores import best_of
from citizen_security.values import Value

OF_THE_ERROR = "% of the mean absolute error"

# The question about countries never seen keeps the plain names.
SUFFIXES = {UNSEEN: "", NEXT: "_next_year"}

# Names under which the best model's gain over the first baseline is recorded.
SKILL_NAMES = {UNSEEN: "best_model_skill_unseen_country", NEXT: "best_model_skill_over_last_value"}

# The coverage whose keeping is recorded, and the predictions that a country needs to be named as the worst.
RECORDED_COVERAGE = 0.9
PREDICTIONS_TO_BE_NAMED = 10


def poverty_gain_values(gains: pd.DataFrame, parameters: WhatPredictsHomicide) -> list[Value]:
    """What poverty takes off the main model's error, and how that reads.

    Parameters
    ----------
    gains : pandas.DataFrame
        Tables of `poverty_gain_table`, by question.
    parameters : WhatPredictsHomicide

    Returns
    -------
    list of Value
    """
    main = gains[gains["model"] == parameters.main_model].set_index("question")
    return [value for question in SUFFIXES for value in _gain_values(main.loc[question], question, parameters)]


def skill_values(predictions: Mapping[str, pd.DataFrame], parameters: WhatPredictsHomicide) -> list[Value]:
    """By how much the best model errs less than the first baseline of each question.

    Parameters
    ----------
    predictions : mapping
        Question → predictions, from `predict_all`.
    parameters : WhatPredictsHomicide

    Returns
    -------
    list of Value
    """
    values = []
    for question, name in SKILL_NAMES.items():
        best, baseline = best_of(predictions[question], MODELS), BASELINES[question][0]
        skill = compare(predictions[question], baseline, best, parameters)
        values += [
            Value(
                name=name,
                value=skill.estimate,
                unit=OF_THE_ERROR,
                interval=(skill.lower, skill.upper),
                n=skill.observations,
                label=f"Error less than that of the {baseline}, best of three models; {_over_countries(parameters)}",
                format=".1f",
            ),
            Value(
                name=f"{name}_model",
                value=best.replace("_", " "),
                label="Model with the smallest error, picked after the fact",
            ),
        ]
    return values


def poverty_values(
    block_gains: pd.DataFrame, importance: pd.DataFrame, spans: pd.DataFrame, parameters: WhatPredictsHomicide
) -> list[Value]:
    """What poverty gives alone, how much the main model leans on it, and in which direction.

    Parameters
    ----------
    block_gains : pandas.DataFrame
        From `gains.block_gains`, for countries never seen.
    importance : pandas.DataFrame
        Tables of `importance_table`, by question.
    spans : pandas.DataFrame
        From `effect_spans`, the measure of poverty first.
    parameters : WhatPredictsHomicide

    Returns
    -------
    list of Value
    """
    alone: Any = block_gains.set_index(["block", "comparison"]).loc[("poverty", "alone")]
    exchanged: Any = importance.set_index(["question", "block"]).loc[(UNSEEN, "poverty")]
    span, words = spans.iloc[0], _over_countries(parameters)
    return [
        Value(
            name="poverty_alone_gain",
            value=alone["estimate"],
            unit=OF_THE_ERROR,
            interval=(alone["lower"], alone["upper"]),
            n=int(alone["observations"]),
            label=f"Error less than that of the {TRAINING_MEAN} with poverty alone, elastic net; {words}",
            format=".1f",
        ),
        Value(
            name="poverty_importance",
            value=exchanged["increase"],
            unit=OF_THE_ERROR,
            interval=(exchanged["lower"], exchanged["upper"]),
            n=int(exchanged["observations"]),
            label=f"Growth of the error when poverty is exchanged, a country never seen; {words}",
            format=".1f",
        ),
        Value(
            name="poverty_effect_span",
            value=span["span"],
            unit=parameters.outcome,
            interval=(span["smallest"], span["largest"]),
            n=int(exchanged["observations"]),
            label="Prediction at high less that at low poverty; smallest and largest over folds",
            format=".2f",
        ),
    ]


def coverage_values(
    calibration: pd.DataFrame, by_country: pd.DataFrame, parameters: WhatPredictsHomicide
) -> list[Value]:
    """Whether the prediction intervals keep their promise, how wide they are, and whom they fail.

    Parameters
    ----------
    calibration : pandas.DataFrame
        Tables of `coverage_table`, by question.
    by_country : pandas.DataFrame
        Tables of `coverage_by` with `iso3`, by question.
    parameters : WhatPredictsHomicide

    Returns
    -------
    list of Value
        Without the worst country where none has enough forecasts to be named.
    """
    kept = calibration.set_index(["question", "method", "level"]).to_dict("index")
    cases = {question: (question, method, RECORDED_COVERAGE) for question, method in SHOWN_METHODS.items()}
    values = [
        value
        for question, case in cases.items()
        if case in kept
        for value in _kept_values(kept[case], question, parameters)
    ]
    return [*values, *_worst_values(by_country, parameters)]


def setting_values(parameters: WhatPredictsHomicide) -> list[Value]:
    """Parameters that the page speaks of.

    Parameters
    ----------
    parameters : WhatPredictsHomicide

    Returns
    -------
    list of Value
    """
    horizon = "one year" if parameters.horizon == 1 else f"{parameters.horizon} years"
    return [
        *(
            Value(name=name, value=getattr(parameters, name), label=name.replace("_", " "), format="g")
            for name in ("carry_forward", "first_origin", "smallest_gain")
        ),
        Value(name="horizon", value=horizon, label="Horizon of the forecasts"),
    ]


def _over_countries(parameters: WhatPredictsHomicide) -> str:
    return f"{100 * parameters.confidence_level:g}% bootstrap over countries"


def _gain_values(gain: Any, question: str, parameters: WhatPredictsHomicide) -> list[Value]:
    suffix, model = SUFFIXES[question], parameters.main_model.replace("_", " ")
    said = f"{question.lower()}, {model}; {_over_countries(parameters)}"
    return [
        Value(
            name=f"poverty_predictive_gain{suffix}",
            value=gain["estimate"],
            unit=OF_THE_ERROR,
            interval=(gain["lower"], gain["upper"]),
            n=int(gain["observations"]),
            label=f"Error that poverty takes away, {said}",
            format=".1f",
        ),
        Value(
            name=f"poverty_predictive_gain{suffix}_reading",
            value=gain["reading"],
            label=f"Gain of poverty held against {parameters.smallest_gain:g}%",
        ),
        Value(
            name=f"prediction_countries{suffix}",
            value=int(gain["clusters"]),
            unit="countries",
            label=f"Countries predicted, {question.lower()}",
        ),
    ]


def _kept_values(case: Mapping[Any, Any], question: str, parameters: WhatPredictsHomicide) -> list[Value]:
    suffix, promised = SUFFIXES[question], f"{RECORDED_COVERAGE:.0%}"
    return [
        Value(
            name=f"conformal_coverage_90{suffix}",
            value=100 * case["coverage"],
            unit="% of outcomes",
            interval=(100 * case["lower"], 100 * case["upper"]),
            n=int(case["observations"]),
            label=f"Coverage of {promised} intervals, {question.lower()}; {_over_countries(parameters)}",
            format=".0f",
        ),
        Value(
            name=f"conformal_width_90{suffix}",
            value=width_in_words(case["median_half_width"], parameters.outcome),
            label=f"Half the median width of the {promised} intervals",
        ),
    ]


def _worst_values(by_country: pd.DataFrame, parameters: WhatPredictsHomicide) -> list[Value]:
    forecasts = by_country[by_country["question"] == NEXT]
    counted = forecasts[forecasts["observations"] >= PREDICTIONS_TO_BE_NAMED].sort_values("coverage")
    if counted.empty:
        return []
    worst = counted.iloc[0]
    return [
        Value(
            name="conformal_worst_country",
            value=str(worst["iso3"]),
            label="Country whose forecasts fall outside most often",
        ),
        Value(
            name="conformal_worst_coverage",
            value=100 * float(worst["coverage"]),
            unit="% of outcomes",
            n=int(worst["observations"]),
            label=f"Coverage there, of {parameters.nominal_coverage:.0%} promised",
            format=".0f",
        ),
    ]
