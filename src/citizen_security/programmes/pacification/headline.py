"""What the notebook `programmes/pacification` records."""

import pandas as pd

from citizen_security.methods.staggered_adoption.fixed_length import FixedLength
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.programmes import at_a_glance
from citizen_security.programmes.pacification import sentences as said
from citizen_security.programmes.pacification.parameters import Pacification
from citizen_security.programmes.pacification.permuted_dates import main_row
from citizen_security.values import Value


def estimate_values(
    panel: StaggeredPanel,
    rows: pd.DataFrame,
    table: pd.DataFrame,
    kinds: pd.DataFrame,
    negative: float,
    parameters: Pacification,
) -> list[Value]:
    """What outcomes, scales and estimators say.

    Parameters
    ----------
    panel : StaggeredPanel
    rows : pandas.DataFrame
        From `permuted_dates.by_outcome`.
    table : pandas.DataFrame
        From `estimators.estimator_table`.
    kinds : pandas.DataFrame
        Weights of two-way fixed effects by kind of comparison.
    negative : float
        From `permuted_dates.negative_share`.
    parameters : Pacification

    Returns
    -------
    list of Value
    """
    row = main_row(rows, parameters)
    other = main_row(rows, parameters, "counts" if parameters.scale == "ratio" else "ratio")
    return _texts(
        {
            "answer_sentence": (said.answer_sentence(rows, table, parameters), "The answer"),
            "scale_sentence": (said.scale_sentence(row, other, negative), "Both scales"),
            "outcomes_sentence": (said.outcomes_sentence(rows, parameters), "Homicides and killings by police apart"),
            "estimators_sentence": (said.estimators_sentence(table, parameters), "How far estimators lie apart"),
            "comparison_sentence": (said.comparison_sentence(panel), "Whom areas are compared with"),
            "bacon_sentence": (said.bacon_sentence(kinds, parameters), "What two-way fixed effects compare"),
            "permuted_sentence": (said.permuted_sentence(row, parameters), "The test by permuted dates"),
            "verdict": (said.verdict(rows, table, parameters), "The verdict"),
        }
    ) + at_a_glance.readings(beside=said.beside_reading(row), choices=said.choices_reading(table, parameters))


def placebo_values(
    rows: pd.DataFrame,
    joint: float,
    allowed: tuple[pd.DataFrame, float, float],
    bent: tuple[FixedLength, float] | None,
    parameters: Pacification,
) -> list[Value]:
    """What the months before say, and departures from parallel trends.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `permuted_dates.by_outcome`.
    joint : float
        From `event_studies.lead_p_value`.
    allowed : tuple
        From `event_studies.violations`.
    bent : tuple or None
        From `event_studies.bends`.
    parameters : Pacification

    Returns
    -------
    list of Value
    """
    return _texts(
        {
            "lead_sentence": (
                said.lead_sentence(main_row(rows, parameters), joint, parameters),
                "The months before",
            ),
            "violations_sentence": (said.violations_sentence(*allowed, parameters), "If trends part"),
            "bends_sentence": (said.bends_sentence(bent, parameters), "If trends go on, or bend"),
        }
    )


def described_values(phases: pd.DataFrame, published: pd.DataFrame, parameters: Pacification) -> list[Value]:
    """What is described, and what others published.

    Parameters
    ----------
    phases : pandas.DataFrame
        From `phases.phases`.
    published : pandas.DataFrame
        From `published.published`.
    parameters : Pacification

    Returns
    -------
    list of Value
    """
    return _texts(
        {
            "phases_sentence": (said.phases_sentence(phases, parameters), "Deaths a month by phase"),
            "return_sentence": (said.return_sentence(phases, parameters), "The highest phase after the last unit"),
            "published_sentence": (said.published_sentence(published), "What evaluations report"),
        }
    ) + at_a_glance.readings(raw=said.raw_reading(phases, parameters))


def _texts(texts: dict[str, tuple[str, str]]) -> list[Value]:
    return [Value(name=name, value=text, label=label) for name, (text, label) in texts.items()]
