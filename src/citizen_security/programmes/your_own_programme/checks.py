"""Whether the table of `programmes/your_own_programme` can be put through any design."""

from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme


def check(parameters: YourOwnProgramme) -> None:
    """Refuse a table that cannot be used, with the rows at fault and what to do, before any fit.

    Parameters
    ----------
    parameters : YourOwnProgramme

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.programmes.your_own_programme.source import load_source
    from citizen_security.tables import catalog

    load_source(parameters, catalog.load("state_year"))
