"""Whether the parameters of `evidence/programme_register` leave a programme."""

from citizen_security.evidence.programme_register.parameters import ProgrammeRegister
from citizen_security.parameters import ParameterError, Parameters, unknown


def check(parameters: Parameters) -> None:
    """Refuse unknown countries, and parameters that keep no programme.

    Parameters
    ----------
    parameters : Parameters

    Raises
    ------
    ParameterError
        With the nearest match, or with the countries and themes that have programmes.
    """
    from citizen_security.evidence.programme_register.register import codes, kept_programmes
    from citizen_security.tables import catalog

    asked = ProgrammeRegister.model_validate(parameters.model_dump())
    known = sorted(set(catalog.load("countries")["iso3"]))
    if asked.countries != "all":
        problems = [unknown("country", code, known, "countries") for code in asked.countries if code not in known]
        if problems:
            raise ParameterError(problems)
    programmes = catalog.load("programmes")
    if len(kept_programmes(programmes, asked)):
        return
    countries = ", ".join(sorted({code for text in programmes["iso3"] for code in codes(text)}))
    themes = ", ".join(sorted(set(programmes["family"])))
    raise ParameterError(
        [
            f"no programme of the register has countries = {asked.countries!r} and themes = {asked.themes!r}; it has "
            f"programmes in {countries}, and of {themes}: ask for more of them, or all"
        ]
    )
