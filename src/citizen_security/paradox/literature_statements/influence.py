"""What the estimate of each headline driver hangs on: rows with leverage, countries, the few rows that decide."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from citizen_security.methods.regression.influence import (
    DecisiveRows,
    changes_without_row,
    decisive_rows,
    partial_leverage,
    without_each_cluster,
    without_rows,
)
from citizen_security.methods.regression.least_squares import LeastSquares, NotEstimable
from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.literature_statements.statements import statement_specification
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.words import leaves_out_zero, listed

# Rows with more than so many times the mean leverage are named.
HEAVY = 10.0

# Rows of each driver that the table shows.
SHOWN = 10


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval, as it is quoted."""

    estimate: float
    lower: float
    upper: float

    @property
    def leaves_out_zero(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return leaves_out_zero(self.lower, self.upper)


@dataclass(frozen=True)
class DriverInfluence:
    """What one driver's estimate, alone in its regression, hangs on.

    Attributes
    ----------
    driver : str
    everything : Interval
        With all rows.
    rows : pandas.DataFrame
        iso3, year, partial_leverage (share of the whole), change (of the estimate when the row leaves), in the order
        of the sample; deciding_interval, deciding_sign (bool).
    countries : pandas.DataFrame
        iso3, estimate, lower, upper (without the country), partial_leverage (of its rows together), change.
    interval, sign : DecisiveRows or None
        The fewest rows found without which the interval begins or ceases to include zero, or the sign turns.
    heaviest : Interval or None
        Without the rows of the country with most leverage that have more than `HEAVY` times the mean; None where it
        has no such row or the rest cannot carry the regression.
    most : int
        Rows beyond which the search ended.
    """

    driver: str
    everything: Interval
    rows: pd.DataFrame
    countries: pd.DataFrame
    interval: DecisiveRows | None
    sign: DecisiveRows | None
    heaviest: Interval | None
    most: int

    @property
    def heavy_country(self) -> tuple[str, float]:
        """Code of the country whose rows together have most leverage, and their share."""
        return _heavy_country(self.countries)

    @property
    def heavy_rows(self) -> pd.DataFrame:
        """Rows of that country with more than `HEAVY` times the mean leverage, the heaviest first."""
        return _heavy(self.rows, self.heavy_country[0])

    @property
    def deciding_countries(self) -> list[str]:
        """Codes of the countries any one of which turns whether the interval includes zero when it leaves."""
        known = self.countries.dropna(subset=["lower", "upper"])
        turned = [
            iso3
            for iso3, lower, upper in zip(known["iso3"], known["lower"], known["upper"], strict=True)
            if leaves_out_zero(lower, upper) != self.everything.leaves_out_zero
        ]
        return [str(iso3) for iso3 in turned]


def influence_of_drivers(
    panel: pd.DataFrame, parameters: LiteratureStatements
) -> tuple[list[DriverInfluence], dict[str, str]]:
    """What each headline driver's estimate hangs on.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : LiteratureStatements

    Returns
    -------
    influences : list of DriverInfluence
        In the order of `headline_drivers`.
    problems : dict
        Driver → why it cannot be estimated alone.
    """
    found, problems = [], {}
    for driver in parameters.headline_drivers:
        try:
            found.append(influence(panel, driver, parameters))
        except NotEstimable as reason:
            problems[driver] = str(reason)
    return found, problems


def influence(panel: pd.DataFrame, driver: str, parameters: LiteratureStatements) -> DriverInfluence:
    """What a driver's estimate, alone in its regression, hangs on.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    driver : str
    parameters : LiteratureStatements

    Returns
    -------
    DriverInfluence

    Raises
    ------
    NotEstimable
        If the sample cannot carry the regression.
    """
    specification = statement_specification(parameters, [driver])
    sample = estimation_sample(panel, specification)
    fit = least_squares(sample, specification)

    def rule(fit: LeastSquares, regressor: str) -> tuple[float, float, float]:
        row = quoted(fit, parameters.confidence_level).iloc[fit.regressors.index(regressor)]
        return float(row["estimate"]), float(row["lower"]), float(row["upper"])

    most = parameters.largest_set_at_effort
    interval, sign = (decisive_rows(fit, driver, rule, turn, most) for turn in ("interval", "sign"))
    rows = sample.frame[["iso3", "year"]].assign(
        partial_leverage=partial_leverage(fit, driver),
        change=changes_without_row(fit, driver),
        deciding_interval=sample.frame.index.isin(interval.rows if interval else []),
        deciding_sign=sample.frame.index.isin(sign.rows if sign else []),
    )
    countries = without_each_cluster(fit, driver, rule).rename(columns={"cluster": "iso3"})
    heavy = _heavy(rows, _heavy_country(countries)[0])
    try:
        heaviest = Interval(*rule(without_rows(fit, heavy.index), driver)) if len(heavy) else None
    except NotEstimable:
        heaviest = None
    return DriverInfluence(driver, Interval(*rule(fit, driver)), rows, countries, interval, sign, heaviest, most)


def tabulate_decisive_rows(influences: list[DriverInfluence], names: "pd.Series[str]") -> pd.DataFrame:
    """One row per driver and turn: the fewest rows found that decide, and the estimate with and without them.

    Parameters
    ----------
    influences : list of DriverInfluence
    names : pandas.Series
        Country name by ISO code.

    Returns
    -------
    pandas.DataFrame
        regressor, turn (interval or sign), observations, estimate, lower, upper, rows (how many decide; missing where
        no set was found), country_years (in words), estimate_without, lower_without, upper_without.
    """
    return pd.DataFrame([row for found in influences for row in _decisive(found, names)])


def tabulate_rows(influences: list[DriverInfluence]) -> pd.DataFrame:
    """Every row of every driver: regressor, and the columns of `DriverInfluence.rows`."""
    return _stacked([found.rows.assign(regressor=found.driver) for found in influences])


def heaviest_rows(influences: list[DriverInfluence], names: "pd.Series[str]") -> pd.DataFrame:
    """The rows of each driver with most leverage: regressor, country, year, leverage_percent, times_mean, change."""
    rows = tabulate_rows(influences)
    shares = rows.groupby("regressor")["partial_leverage"]
    told = rows.assign(
        country=rows["iso3"].map(names),
        leverage_percent=100 * rows["partial_leverage"],
        times_mean=rows["partial_leverage"] * shares.transform("size"),
    )
    columns = ["regressor", "country", "year", "leverage_percent", "times_mean", "change"]
    return told[shares.rank(ascending=False, method="first") <= SHOWN][columns].sort_values(
        ["regressor", "leverage_percent"], ascending=[True, False], ignore_index=True
    )


def tabulate_countries(influences: list[DriverInfluence]) -> pd.DataFrame:
    """Every driver without each country.

    Parameters
    ----------
    influences : list of DriverInfluence

    Returns
    -------
    pandas.DataFrame
        regressor, iso3, estimate, lower, upper (without the country), partial_leverage, change, turns (whether the
        interval begins or ceases to include zero), estimate_all, lower_all, upper_all.
    """
    return _stacked(
        [
            found.countries.assign(
                regressor=found.driver,
                turns=found.countries["iso3"].isin(found.deciding_countries),
                estimate_all=found.everything.estimate,
                lower_all=found.everything.lower,
                upper_all=found.everything.upper,
            )
            for found in influences
        ]
    )


def _stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True)


