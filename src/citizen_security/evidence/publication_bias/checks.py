"""Whether the parameters of `evidence/publication_bias` leave anything to analyse."""

from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.parameters import ParameterError


def check(parameters: PublicationBias) -> None:
    """Refuse an intervention and outcome of which too few studies have an effect with an error.

    Parameters
    ----------
    parameters : PublicationBias

    Raises
    ------
    ParameterError
        With the interventions that have enough.
    """
    from citizen_security.evidence.publication_bias.study_sets import problems_of_sample
    from citizen_security.evidence.studies.effect_sizes import harmonised_effects
    from citizen_security.tables import catalog

    problems = problems_of_sample(harmonised_effects(catalog.load("effects"), catalog.load("studies")), parameters)
    if problems:
        raise ParameterError(problems)
