"""Whether the parameters of `programmes/prevention_costa_rica` leave countries to compare with."""

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.parameters import ParameterError
from citizen_security.programmes.country_panels import country_panel
from citizen_security.programmes.prevention_costa_rica.comparisons import LEAST_DONORS, rates_of
from citizen_security.programmes.prevention_costa_rica.labels import POOL_NAMES
from citizen_security.programmes.prevention_costa_rica.parameters import POOLS, TREATED, PreventionCostaRica
from citizen_security.programmes.prevention_costa_rica.windows import Window

REMEDY = "Raise low_below, leave fewer out, or give a later first_year: countries with a gap are no donors."


def check(parameters: PreventionCostaRica) -> None:
    """Refuse unknown countries, and starts and pools that leave too few donors.

    Parameters
    ----------
    parameters : PreventionCostaRica

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
    tried = [Window("strategy", start, parameters.last_year) for start in parameters.starts_at_effort]
    for window in [*tried, Window("strategy", parameters.start, parameters.after_until)]:
        for pool in POOLS:
            where = f"{POOL_NAMES[pool]}, {parameters.first_year} to {window.last}, start {window.first}"
            try:
                rates = rates_of(world, region, window, parameters, pool=pool)
                panel = country_panel(rates, TREATED, window.first)
            except NotAPanel as wrong:
                problems += [f"{where}: {problem} {REMEDY}" for problem in wrong.problems]
                continue
            if len(panel.donors) <= LEAST_DONORS:
                problems.append(
                    f"{where}: {len(panel.donors)} donors. Allowed: more than {LEAST_DONORS}, so that each can be "
                    f"left out in turn. {REMEDY}"
                )
    if problems:
        raise ParameterError(list(dict.fromkeys(problems)))
