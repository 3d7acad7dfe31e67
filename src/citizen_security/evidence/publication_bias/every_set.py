"""Every intervention with enough studies under each method."""

import pandas as pd

from citizen_security.evidence.publication_bias.adjusted_effects import adjusted_effects
from citizen_security.evidence.publication_bias.analysis import analyse
from citizen_security.evidence.publication_bias.asymmetry import egger_p_value
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.publication_bias.study_sets import sets_of_studies
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention

# Strengths of selection for a first look at many sets.
COARSE_SELECTION = [0.99, 0.8, 0.6, 0.4, 0.2]


def compare_sets(harmonised: pd.DataFrame, parameters: PublicationBias) -> pd.DataFrame:
    """Every intervention with enough studies, under each method at quick effort.

    Parameters
    ----------
    harmonised : pandas.DataFrame
    parameters : PublicationBias

    Returns
    -------
    pandas.DataFrame
        As `adjusted_effects`, with `intervention`, `scale` and `egger_p` before.
    """
    fewer = {"copas_least_precise": COARSE_SELECTION, "copas_most_precise": [max(parameters.copas_most_precise)]}
    quick = parameters.model_copy(update={"effort": "quick", "ensemble": "one_sided_step", **fewer})
    frames = []
    for intervention in sets_of_studies(harmonised).itertuples():
        sample = sample_of_intervention(harmonised, str(intervention.intervention))
        analysis = analyse(sample, quick)
        frame = adjusted_effects(analysis)
        frame.insert(0, "egger_p", egger_p_value(analysis))
        frame.insert(0, "scale", sample.scale)
        frame.insert(0, "intervention", str(intervention.label))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
