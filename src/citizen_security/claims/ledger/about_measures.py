"""What a way of measuring says of itself where it is defined: what it gives, counts and leaves open, and its reach."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.kinds import Kind, kind_of_unit
from citizen_security.claims.ledger.panel_units import UNITS
from citizen_security.methods.verdicts.regions import Estimate

type Direction = Literal["", "fall", "rise"]
type Interval = Literal["", "confidence", "tested", "published"]
type KindOf = Callable[[Mapping[str, Any], Tables], Kind]


@dataclass(frozen=True)
class About:
    """What a way of measuring gives.

    Attributes
    ----------
    kind : Kind or callable
        Kind of quantity; where arguments decide it, a function of these and the tables.
    of : tuple of str
        What its n counts, singular and plural.
    reach : tuple of float or None
        Smallest and largest value that it can give, infinite where there is no end; that of its kind where none is
        given.
    counted : str
        Argument that bounds it further: of a list its length, of a number the number itself; blank for none.
    ranked : {"", "units", "years"}
        What a rank is among: the units that have a figure or may have one, or the years from `since` to `year`.
    years_of : str
        Table whose years its years are; blank where it takes none.
    direction : {"", "fall", "rise"}
        Whether it is named a fall or a rise, so that a negative value is told as the other; a change keeps its sign.
    missing : str
        What stands for units without a figure, and what the bounds make of them; blank where each needs one.
    by_estimator : mapping of str to tuple
        What n counts by the estimator, where that decides it.
    smaller : bool or callable
        Whether it is the smaller of two amounts that must both be there, so that it is near zero where one of them is;
        a function of its arguments where these decide it.
    own_numbers : bool
        Whether it holds numbers of one document to each other.
    in_order : bool
        Whether it tells of an order by the share of pairs that follow it.
    interval : {"", "confidence", "tested", "published"} or callable
        What its interval is: a confidence interval; bounds that tests at its level leave; one that was published; blank
        for bounds that no level moves, or none. Where arguments decide it, a function of these.
    """

    kind: Kind | KindOf
    of: tuple[str, str]
    reach: tuple[float, float] | None = None
    counted: str = ""
    ranked: Literal["", "units", "years"] = ""
    years_of: str = ""
    direction: Direction = ""
    missing: str = ""
    by_estimator: Mapping[str, tuple[str, str]] | None = None
    smaller: bool | Callable[[Mapping[str, Any]], bool] = False
    own_numbers: bool = False
    in_order: bool = False
    interval: Interval | Callable[[Mapping[str, Any]], Interval] = ""

    def interval_of(self, found: Estimate, arguments: Mapping[str, Any]) -> str:
        """What the interval of an estimate is: as `interval`, or `bounds`; blank where it has none."""
        own = self.interval if isinstance(self.interval, str) else self.interval(arguments)
        return "" if found.low == found.high else own or "bounds"

    def units(self, n: int, arguments: Mapping[str, Any]) -> str:
        """What an n counts, in the right number; by the estimator where that decides it."""
        names = (self.by_estimator or {}).get(arguments.get("estimator", ""), self.of)
        return names[0] if n == 1 else names[1]

    @property
    def stand_in(self) -> str:
        """What stands for units without a figure, where that makes bounds; blank where they are left out."""
        return self.missing if "bound" in self.missing else ""

    def is_smaller(self, arguments: Mapping[str, Any]) -> bool:
        """Whether it is the smaller of two amounts with some arguments."""
        return self.smaller(arguments) if callable(self.smaller) else self.smaller

    def kind_with(self, arguments: Mapping[str, Any], tables: Tables) -> Kind:
        """Kind of quantity that it gives with some arguments."""
        return self.kind if isinstance(self.kind, Kind) else self.kind(arguments, tables)

    def values(
        self, arguments: Mapping[str, Any], tables: Tables, found: Estimate | None = None
    ) -> tuple[float, float]:
        """Smallest and largest value that can be given with some arguments; a rank among units needs an estimate."""
        least, most = self.reach or self.kind_with(arguments, tables).reach
        bound = arguments.get(self.counted)
        if isinstance(bound, str):
            bound = min(len(group.split("+")) for group in bound.split("/"))
        if self.ranked == "years" and {"year", "since"} <= set(arguments):
            bound = arguments["year"] - arguments["since"] + 1
        if self.ranked == "units" and found is not None:
            # Those without a figure may all rank before it.
            bound = found.n + found.high - found.value
        return least, most if bound is None else min(most, float(bound))


def gives[Function: Callable[..., Estimate]](
    kind: Kind | KindOf, of: tuple[str, str], **more: Any
) -> Callable[[Function], Function]:
    """Make a function a way of measuring that claims may name.

    Parameters
    ----------
    kind, of
        As `About`.
    **more
        Other fields of `About`.

    Returns
    -------
    callable
        A decorator that leaves the function as it is, with what it gives in its attribute `about`.
    """
    about = About(kind, of, **more)

    def declared(function: Function) -> Function:
        vars(function)["about"] = about
        return function

    return declared


def kind_of_column(column: str) -> Kind:
    """Kind of quantity of a column of countries and years, by its unit."""
    return kind_of_unit(UNITS[column])


def kind_of_facts(tables: Tables, facts: str) -> Kind:
    """Kind of quantity of published figures joined by +, which are of one kind."""
    units = tables["claim_facts"].set_index("fact_id")["unit"]
    return kind_of_unit(str(units[facts.split("+")[0]]))


COUNTRY, PLACE = ("country", "countries"), ("country or territory", "countries and territories")
CITY, EVALUATION, HOMICIDE = ("city", "cities"), ("evaluation", "evaluations"), ("homicide", "homicides")
STATEMENT, FIGURE = ("statement", "statements"), ("published figure", "published figures")

# A change cannot be below −100%, and a fall not above 100%.
RISE, FALL = (-100.0, math.inf), (-math.inf, 100.0)

PANEL, WORLD, CITY_YEARS = "country_year", "world_homicide", "city_year"

# What stands for units without a figure.
LEFT_OUT = "Countries without a figure are left out; so are those without a population, where it is needed."
NOT_COUNTED = "Of those without a figure the value and the lower bound count none, and the upper bound all."
RANKED_LAST = "The value ranks those without a figure behind it, and the upper bound before it."
UNSEEN_SHARE = (
    "The value is of those with a figure; of the others the lower bound counts none, and the upper bound all."
)
CARRIED = "A country without a figure has its last one, else its first later one, else the median of the year."
BESIDE = (
    f"{CARRIED} The bounds give it the lowest or the highest that it ever had, else the 5th or 95th percentile of the "
    "year: low where it is looked at and high elsewhere, and the reverse."
)
