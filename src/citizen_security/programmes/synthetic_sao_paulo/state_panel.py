"""São Paulo and its donor states over the years, on the scale that is asked for, with deaths to translate gaps into."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.synthetic_control.panels import TreatedPanel
from citizen_security.programmes.parameters import Outcome
from citizen_security.programmes.synthetic_sao_paulo.parameters import FIRST_YEAR, Pool, Predictor, SyntheticSaoPaulo

TREATED = "SP"

# States that the donor pool of the author's code leaves out: `donor_pool.left_out` finds them from printed means.
LEFT_OUT = ("BA", "SE")

MILLION = 1_000_000


@dataclass(frozen=True)
class StatePanel:
    """A panel with what turns its gaps into deaths.

    Attributes
    ----------
    panel : TreatedPanel
        São Paulo and its donors, on the scale of `outcome`.
    outcome : str
    predictors : numpy.ndarray, shape (units, predictors)
        Means over the years before the start.
    names : tuple of str
        Of the predictors.
    population : numpy.ndarray, shape (periods,)
        Of São Paulo.
    """

    panel: TreatedPanel
    outcome: Outcome
    predictors: Floats
    names: tuple[Predictor, ...]
    population: Floats

    def rates(self, outcomes: Floats) -> Floats:
        """Homicides per 100,000 people from values on the panel's scale."""
        return np.exp(outcomes) if self.outcome == "log" else outcomes

    def observed_deaths(self) -> float:
        """Homicides in São Paulo from the start on."""
        return self._deaths(self.panel.target)

    def expected_deaths(self, counterfactual: Floats) -> float:
        """Homicides from the start on had São Paulo gone the way of its synthetic control, on the panel's scale."""
        return self._deaths(counterfactual)

    def averted(self, counterfactual: Floats) -> float:
        """Expected less observed homicides from the start on: lives, if the control is right."""
        return self.expected_deaths(counterfactual) - self.observed_deaths()

    def _deaths(self, outcomes: Floats) -> float:
        late = slice(self.panel.before, None)
        return float((self.rates(outcomes) * self.population / PERSON_YEARS_OF_A_RATE)[late].sum())


def donor_states(table: pd.DataFrame, pool: Pool) -> list[str]:
    """Codes of the donors of a pool.

    Parameters
    ----------
    table : pandas.DataFrame
        `brazil_state_year`.
    pool : {"published", "all", "over_a_million"}
        Without the two states that the author's code leaves out; all but São Paulo; those with a million people or more
        in every year.

    Returns
    -------
    list of str
    """
    fewest = table.groupby("state_code")["population"].min().drop(TREATED)
    if pool == "over_a_million":
        return sorted(fewest.index[fewest >= MILLION])
    return sorted(set(fewest.index) - (set(LEFT_OUT) if pool == "published" else set()))


def with_log_population(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the logarithm of population, which the study matches."""
    return table.assign(log_population=np.log(table["population"]))


def predictor_means(table: pd.DataFrame, start: int, names: Sequence[str]) -> pd.DataFrame:
    """Means of predictors over the years before the start, one row a state.

    Parameters
    ----------
    table : pandas.DataFrame
        `brazil_state_year`.
    start : int
    names : sequence of str

    Returns
    -------
    pandas.DataFrame
    """
    before = with_log_population(table).query("year < @start")
    return before.groupby("state_code")[list(names)].mean()


def own_years(table: pd.DataFrame) -> pd.DataFrame:
    """What the table says of São Paulo, by year.

    Parameters
    ----------
    table : pandas.DataFrame
        `brazil_state_year`.

    Returns
    -------
    pandas.DataFrame
    """
    return table[table["state_code"] == TREATED].drop(columns=["state_code", "state"])


def state_panel(
    table: pd.DataFrame,
    parameters: SyntheticSaoPaulo,
    *,
    start: int | None = None,
    outcome: Outcome | None = None,
    donors: Pool | list[str] | None = None,
) -> StatePanel:
    """The panel of the parameters, or of another start, scale or pool.

    Parameters
    ----------
    table : pandas.DataFrame
        `brazil_state_year`.
    parameters : SyntheticSaoPaulo
    start, outcome, donors : optional
        In place of the parameters' own; donors are a pool, or codes of states.

    Returns
    -------
    StatePanel

    Raises
    ------
    NotAPanel
        If a state lacks a year, or too few donors or years are left.
    """
    start = parameters.start if start is None else start
    outcome = parameters.outcome if outcome is None else outcome
    pool = parameters.donors if donors is None else donors
    chosen = pool if isinstance(pool, list) else donor_states(table, pool)
    rows = table[table["year"].between(FIRST_YEAR, parameters.last_year)]
    values = np.log(rows["homicide_rate"]) if outcome == "log" else rows["homicide_rate"]
    panel = TreatedPanel.of(rows["state_code"], rows["year"], values, treated=TREATED, start=start, donors=chosen)
    own = rows[rows["state_code"] == TREATED].sort_values("year")
    means = predictor_means(table, start, parameters.matched).loc[list(panel.units)]
    return StatePanel(panel, outcome, means.to_numpy(float), parameters.matched, own["population"].to_numpy(float))