def country_years(rows: pd.DataFrame, names: "pd.Series[str]") -> str:
    """Country-years in words, by country: `Cuba 1993 and Haiti 2010`, or `Cuba 1993; Guyana 2020 and 2022`."""
    by_country = rows.sort_values(["iso3", "year"]).groupby("iso3", sort=False)["year"]
    told = [f"{names.get(iso3, iso3)} {listed([str(int(year)) for year in years])}" for iso3, years in by_country]
    return listed(told) if len(told) == len(rows) else "; ".join(told)


def _heavy_country(countries: pd.DataFrame) -> tuple[str, float]:
    place = int(countries["partial_leverage"].to_numpy().argmax())
    return str(countries["iso3"].iloc[place]), float(countries["partial_leverage"].iloc[place])


def _heavy(rows: pd.DataFrame, iso3: str) -> pd.DataFrame:
    chosen = (rows["iso3"] == iso3) & (rows["partial_leverage"] * len(rows) > HEAVY)
    return rows[chosen].sort_values("partial_leverage", ascending=False)


def _decisive(found: DriverInfluence, names: "pd.Series[str]") -> Iterator[dict[str, object]]:
    for turn, decided in (("interval", found.interval), ("sign", found.sign)):
        chosen = found.rows[found.rows[f"deciding_{turn}"]]
        yield {
            "regressor": found.driver,
            "turn": turn,
            "observations": len(found.rows),
            **vars(found.everything),
            "rows": len(chosen) if decided else pd.NA,
            "country_years": country_years(chosen, names),
            "estimate_without": decided.estimate if decided else float("nan"),
            "lower_without": decided.lower if decided else float("nan"),
            "upper_without": decided.upper if decided else float("nan"),
        }
