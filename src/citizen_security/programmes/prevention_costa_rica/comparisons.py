"""Costa Rica beside other countries, in rates and in logarithms: each estimator, earlier starts, donors, predictors."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.methods.synthetic_control.confidence_sets import constant_effect_set
from citizen_security.methods.synthetic_control.estimates import leave_one_out, synthetic_control
from citizen_security.methods.synthetic_control.panels import LEAST_BEFORE
from citizen_security.methods.synthetic_control.placebos import placebos_in_space
from citizen_security.methods.synthetic_control.predictors import LEAST_STARTS, fit_with_predictors
from citizen_security.programmes.country_panels import by_estimator, country_panel, whole_rates
from citizen_security.programmes.parameters import Outcome
from citizen_security.programmes.prevention_costa_rica.labels import POOL_NAMES, SCALE_NAMES
from citizen_security.programmes.prevention_costa_rica.parameters import (
    POOLS,
    SCALES,
    TREATED,
    Pool,
    PreventionCostaRica,
)
from citizen_security.programmes.prevention_costa_rica.windows import Window, windows

# Fewer donors cannot lend each other weights.
LEAST_DONORS = 3

# What is matched beside the outcome itself, as means over the years before the start.
PREDICTORS = ("gdp_per_capita", "urban_share", "male_15_29_share", "infant_mortality")


def rates_of(
    world: pd.DataFrame,
    region: Collection[str],
    window: Window,
    parameters: PreventionCostaRica,
    *,
    until: int | None = None,
    pool: Pool | None = None,
    treated: str = TREATED,
) -> pd.DataFrame:
    """Rates of a country and its donors before the start and in a window.

    Parameters
    ----------
    world : pandas.DataFrame
        `world_homicide`.
    region : collection of str
        Codes of the region's countries.
    window : Window
    parameters : PreventionCostaRica
    until : int, optional
        Years before this one are matched; by default those before the window.
    pool : str, optional
        In place of the parameters' own.
    treated : str
        The country that is evaluated; it is in the panel whatever its rate.

    Returns
    -------
    pandas.DataFrame
        One row a country, one column a year.
    """
    chosen = parameters.donors if pool is None else pool
    before = range(parameters.first_year, window.first if until is None else until)
    rates = whole_rates(
        world,
        [*before, *range(window.first, window.last + 1)],
        among=None if chosen == "world_low" else region,
        left_out=parameters.left_out,
    )
    if chosen == "region":
        return rates
    low = rates[list(before)].mean(axis=1) < parameters.low_below
    return rates[low | (rates.index == treated)]


def in_rates(effect: float, outcome: Outcome, observed: float) -> float:
    """An effect as a difference of rates: observed less expected homicides per 100,000.

    Parameters
    ----------
    effect : float
        In units of the panel: of rates, or of logarithms.
    outcome : {"level", "log"}
    observed : float
        Mean rate.

    Returns
    -------
    float
    """
    return effect if outcome == "level" else observed * (1 - float(np.exp(-effect)))


def observed_rate(rates: pd.DataFrame, window: Window, treated: str = TREATED) -> float:
    """Mean rate of the evaluated country in a window."""
    years = list(range(window.first, window.last + 1))
    return float(rates.loc[[treated], years].to_numpy(float).mean())


def estimators(
    world: pd.DataFrame, region: Collection[str], window: Window, parameters: PreventionCostaRica, **choices: Any
) -> pd.DataFrame:
    """Every estimator on both scales, with intervals from placebos.

    Parameters
    ----------
    world, region, window, parameters
        As for `rates_of`.
    **choices
        `until`, `pool`, `treated`.

    Returns
    -------
    pandas.DataFrame
        outcome, scale_name, estimator and its name, effect (in units of the scale), observed, expected, difference,
        lower, upper (per 100,000; ends are infinite or missing where placebos give none), p_value, floor, rmspe_before,
        rmspe_share (of the mean rate before the start, %), donors.
    """
    rates = rates_of(world, region, window, parameters, **choices)
    treated = choices.get("treated", TREATED)
    observed = observed_rate(rates, window, treated)
    tables = []
    for outcome in SCALES:
        panel = country_panel(rates, treated, window.first, outcome)
        found = by_estimator(panel, parameters.statistic)
        sets = [
            constant_effect_set(panel, name, parameters.statistic, confidence_level=parameters.confidence_level)
            for name in found["estimator"]
        ]
        ends = {end: [in_rates(getattr(one, end), outcome, observed) for one in sets] for end in ("lower", "upper")}
        difference = np.array([in_rates(effect, outcome, observed) for effect in found["effect"]])
        mean = float(panel.target[: panel.before].mean()) if outcome == "level" else 1.0
        tables.append(
            found.assign(
                outcome=outcome, scale_name=SCALE_NAMES[outcome], observed=observed, expected=observed - difference,
                difference=difference, **ends, rmspe_share=100 * found["rmspe_before"] / mean,
            )
        )  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def parallel_trends(world: pd.DataFrame, region: Collection[str], parameters: PreventionCostaRica) -> pd.DataFrame:
    """What the plain difference in differences expects on each scale, by window and donors.

    Parameters
    ----------
    world, region, parameters
        As for `rates_of`.

    Returns
    -------
    pandas.DataFrame
        window, years, pool, pool_name, outcome, donors, donor_change (of their mean: per 100,000, or %), observed,
        expected, difference, p_value, floor. A window that leaves a pool too few donors for placebos has no row.
    """
    rows = []
    for window in windows(parameters):
        for pool in POOLS:
            rates = rates_of(world, region, window, parameters, until=parameters.start, pool=pool)
            if TREATED not in rates.index or len(rates) < LEAST_DONORS + 1:
                continue
            observed = observed_rate(rates, window)
            for outcome in SCALES:
                panel = country_panel(rates, TREATED, window.first, outcome)
                test = placebos_in_space(panel, "difference_in_differences", parameters.statistic)
                difference = in_rates(synthetic_control(panel, "difference_in_differences").effect, outcome, observed)
                donors = panel.donor_outcomes
                moved = float(donors[:, panel.before :].mean() - donors[:, : panel.before].mean())
                rows.append(
                    {
                        "window": window.name, "years": window.years, "pool": pool, "pool_name": POOL_NAMES[pool],
                        "outcome": outcome, "donors": len(panel.donors),
                        "donor_change": moved if outcome == "level" else 100 * float(np.expm1(moved)),
                        "observed": observed, "expected": observed - difference, "difference": difference,
                        "p_value": test.p_value, "floor": test.floor,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def path(world: pd.DataFrame, region: Collection[str], parameters: PreventionCostaRica) -> pd.DataFrame:
    """Costa Rica and its synthetic control on either scale, through the strategy and the years after it.

    Parameters
    ----------
    world, region, parameters
        As for `rates_of`.

    Returns
    -------
    pandas.DataFrame
        year, observed, level, log (rates).
    """
    window = Window("strategy", parameters.start, parameters.after_until)
    rates = rates_of(world, region, window, parameters)
    columns = {"year": rates.columns.to_numpy(int), "observed": rates.loc[TREATED].to_numpy(float)}
    for outcome in SCALES:
        panel = country_panel(rates, TREATED, window.first, outcome)
        expected = synthetic_control(panel, parameters.estimator).counterfactual
        columns[outcome] = expected if outcome == "level" else np.exp(expected)
    return pd.DataFrame(columns)


def earlier_starts(world: pd.DataFrame, region: Collection[str], parameters: PreventionCostaRica) -> pd.DataFrame:
    """The run's design at earlier starts, at which nothing had begun, and at the true one, for as many years each.

    Parameters
    ----------
    world, region, parameters
        As for `rates_of`.

    Returns
    -------
    pandas.DataFrame
        outcome, scale_name, start, last, difference (per 100,000), own (whether it is the true start). Earlier windows
        end before the true start.
    """
    strategy = windows(parameters)[0]
    length = min(strategy.length, max((parameters.start - parameters.first_year) // 3, 1))
    tried = [*range(parameters.first_year + LEAST_BEFORE, parameters.start - length + 1), parameters.start]
    rows = []
    for start in tried:
        window = Window("strategy", start, start + length - 1)
        rates = rates_of(world, region, window, parameters)
        observed = observed_rate(rates, window)
        for outcome in SCALES:
            effect = synthetic_control(country_panel(rates, TREATED, start, outcome), parameters.estimator).effect
            rows.append(
                {
                    "outcome": outcome, "scale_name": SCALE_NAMES[outcome], "start": start, "last": window.last,
                    "difference": in_rates(effect, outcome, observed), "own": start == parameters.start,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def without_each_donor(
    world: pd.DataFrame, region: Collection[str], parameters: PreventionCostaRica, names: Mapping[str, str]
) -> pd.DataFrame:
    """The run's design without each donor that carries weight, on both scales.

    Parameters
    ----------
    world, region, parameters
        As for `rates_of`.
    names : mapping of str to str
        Of countries, by code.

    Returns
    -------
    pandas.DataFrame
        outcome, without (code), country, difference (per 100,000).
    """
    window = windows(parameters)[0]
    rates = rates_of(world, region, window, parameters)
    observed = observed_rate(rates, window)
    rows = []
    for outcome in SCALES:
        found = leave_one_out(country_panel(rates, TREATED, window.first, outcome), parameters.estimator)
        for donor, effect in zip(found.donors, found.effects, strict=True):
            rows.append(
                {
                    "outcome": outcome, "without": donor, "country": names[donor],
                    "difference": in_rates(float(effect), outcome, observed),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def with_predictors(table: pd.DataFrame, world: pd.DataFrame, parameters: PreventionCostaRica) -> pd.DataFrame:
    """What weights that match income, cities, young men, infant deaths and homicide nearly as well allow.

    Parameters
    ----------
    table : pandas.DataFrame
        `country_year`.
    world : pandas.DataFrame
        `world_homicide`.
    parameters : PreventionCostaRica

    Returns
    -------
    pandas.DataFrame
        outcome, scale_name, donors, difference, lower, upper (per 100,000: among near-optimal weights), weights (how
        many sets of them were found), loss (mean squared gap before the start). Donors are of the region, since its
        table alone has the predictors, and those without a predictor are no donors.
    """
    window = windows(parameters)[0]
    pool: Pool = "region_low" if parameters.donors == "region_low" else "region"
    rates = rates_of(world, table["iso3"].unique().tolist(), window, parameters, pool=pool)
    before = table[table["year"].between(parameters.first_year, window.first - 1)]
    means = before.groupby("iso3")[list(PREDICTORS)].mean().dropna()
    rates = rates[rates.index.isin(means.index)]
    observed = observed_rate(rates, window)
    rows = []
    for outcome in SCALES:
        panel = country_panel(rates, TREATED, window.first, outcome)
        half = panel.before // 2
        own = np.stack([panel.outcomes[:, :half].mean(axis=1), panel.outcomes[:, half : panel.before].mean(axis=1)])
        columns = np.column_stack([means.loc[list(panel.units)].to_numpy(float), own.T])
        fit = fit_with_predictors(
            panel, columns, [*PREDICTORS, "rate_early", "rate_late"], starts=LEAST_STARTS,
            tolerance=parameters.tolerance, seed=parameters.seed,
        )  # fmt: skip
        effects = (fit.effect, *fit.interval)
        difference, lower, upper = (in_rates(effect, outcome, observed) for effect in effects)
        rows.append(
            {
                "outcome": outcome, "scale_name": SCALE_NAMES[outcome], "donors": len(panel.donors),
                "difference": difference, "lower": lower, "upper": upper, "weights": len(fit.effects),
                "loss": float(fit.losses[0]),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
