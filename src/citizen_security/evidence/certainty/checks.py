"""Whether the parameters of `evidence/certainty` leave anything to grade."""

from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.parameters import ParameterError


def check(parameters: Certainty) -> None:
    """Refuse to grade where the tables hold no effect with an error, whatever the parameters.

    Parameters
    ----------
    parameters : Certainty

    Raises
    ------
    ParameterError
        If no intervention has an effect on a coded outcome.
    """
    from citizen_security.evidence.studies.effect_sizes import harmonised_effects
    from citizen_security.tables import catalog

    harmonised = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    # Whatever the parameters; that they are given keeps the signature that every notebook's check has.
    if not (harmonised["outcome"] != "").any():
        raise ParameterError(
            ["the table effects holds no effect with an error on a coded outcome; add one, as the page on adding says"]
        )
