"""Which interventions have enough studies on one scale to ask what is missing."""

import pandas as pd

from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention

# Below this nothing can be said of what is missing; the regressions have three degrees of freedom left.
FEWEST_STUDIES = 5


def sets_of_studies(harmonised: pd.DataFrame) -> pd.DataFrame:
    """Interventions with enough studies on one scale.

    Parameters
    ----------
    harmonised : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        `intervention`, `label`, `scale`, `studies`, `in_region`; most studies first.
    """
    rows = []
    for intervention, effects in harmonised.groupby("intervention"):
        sample = sample_of_intervention(harmonised, str(intervention))
        in_region = int(sample.studies["is_lac"].sum())
        rows.append((intervention, effects["intervention_label"].iloc[0], sample.scale, sample.k, in_region))
    table = pd.DataFrame(rows, columns=["intervention", "label", "scale", "studies", "in_region"])
    enough = table[table["studies"] >= FEWEST_STUDIES]
    return enough.sort_values("studies", ascending=False, kind="stable").reset_index(drop=True)


def problems_of_sample(harmonised: pd.DataFrame, parameters: PublicationBias) -> list[str]:
    """Why the studies asked for cannot be examined, in sentences; empty where they can.

    Parameters
    ----------
    harmonised : pandas.DataFrame
    parameters : PublicationBias

    Returns
    -------
    list of str
    """
    number = sample_of_intervention(harmonised, parameters.intervention, parameters.outcome).k
    if number >= FEWEST_STUDIES:
        return []
    sets = sets_of_studies(harmonised)
    offers = ", ".join(f"{code} ({size})" for code, size in zip(sets["intervention"], sets["studies"], strict=True))
    outcome = "" if parameters.outcome == "all" else f" and outcome = '{parameters.outcome}'"
    return [
        f"intervention = '{parameters.intervention}'{outcome} has {number} studies with an effect and its error; at "
        f"least {FEWEST_STUDIES} are needed to ask what is missing. With outcome = 'all', these have enough: {offers}"
    ]
