"""Whether the parameters of `programmes/state_of_exception` leave donors."""

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.parameters import ParameterError
from citizen_security.programmes.state_of_exception.country_panel import country_panel
from citizen_security.programmes.state_of_exception.parameters import EPISODES, StateOfException


def check(parameters: StateOfException) -> None:
    """Refuse unknown countries and too few donors.

    Parameters
    ----------
    parameters : StateOfException

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.tables import catalog

    world, region = catalog.load("world_homicide"), catalog.load("country_year")["iso3"].unique().tolist()
    unknown = [code for code in parameters.left_out if code not in set(world["iso3"])]
    problems = (
        [f"left_out has {', '.join(unknown)}, no country of the table. Give codes such as VEN."] if unknown else []
    )
    for episode in parameters.episodes:
        try:
            country_panel(world, region, EPISODES[episode], parameters)
        except NotAPanel as wrong:
            problems += [f"{episode}: {problem}" for problem in wrong.problems]
    if problems:
        raise ParameterError(problems)
