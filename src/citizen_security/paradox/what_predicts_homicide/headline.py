"""Headline values of the notebook `paradox/what_predicts_homicide`."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from citizen_security.methods.proportions import wilson_interval
from citizen_security.paradox.what_predicts_homicide.gains import Gain, compare
from citizen_security.paradox.what_predicts_homicide.intervals import SHOWN_METHODS, width_in_words
from citizen_security.paradox.what_predicts_homicide.learners import MODELS
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.paradox.what_predicts_homicide.predictions import TRAINING_MEAN
from citizen_security.paradox.what_predicts_homicide.questions import BASELINES, NEXT, UNSEEN
from citizen_security.paradox.what_predicts_homicide.scores import best_of
from citizen_security.values import Missing, Value
from citizen_security.words import by_interval, sentences, signed

OF_THE_ERROR = "% of the mean absolute error"

# The question about countries never seen keeps the plain names.
SUFFIXES = {UNSEEN: "", NEXT: "_next_year"}

# Names under which the best model's gain over the first baseline is recorded.
SKILL_NAMES = {UNSEEN: "best_model_skill_unseen_country", NEXT: "best_model_skill_over_last_value"}

# Where the error is made, within a sentence.
ASKED = {UNSEEN: "in a country never seen", NEXT: "in the next year of a known country"}

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
                name=f"{name}_sentence",
                value=_skill_sentence(skill, best.replace("_", " "), baseline),
                label="Error of the best of three models against that of the baseline",
            ),
        ]
    return values


def poverty_values(block_gains: pd.DataFrame, parameters: WhatPredictsHomicide) -> list[Value]:
    """What poverty gives alone.

    Parameters
    ----------
    block_gains : pandas.DataFrame
        From `gains.block_gains`, for countries never seen.
    parameters : WhatPredictsHomicide

    Returns
    -------
    list of Value
    """
    alone: Any = block_gains.set_index(["block", "comparison"]).loc[("poverty", "alone")]
    return [
        Value(
            name="poverty_alone_gain",
            value=alone["estimate"],
            unit=OF_THE_ERROR,
            interval=(alone["lower"], alone["upper"]),
            n=int(alone["observations"]),
            label=f"Error less than that of the {TRAINING_MEAN} with poverty alone, elastic net; "
            f"{_over_countries(parameters)}",
            format=".1f",
        ),
    ]


def coverage_values(
    calibration: pd.DataFrame,
    by_country: pd.DataFrame,
    names: Mapping[str, str],
    parameters: WhatPredictsHomicide,
) -> list[Value | Missing]:
    """Whether the prediction intervals keep their promise, how wide they are, and whom they fail.

    Parameters
    ----------
    calibration : pandas.DataFrame
        Tables of `coverage_table`, by question.
    by_country : pandas.DataFrame
        Tables of `coverage_by` with `iso3`, by question.
    names : mapping
        Names of countries, by their codes.
    parameters : WhatPredictsHomicide

    Returns
    -------
    list of Value
        The worst country is missing where none has enough forecasts to be named.
    """
    kept = calibration.set_index(["question", "method", "level"]).to_dict("index")
    values: list[Value | Missing] = []
    for question, method in SHOWN_METHODS.items():
        case = kept.get((question, method, RECORDED_COVERAGE))
        if case is None:
            reason = f"no interval at {RECORDED_COVERAGE:.0%} has an end"
            values.append(Missing(names=f"conformal_coverage_90{SUFFIXES[question]}", reason=reason))
        else:
            values += _kept_values(case, question, parameters)
    return [*values, *_worst_values(by_country, names, parameters)]


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
            name=f"poverty_predictive_gain{suffix}_sentence",
            value=_added_sentence(gain, ASKED[question]),
            label=f"What adding poverty does to the error, {question.lower()}",
        ),
        *([] if suffix else [_countries(gain, question)]),
    ]


def _added_sentence(gain: Any, asked: str) -> str:
    """What adding poverty does to the error, with its interval, each end as a smaller or a larger error."""
    effect, better, worse = (_error(float(gain[name])) for name in ("estimate", "upper", "lower"))
    return sentences(
        [f"knowing a country's poverty, beside everything else, makes the error {asked} {effect} ({better} to {worse})"]
    )


def _error(gain: float) -> str:
    """A gain as what it does to the error: `4.0% smaller`, `1.0% larger`; what rounds to zero is no change."""
    size = f"{abs(gain):.1f}%"
    if size == "0.0%":
        return "neither smaller nor larger"
    return f"{size} {'smaller' if gain > 0 else 'larger'}"


def _countries(gain: Any, question: str) -> Value:
    label = f"Countries predicted, {question.lower()}"
    return Value(name="prediction_countries", value=int(gain["clusters"]), unit="countries", label=label)


def _skill_sentence(skill: Gain, model: str, baseline: str) -> str:
    """How the best model's error compares with the baseline's, and whether the interval leaves out no difference."""
    compared = "less" if skill.estimate >= 0 else "more"
    verdict = by_interval(
        skill.lower,
        skill.upper,
        above="the interval leaves out no gain",
        below="the interval lies on the side of a larger error",
        neither="the interval includes no gain",
    )
    return sentences(
        [
            f"the best of three models ({model}, picked after the fact, so flattered) errs {abs(skill.estimate):.1f}% "
            f"{compared} than the {baseline} (gain {signed(skill.lower, '.1f')}% to {signed(skill.upper, '.1f')}%)",
            verdict,
        ]
    )


def _kept_values(case: Mapping[Any, Any], question: str, parameters: WhatPredictsHomicide) -> Iterator[Value]:
    suffix, aimed = SUFFIXES[question], f"{RECORDED_COVERAGE:.0%}"
    yield Value(
        name=f"conformal_coverage_90{suffix}",
        value=100 * case["coverage"],
        unit="% of outcomes",
        interval=(100 * case["lower"], 100 * case["upper"]),
        n=int(case["observations"]),
        label=f"Coverage of {aimed} intervals, {question.lower()}; {_over_countries(parameters)}",
        format=".0f",
    )
    if question == UNSEEN:
        yield Value(
            name="conformal_width_90",
            value=width_in_words(case["median_half_width"], parameters.outcome),
            label=f"Half the median width of the {aimed} intervals",
        )


def _worst_values(
    by_country: pd.DataFrame, names: Mapping[str, str], parameters: WhatPredictsHomicide
) -> list[Value | Missing]:
    forecasts = by_country[by_country["question"] == NEXT]
    counted = forecasts[forecasts["observations"] >= PREDICTIONS_TO_BE_NAMED].sort_values("coverage")
    if counted.empty:
        reason = f"no country has {PREDICTIONS_TO_BE_NAMED} forecasts"
        return [Missing(names="conformal_worst_*", reason=reason)]
    worst = counted.iloc[0]
    share, forecast = float(worst["coverage"]), int(worst["observations"])
    lower, upper = wilson_interval(round(share * forecast), forecast)
    return [
        Value(
            name="conformal_worst_country",
            value=names[str(worst["iso3"])],
            label="Country whose forecasts fall outside most often",
        ),
        Value(
            name="conformal_worst_coverage",
            value=100 * share,
            interval=(100 * lower, 100 * upper),
            unit="% of outcomes",
            n=forecast,
            label="Coverage in the country whose forecasts fall outside most often, where "
            f"{parameters.nominal_coverage:.0%} is aimed at; 95% interval of a share",
            format=".0f",
        ),
    ]
