"""What kind of quantity each way of measuring gives: which units name it, and which types of claims can be of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from citizen_security.claims.ledger.about_measures import ABOUT
from citizen_security.claims.ledger.arguments import names_in


@dataclass(frozen=True)
class Kind:
    """A kind of quantity.

    Attributes
    ----------
    name : str
        In words.
    units : tuple of str
        Beginnings of the units that name it; none where the arguments decide, so that every unit may stand.
    """

    name: str
    units: tuple[str, ...] = ()


_PERCENT = ("%", "percent", "per cent")
_SHARES = (*_PERCENT, "of 100", "per 100", "share in %")
_COUNTED = ("countries", "country", "members", "number", "count")

CHANGE = Kind("a change in %", _PERCENT)
SHARE = Kind("a share in %", _SHARES)
LOST = Kind("what is lost of a link in %", _PERCENT)
EFFECT_PERCENT = Kind("an effect in % of the rate", _PERCENT)
EFFECT_RATE = Kind("an effect per 100,000 people", ("per 100,000", "homicides per 100,000"))
POINTS = Kind("a difference in points", ("points", "percentage points"))
RANK = Kind("a rank", ("rank", "place"))
PEOPLE = Kind("a number of persons", ("persons", "people", "inhabitants"))
TIMES = Kind("how many times", ("times", "ratio"))
GUARDS = Kind("guards for each officer", ("guards", "times", "ratio"))
CORRELATION = Kind("a correlation", ("correlation",))
COUNTRIES = Kind("a count of countries", _COUNTED)
CITIES = Kind("a count of cities", ("cities", "city", "members", "number", "count"))
EVALUATIONS = Kind("a count of evaluations", ("evaluations", "studies", "number", "count"))
ROWS = Kind("a count of rows", ("rows", "number", "count"))
OPEN = Kind("what its columns or figures are of")

KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(
        ("regional_change", "country_fall", "country_rise", "fall_then_rise", "sector_change", "half_year_change",
         "morelia_down_state_up", "morelia_fall_then_rise", "pacification_fall", "average_change", "reported_change"),
        CHANGE,
    ),
    **dict.fromkeys(
        ("homicides_over_places", "growth_percentile", "poverty_left", "convictions_per_hundred", "regimes_between",
         "share_of_world", "share_above_world", "printed_rates_of_year", "pairs_in_order", "beneficial_share",
         "harmful_share"),
        SHARE,
    ),
    **dict.fromkeys(
        ("risers", "most_unequal_in_region", "below_median", "region_among_highest", "lower_than_every",
         "below_regional_median", "claimed_among_most_studied"),
        COUNTRIES,
    ),
    **dict.fromkeys(("cities_in_region", "cities_fallen"), CITIES),
    **dict.fromkeys(("inequality_gap", "benefit_beyond_half", "fall_short"), POINTS),
    **dict.fromkeys(("state_rank", "poverty_rank", "rank_from_safest"), RANK),
    **dict.fromkeys(("people", "fewer_poor"), PEOPLE),
    **dict.fromkeys(("growth_link", "curve"), EFFECT_PERCENT),
    **dict.fromkeys(
        ("weighted_mean", "country_range", "ratio_of_measures", "mean_change", "total_less_parts", "spread",
         "exceptions_to_inclusion", "figure", "ratio_of_figures"),
        OPEN,
    ),
    "rows_out_of_order": ROWS,
    "rank_persistence": CORRELATION,
    "regional_ratio": TIMES,
    "lost_when_held": LOST,
    "guards_per_officer": GUARDS,
    "evaluations": EVALUATIONS,
}  # fmt: skip
# Effects, whose kind the argument `outcome` decides.
BY_OUTCOME = ("link", "one_country_link")

_COUNTS = (COUNTRIES, CITIES, EVALUATIONS, ROWS, PEOPLE)
# Types that are of some kinds alone, and those in words; an order may be told by the share of pairs that follow it.
TYPES: Mapping[str, tuple[str, tuple[Kind, ...]]] = {
    "count": ("a count", _COUNTS),
    "set": ("a count", _COUNTS),
    "existence": ("a count", _COUNTS),
    "ranking": ("a rank, or a share of pairs in order", (RANK, SHARE)),
    "share": ("a share in %", (SHARE, CHANGE, LOST)),
    "not_fallen": ("a change in %", (CHANGE,)),
    "null": ("an effect or a change in %", (EFFECT_PERCENT, CHANGE)),
    "attenuation": ("what is lost of a link in %", (LOST,)),
}


def kind_of(measure: str, arguments: Mapping[str, Any]) -> Kind:
    """Kind of quantity that a way of measuring gives.

    Parameters
    ----------
    measure : str
        Of the registry.
    arguments : mapping
        All of them, those at their defaults too.

    Returns
    -------
    Kind
    """
    if measure in BY_OUTCOME:
        return EFFECT_PERCENT if arguments.get("outcome", "percent") == "percent" else EFFECT_RATE
    return KINDS[measure]


def kind_problem(measure: str, arguments: Mapping[str, Any], claim_type: str, unit: str) -> str:
    """Why what a way of measuring gives is not of a rule's type or unit; blank where it is.

    Parameters
    ----------
    measure, arguments
        As `kind_of`.
    claim_type, unit : str
        Of the rule.

    Returns
    -------
    str
    """
    kind = kind_of(measure, arguments)
    needed, kinds = TYPES.get(claim_type, ("", ()))
    if kinds and kind is not OPEN and kind not in kinds:
        return (
            f"{measure} gives {kind.name}, and type {claim_type} of the rule needs {needed}. Take a way of measuring "
            "that gives it, or another type"
        )
    if kind.units and not unit.casefold().startswith(kind.units):
        return (
            f"{measure} gives {kind.name}, and the unit of the rule is '{unit}'. Allowed: a unit that begins with "
            f"{', '.join(kind.units)}"
        )
    return ""


def other_than_main(measure: str, kind: Kind, main: str, main_kind: Kind) -> str:
    """Why a way of measuring is of another quantity than the main one; blank where it is of the same.

    Parameters
    ----------
    measure : str
    kind : Kind
    main : str
        Measure of the main way.
    main_kind : Kind

    Returns
    -------
    str
    """
    if OPEN not in (kind, main_kind) and kind is not main_kind:
        return (
            f"{measure} gives {kind.name}, and the main way, {main}, gives {main_kind.name}. Allowed: ways of "
            "measuring the same quantity"
        )
    ways = ABOUT[measure].direction, ABOUT[main].direction
    if all(ways) and len(set(ways)) > 1:
        return (
            f"{measure} counts a {ways[0]} as positive, and the main way, {main}, a {ways[1]}. Allowed: ways of "
            "measuring the same quantity"
        )
    return ""


def same_way(measure: str, arguments: Mapping[str, Any]) -> tuple[Any, ...]:
    """What two ways of measuring have in common that measure the same, however their arguments are written.

    Parameters
    ----------
    measure, arguments
        As `kind_of`.

    Returns
    -------
    tuple
        Hashable; names that are joined have no order, groups of them do.
    """
    return measure, *sorted(
        (name, tuple(tuple(sorted(it)) for it in names_in(measure, name, value)) if isinstance(value, str) else value)
        for name, value in arguments.items()
    )
