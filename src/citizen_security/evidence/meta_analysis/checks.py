"""Whether the parameters of `evidence/meta_analysis` leave anything to analyse."""

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.parameters import ParameterError


def check(parameters: MetaAnalysis) -> None:
    """Refuse an intervention of which too few studies can be pooled, and a moderator that does not tell them apart.

    Parameters
    ----------
    parameters : MetaAnalysis

    Raises
    ------
    ParameterError
        With the interventions that have enough, or the moderators that do.
    """
    from citizen_security.evidence.meta_analysis.sample_problems import problems_of_sample
    from citizen_security.evidence.studies.effect_sizes import harmonised_effects
    from citizen_security.tables import catalog

    problems = problems_of_sample(harmonised_effects(catalog.load("effects"), catalog.load("studies")), parameters)
    if problems:
        raise ParameterError(problems)
