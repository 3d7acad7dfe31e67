"""Whether the parameters of `evidence/typology` leave anything to place."""

from citizen_security.evidence.typology.parameters import Typology
from citizen_security.parameters import ParameterError, Parameters


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
    if len(kept_studies(coded, asked)):
        return
    evaluated = coded[coded["group"] != "review"]
    raise ParameterError(
        [
            f"no study has first_year = {asked.first_year}, last_year = {asked.last_year} and minimum_maryland_level = "
            f"{asked.minimum_maryland_level}; studies are of {evaluated['year'].min()} to {evaluated['year'].max()}, "
            "and a minimum_maryland_level of 0 keeps every design: widen the years or lower the level"
        ]
    )
