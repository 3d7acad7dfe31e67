"""Whether the parameters of `evidence/programme_register` leave a programme."""

from citizen_security.evidence.kept import refuse_nothing_kept, refuse_unknown_countries
from citizen_security.evidence.programme_register.parameters import ProgrammeRegister
from citizen_security.parameters import ParameterError, Parameters

# Parameters that decide nothing about which programmes are kept.
NO_FILTERS = ("minimum_maryland_level", "document_year", "effort")


def check(parameters: Parameters) -> None:
    """Refuse unknown countries, and parameters that keep no programme.

    Parameters
    ----------
    parameters : Parameters

    Raises
    ------
    ParameterError
        With the nearest match, or with what would leave programmes.
    """
    from citizen_security.evidence.programme_register.register import countries_of, kept_programmes
    from citizen_security.tables import catalog

    asked = ProgrammeRegister.model_validate(parameters.model_dump())
    refuse_unknown_countries(asked.countries, set(catalog.load("countries")["iso3"]))
    programmes = catalog.load("programmes")
    there = countries_of(programmes)
    if asked.countries != "all" and set(asked.countries).isdisjoint(there):
        given = f"countries = {asked.countries!r}"
        raise ParameterError(
            [f"no programme of the register has {given}. Allowed: 'all', or some of {', '.join(there)}"]
        )
    refuse_nothing_kept(asked, lambda it: len(kept_programmes(programmes, it)), "programme of the register", NO_FILTERS)
