"""The values that the notebook records."""

import pandas as pd

from citizen_security.evidence.typology import sentences as said
from citizen_security.evidence.typology.answers import Answer
from citizen_security.evidence.typology.cells import Placed
from citizen_security.values import Value


def figure_values(placed: Placed, boxes: pd.DataFrame, threats: pd.DataFrame, without: pd.DataFrame) -> list[Value]:
    """What stands in the figure and what does not.

    Parameters
    ----------
    placed : Placed
    boxes, threats, without : pandas.DataFrame
        From `cells.boxes`, `cells.threats` and `cells.without_a_place`.

    Returns
    -------
    list of Value
    """
    return _texts(
        {
            "strategies_sentence": (said.strategies_sentence(boxes), "Strategies with a study"),
            "empty_side_sentence": (said.empty_side_sentence(threats, placed), "Crime by the state and corruption"),
            "threats_sentence": (said.threats_sentence(threats, placed), "The region's studies by threat"),
            "without_place_sentence": (said.without_place_sentence(without, placed), "Without a place in the figure"),
            "measures_sentence": (said.measures_sentence(placed), "Measures without a study"),
            "placement_sentence": (said.placement_sentence(placed), "Whose placements these are"),
        }
    )


def evidence_values(placed: Placed, boxes: pd.DataFrame, found: list[Answer], confidence_level: float) -> list[Value]:
    """How strong the evidence in the figure is, which way it points, and what can be averaged.

    Parameters
    ----------
    placed : Placed
    boxes : pandas.DataFrame
        From `cells.boxes`.
    found : list of Answer
    confidence_level : float

    Returns
    -------
    list of Value
    """
    return _texts(
        {
            "strength_sentence": (said.strength_sentence(boxes), "Strong designs in the figure"),
            "direction_sentence": (said.direction_sentence(placed, confidence_level), "Directions reported"),
            "averages_sentence": (said.averages_sentence(found, confidence_level), "Averages in the figure"),
        }
    )


def _texts(texts: dict[str, tuple[str, str]]) -> list[Value]:
    return [Value(name=name, value=text, label=label) for name, (text, label) in texts.items()]
