"""Whether each judgement of certainty is of an answer that there is: any other would be lost without a word."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.row_checks import MalformedEffects
from citizen_security.evidence.studies.row_findings import Finding, rows_of

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
        Errors; none where effects or studies are malformed or were not read whole, which is said of them.
    """
    if any(tables[name].attrs.get("unread") for name in ("effects", "studies")):
        return []
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
            advice = "correct intervention or outcome, or take the judgement out"
            no_answer = row.unknown("no answer", "intervention", "answer", asked, sorted(answers), advice)
            found.append(replace(no_answer, columns=("intervention", "outcome")))
    return found
