"""Whether the parameters of `programmes/synthetic_sao_paulo` leave a panel."""

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.parameters import ParameterError
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo
from citizen_security.programmes.synthetic_sao_paulo.state_panel import state_panel


def check(parameters: SyntheticSaoPaulo) -> None:
    """Refuse a table that is no panel of the states for these years and donors.

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.tables import catalog

    try:
        state_panel(catalog.load("brazil_state_year"), parameters)
    except NotAPanel as wrong:
        raise ParameterError(wrong.problems) from None
