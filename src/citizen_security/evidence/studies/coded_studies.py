"""Studies with the codes of the scheme, those of the region, and how many of them found a benefit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from citizen_security.evidence.studies.coding import NOT_TOLD, CodingScheme, coded_column, group_code, scheme
from citizen_security.methods.proportions import wilson_interval

# Maryland level from which on a design is called strong.
STRONG_LEVEL = 4

# Maryland level of random assignment.
RANDOMISED = 5


@dataclass(frozen=True)
class Share:
    """A share of a number of studies, with its Wilson score interval.

    The interval says what chance alone would do to the share if the studies were a random sample. A convenience
    collection is none, so the interval is the least of the uncertainty, not the whole of it.

    Attributes
    ----------
    count, n : int
        Studies that are meant, out of how many.
    confidence_level : float
        Confidence level of the interval.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22(158); Newcombe (1998), Statistics in Medicine
    17(8), method 3.
    """

    count: int
    n: int
    confidence_level: float = 0.95

    @property
    def value(self) -> float:
        """The share, from 0 to 1; nan of no studies."""
        return self.count / self.n if self.n else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson score interval, without continuity correction; 0 to 1 of no studies."""
        return wilson_interval(self.count, self.n, self.confidence_level)

    @property
    def in_words(self) -> str:
        """The share with its interval: `80% (70% to 87%)`; `undefined` of none."""
        low, high = self.interval
        return f"{self.value:.0%} ({low:.0%} to {high:.0%})" if self.n else "undefined"

    def recorded(self) -> dict[str, Any]:
        """Value, interval and number of studies, as `record` takes them; the share of no studies is undefined."""
        return {"value": self.value if self.n else "undefined", "interval": self.interval, "n": self.n}


def coded_studies(studies: pd.DataFrame, countries: pd.DataFrame, coding: CodingScheme | None = None) -> pd.DataFrame:
    """Studies with their words turned into codes.

    Parameters
    ----------
    studies : pandas.DataFrame
        Table `studies`, one row a study or review.
    countries : pandas.DataFrame
        Table `countries`, for who belongs to Latin America and the Caribbean.
    coding : CodingScheme, optional
        That of this checkout by default.

    Returns
    -------
    pandas.DataFrame
        The same rows and columns, with `maryland_level` as floating point (nan where not coded) and `intervention`
        named `what_was_done`, and further columns interventions, outcomes, targets and countries (tuples of codes),
        direction, group, design_family, in_lac (a site in the region) and in_elsewhere (a site outside of it, or no
        country coded).

    Raises
    ------
    UncodedTerm
        If words of the table have no code, with the study and the nearest match.
    """
    rules = coding or scheme()
    region = set(countries.loc[countries["is_lac"].astype(bool), "iso3"])
    places: list[Any] = [_countries_of(text) for text in studies["iso3"]]

    def coded(column: str, code: Callable[[str], Any]) -> list[Any]:
        return coded_column(studies, "study_id", column, code, rules.known_terms(column))

    # The table's words for what was done; `intervention` is the code's name from here on.
    return studies.rename(columns={"intervention": "what_was_done"}).assign(
        maryland_level=pd.to_numeric(studies["maryland_level"]).astype("float64"),
        interventions=coded("intervention_category", rules.intervention_codes),
        outcomes=coded("outcome_category", rules.outcome_codes),
        direction=coded("effect_direction", rules.direction_code),
        targets=coded("target", rules.target_codes),
        countries=places,
        group=[group_code(*row) for row in zip(studies["kind"], map(_text, studies["pooled_in"]), strict=True)],
        design_family=[_design_label(rules, _text(design)) for design in studies["design"]],
        in_lac=[any(country in region for country in codes) for codes in places],
        in_elsewhere=[not codes or any(country not in region for country in codes) for codes in places],
    )


def in_lac(studies: pd.DataFrame) -> pd.DataFrame:
    """Studies with a site in Latin America and the Caribbean."""
    return studies[studies["in_lac"]]


def in_elsewhere(studies: pd.DataFrame) -> pd.DataFrame:
    """Studies with a site outside of Latin America and the Caribbean, or without a coded country."""
    return studies[studies["in_elsewhere"]]


def positive_share(studies: pd.DataFrame, *, not_stated_is_negative: bool = False) -> Share:
    """Share of the studies that report a benefit.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    not_stated_is_negative : bool
        Whether studies whose direction was not read count as reporting none; otherwise they are left out.

    Returns
    -------
    Share
    """
    stated = studies if not_stated_is_negative else studies[studies["direction"] != "not_stated"]
    return Share(int((stated["direction"] == "beneficial").sum()), len(stated))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _design_label(rules: CodingScheme, design: str) -> str:
    code = rules.design_code(design)
    return rules.designs[code].label if code else NOT_TOLD


def _countries_of(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code.strip() for code in _text(value).split(";") if code.strip()))
