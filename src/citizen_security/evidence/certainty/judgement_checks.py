"""Whether each judgement of certainty is of an answer that there is: any other would be lost without a word."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.row_checks import MalformedEffects
from citizen_security.evidence.studies.row_findings import Finding, rows_of
from citizen_security.parameters import unknown

JUDGEMENTS = "certainty_judgements"


def findings_of_tables(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Judgements of an intervention and outcome that no effect with an error answers.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `certainty_judgements`, `effects` and `studies`. A cell may be missing that their description requires.

    Returns
    -------
    list of Finding
        Errors; none where effects or studies are malformed, which is said of them.
    """
    try:
        harmonised = harmonised_effects(tables["effects"], tables["studies"])
    except (MalformedEffects, KeyError):
        return []
    pairs = zip(harmonised["intervention"], harmonised["outcome"], strict=True)
    answers = {f"{intervention} on {outcome}" for intervention, outcome in pairs if outcome}
    found = []
    for row in rows_of(JUDGEMENTS, tables[JUDGEMENTS]):
        asked = f"{row.key} on {row.text('outcome')}"
        if asked not in answers:
            given = unknown("answer", asked, sorted(answers))
            advice = "correct intervention or outcome, or take the judgement out"
            columns = ("intervention", "outcome")
            found.append(row.error("no answer", columns, given, "an intervention and outcome with an effect", advice))
    return found
