"""Whether the parameters of `evidence/typology` leave anything to place."""

from citizen_security.evidence.kept import refuse_nothing_kept
from citizen_security.evidence.typology.parameters import Typology
from citizen_security.parameters import Parameters

# Parameters that decide nothing about which studies are kept.
NO_FILTERS = ("placements", "estimator", "test", "confidence_level", "effort")


def check(parameters: Parameters) -> None:
    """Refuse parameters that keep no study.

    Parameters
    ----------
    parameters : Parameters

    Raises
    ------
    ParameterError
        With what would leave studies.
    """
    from citizen_security.evidence.studies.coded_studies import coded_studies
    from citizen_security.evidence.typology.cells import kept_studies
    from citizen_security.tables import catalog

    asked = Typology.model_validate(parameters.model_dump())
    coded = coded_studies(catalog.load("studies"), catalog.load("countries"))
    refuse_nothing_kept(
        asked, lambda it: len(kept_studies(coded, it)), "study of the table, reviews aside,", NO_FILTERS
    )
