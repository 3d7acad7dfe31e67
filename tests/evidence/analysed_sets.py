"""Sets of studies and their analyses at quick effort, which tests of publication bias share."""

from functools import cache

from citizen_security.evidence.publication_bias.analysis import analyse
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention
from citizen_security.tables import catalog

QUICK = {"effort": "quick", "ensemble": "one_sided_step", "copas_least_precise": [0.99, 0.5]}

# Ten studies; the prison visits: seven, too few for a selection model.
ENOUGH, FEW = "restorative_justice", "deterrence_education"


@cache
def analysed(intervention):
    """Studies of an intervention and their analysis."""
    sample = sample_of_intervention(harmonised_effects(catalog.load("effects"), catalog.load("studies")), intervention)
    return sample, analyse(sample, PublicationBias.from_values({"intervention": intervention, **QUICK}))
