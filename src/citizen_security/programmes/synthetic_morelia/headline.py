"""What the notebook `programmes/synthetic_morelia` records."""

import pandas as pd

from citizen_security.programmes import at_a_glance
from citizen_security.programmes.synthetic_morelia import sentences as said
from citizen_security.programmes.synthetic_morelia.parameters import SyntheticMorelia
from citizen_security.values import Value


def values(
    changes: pd.DataFrame,
    beside: pd.DataFrame,
    designs: pd.DataFrame,
    earlier: pd.DataFrame,
    curve: pd.DataFrame,
    parameters: SyntheticMorelia,
) -> list[Value]:
    """Sentences of the notebook.

    Parameters
    ----------
    changes : pandas.DataFrame
        From `raw_changes.since`.
    beside : pandas.DataFrame
        From `raw_changes.beside_state`.
    designs : pandas.DataFrame
        From `effects.by_design`.
    earlier : pandas.DataFrame
        From `effects.earlier_starts`.
    curve : pandas.DataFrame
        From `effects.curve`.
    parameters : SyntheticMorelia

    Returns
    -------
    list of Value
    """
    texts = {
        "answer_sentence": (said.answer_sentence(changes, designs, parameters), "The answer"),
        "sources_sentence": (said.sources_sentence(changes), "Deaths and files"),
        "state_sentence": (said.state_sentence(beside), "Beside the rest of the state"),
        "designs_sentence": (said.designs_sentence(designs), "Synthetic Morelias"),
        "time_sentence": (said.time_sentence(earlier), "Earlier starts"),
        "curve_sentence": (said.curve_sentence(curve), "All combinations"),
        "verdict": (said.verdict(curve, parameters), "What it comes to"),
    }
    glance = at_a_glance.readings(
        raw=said.raw_reading(changes, parameters),
        beside=said.beside_reading(designs),
        choices=at_a_glance.falls(
            int(curve["found"].sum()),
            len(curve),
            "combinations",
            "combination",
            able=int((curve["floor"] <= parameters.significance).sum()),
        ),
    )
    return [*(Value(name=name, value=text, label=label) for name, (text, label) in texts.items()), *glance]
