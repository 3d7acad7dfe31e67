"""The values that the notebook records."""

import pandas as pd

from citizen_security.evidence.programme_register import sentences as said
from citizen_security.evidence.programme_register.register import Register
from citizen_security.values import Value


def register_values(
    found: Register,
    beside: pd.DataFrame,
    coverage: pd.DataFrame,
    themes: pd.DataFrame,
    begun: pd.DataFrame,
    without: pd.DataFrame,
) -> list[Value]:
    """What the register holds, what it lacks, and the document's counts beside it.

    Parameters
    ----------
    found : Register
    beside, coverage, themes, begun, without : pandas.DataFrame
        From `beside_document`, `coverage`, `by_theme`, `begun_by_country` and `unregistered`.

    Returns
    -------
    list of Value
    """
    texts = {
        "register_sentence": (said.register_sentence(found), "What the register holds"),
        "unknown_countries_sentence": (said.unknown_countries_sentence(found), "Countries without a programme"),
        "beside_sentence": (said.beside_sentence(beside), "The document's counts beside ours"),
        "missing_sentence": (said.missing_sentence(coverage), "What is not known"),
        "budget_sentence": (said.budget_sentence(found), "Budgets"),
        "timeline_sentence": (said.timeline_sentence(found), "When programmes began"),
        "map_sentence": (said.map_sentence(begun), "Countries with a programme that had begun"),
        "theme_sentence": (said.theme_sentence(themes), "Programmes by theme"),
        "unregistered_sentence": (
            said.unregistered_sentence(without, found),
            "Evaluations behind no programme",
        ),
    }
    return [Value(name=name, value=text, label=label) for name, (text, label) in texts.items()]
