"""Whether the parameters of `evidence/selection_on_outcome` leave anything to analyse."""

from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.parameters import ParameterError


def check(parameters: SelectionOnOutcome) -> None:
    """Refuse a first year after which the compendium has no evaluation from the region to set beside the predictions.

    Parameters
    ----------
    parameters : SelectionOnOutcome

    Raises
    ------
    ParameterError
        With the last year that leaves one.
    """
    from citizen_security.evidence.selection_on_outcome.later_collections import last_year_with_direction
    from citizen_security.evidence.studies.coded_studies import coded_studies
    from citizen_security.tables import catalog

    latest = last_year_with_direction(coded_studies(catalog.load("studies"), catalog.load("countries")))
    if parameters.later_from > latest:
        given = f"later_from = {parameters.later_from} leaves no evaluation from the region that states a direction"
        raise ParameterError([f"{given}. Allowed: up to {latest}."])
