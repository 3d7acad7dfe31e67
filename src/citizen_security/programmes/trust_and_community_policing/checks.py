"""Whether the parameters of `programmes/trust_and_community_policing` leave countries and waves."""

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.parameters import ParameterError
from citizen_security.programmes.trust_and_community_policing import designs
from citizen_security.programmes.trust_and_community_policing.homicide import fits
from citizen_security.programmes.trust_and_community_policing.labels import OUTCOMES
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing
from citizen_security.programmes.trust_and_community_policing.sampling import two_surveys
from citizen_security.programmes.trust_and_community_policing.waves import waves

# An interval of a correlation needs more.
LEAST_PAIRS = 4


def check(parameters: TrustAndCommunityPolicing) -> None:
    """Refuse unknown countries, too few of them, and programmes without waves before their start.

    Parameters
    ----------
    parameters : TrustAndCommunityPolicing

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.tables import catalog

    table, programmes = catalog.load("country_year"), catalog.load("programmes")
    asked = set(table.loc[table["trust_police"].notna(), "iso3"])
    unknown = [code for code in parameters.left_out if code not in asked]
    if unknown:
        raise ParameterError(
            [f"left_out has {', '.join(unknown)}, where Latinobarómetro did not ask. Give codes such as VEN."]
        )
    problems = []
    rows = waves(table, parameters)
    if len(two_surveys(table, parameters)) < LEAST_PAIRS:
        problems.append(f"fewer than {LEAST_PAIRS} countries were asked by both surveys. Leave fewer out.")
    if rows.empty:
        raise ParameterError(problems)
    try:
        fits(rows, parameters)
    except ValueError as wrong:
        problems.append(f"trust beside homicide: {wrong}")
    register = designs.programme_register(programmes, rows)
    able = designs.chosen(register, parameters)
    if able.empty:
        others = designs.chosen(register, parameters.model_copy(update={"programmes": list(designs.NATIONAL)}))
        names = ", ".join(others["programme_id"])
        remedy = f"Add one with waves on both sides: {names}." if names else "Leave fewer countries out."
        problems.append(
            f"programmes names {', '.join(parameters.programmes)}, and no wave of the survey lies before the start in "
            f"a country that is kept. {remedy}"
        )
    reached = designs.reached_by_programmes(register)
    for code in able["iso3"]:
        for outcome in OUTCOMES:
            try:
                designs.outcome_table(rows, outcome, code, reached)
            except NotAPanel as wrong:
                problems += [problem for problem in wrong.problems if problem not in problems]
    if problems:
        raise ParameterError(problems)
