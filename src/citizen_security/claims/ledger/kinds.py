"""Kinds of quantities: which units name them, how they follow from the unit of a column or a published figure."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Kind:
    """A kind of quantity; two are the same where their names and units are.

    Attributes
    ----------
    name : str
        In words.
    units : tuple of str
        Beginnings of the units that name it.
    holding : tuple of str
        What a unit that names it may have in it, wherever; where neither says of what it is, every unit may stand.
    lacking : tuple of str
        What no unit that names it has in it: homicides per 100,000 are no number of homicides.
    counts : bool
        Whether it is a number of things.
    reach : tuple of float
        Smallest and largest value that there can be of it.
    no_effect : float or None
        Value where nothing changed, differs or has an effect, which may be missed on either side; none of a level.
    whole : str
        Of what a share is one, or an effect; blank where that is open.
    """

    name: str
    units: tuple[str, ...] = ()
    holding: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    counts: bool = False
    reach: tuple[float, float] = field(default=(-math.inf, math.inf), compare=False)
    no_effect: float | None = field(default=None, compare=False)
    whole: str = field(default="", compare=False)

    def fits(self, unit: str) -> bool:
        """Whether a unit names it."""
        plain = unit.casefold()
        # Whole words: percentage points are no percent, and per 100,000 is no per 100.
        named = any(re.match(rf"{re.escape(it)}s?(?![a-z0-9]|,[0-9])", plain) for it in self.units)
        named = named or any(it in plain for it in self.holding) or not (self.units or self.holding)
        # A rule may say less of the whole than is known of it, and nothing else.
        of_whole = not self.whole or _words_of(whole_of(unit)) <= _words_of(self.whole)
        return named and of_whole and not any(it in plain for it in self.lacking)

    def is_of_other_whole(self, other: "Kind") -> bool:
        """Whether both are shares of something, and not of the same."""
        return bool(self.whole and other.whole) and _words_of(self.whole) != _words_of(other.whole)

    @property
    def allowed(self) -> str:
        """Units that name it, in words."""
        ways = [f"begins with {', '.join(self.units)}"] if self.units else []
        ways += [f"has {' or '.join(it.strip() for it in self.holding)} in it"] if self.holding else []
        without = f", without {' or '.join(it.strip() for it in self.lacking)} in it" if self.lacking else ""
        whole = f", of {self.whole} where it says of what" if self.whole else ""
        return f"a unit that {', or '.join(ways)}{without}{whole}" if ways else "any unit"


# Of what a share is one: up to what tells of the way or the line by which it was counted.
_WHOLE = re.compile(r"(?:%|percent|per cent|share in %) of (?:the )?(.+?)(?:,| below | in |$)", re.IGNORECASE)
_RANGE = re.compile(r"(\d+) (?:to|–) (\d+)")
_SAME = {"people": "population", "persons": "population", "inhabitants": "population", "the": ""}


def whole_of(unit: str) -> str:
    """Of what a unit in % is a share, in its words; blank where it does not say."""
    found = _WHOLE.match(unit.strip())
    return found[1].strip() if found else ""


def _words_of(whole: str) -> frozenset[str]:
    words = _RANGE.sub(r"\1-\2", whole.casefold()).split()
    return frozenset(_SAME.get(word, word) for word in words) - {""}


def share_of(whole: str) -> "Kind":
    """A share of some whole, in %."""
    return replace(SHARE, whole=whole)


NONNEGATIVE, PERCENT = (0.0, math.inf), (0.0, 100.0)

_PERCENT = ("%", "percent", "per cent")
_COUNTED = ("number", "count")
_PER = ("per 1",)

CHANGE = Kind("a change in %", _PERCENT, no_effect=0.0)
SHARE = Kind("a share in %", (*_PERCENT, "of 100", "per 100", "share in %"), reach=PERCENT)
LOST = Kind("what is lost of a link in %", _PERCENT, no_effect=0.0)
EFFECT_PERCENT = Kind("an effect in % of the rate", _PERCENT, no_effect=0.0, whole="homicide rate")
EFFECT_RATE = Kind("an effect per 100,000 people", holding=("per 100,000",), no_effect=0.0)
RATE = Kind("a rate per 100,000", holding=("per 100,000",), reach=NONNEGATIVE)
RATE_OF_THOUSAND = Kind("a rate per 1,000", ("per 1,000",), ("per 1,000 ",), reach=NONNEGATIVE)
POINTS = Kind("a difference in points", ("points", "percentage points"), no_effect=0.0)
INDEX = Kind("a value of an index", ("index", "gini", "points"))
SCORE = Kind("a score in standard normal units", ("standard", "score", "points"))
RANK = Kind("a rank", ("rank", "place"), reach=(1.0, math.inf))
PEOPLE = Kind("a number of persons", ("persons", "people", "inhabitants"), lacking=_PER, counts=True, reach=NONNEGATIVE)
VICTIMS = Kind(
    "a number of victims", ("victims", "homicides", "deaths", "persons"), lacking=_PER, counts=True, reach=NONNEGATIVE
)
RATIO = Kind("a ratio", ("times", "ratio", "share"), lacking=_PERCENT, reach=NONNEGATIVE)
GUARDS = Kind("guards for each officer", ("guards", "times", "ratio"), reach=NONNEGATIVE)
CORRELATION = Kind("a correlation", ("correlation",), reach=(-1.0, 1.0), no_effect=0.0)
COUNTRIES = Kind("a count of countries", ("countries", "country", "members", *_COUNTED), counts=True, reach=NONNEGATIVE)
CITIES = Kind("a count of cities", ("cities", "city", "members", *_COUNTED), counts=True, reach=NONNEGATIVE)
EVALUATIONS = Kind(
    "a count of evaluations",
    ("evaluations", "studies", "interventions", "records", *_COUNTED),
    counts=True,
    reach=NONNEGATIVE,
)
ROWS = Kind("a count of rows", ("rows", *_COUNTED), counts=True, reach=NONNEGATIVE)
STATED = Kind("what its statements count")

# What the unit of a column or a figure begins with, and the kind that it names.
_BEGINNINGS: Sequence[tuple[str, Kind]] = (
    ("annual %", CHANGE),
    ("%", SHARE),
    ("of 100", SHARE),
    ("share", replace(RATIO, reach=(0.0, 1.0))),
    ("times", RATIO),
    ("ratio", RATIO),
    ("standard normal units", SCORE),
    ("persons", PEOPLE),
    ("victims", VICTIMS),
    ("countries", COUNTRIES),
    ("cities", CITIES),
    ("evaluations", EVALUATIONS),
    # Entries of a collection, as a document calls them.
    ("interventions", EVALUATIONS),
    ("records", EVALUATIONS),
)
_RATES = (("per 100,000", RATE), ("per 1,000", RATE_OF_THOUSAND))
# An index, and the ends of its scale where the unit tells them: "index of income, 0-100".
_INDEX = re.compile(r"\bindex\b")
_SCALE = re.compile(r"\b([0-9]+)-([0-9]+)\b")
# Shares whose part may be larger than the whole: pupils of any age for the children of one.
_ABOVE_WHOLE = ("% gross",)
# Measured in so many, and no number of things.
_MEASURED = ("dollars", "usd", "years")
_MULTIPLES = {1e-3: "thousand", 1e-6: "million", 1e-9: "billion"}


def kind_of_unit(unit: str) -> Kind:
    """Kind of quantity that the unit of a column or of a published figure names.

    Parameters
    ----------
    unit : str
        As the data package or the table of figures has it.

    Returns
    -------
    Kind
        Of a unit that is none of the common ones, the unit itself.
    """
    plain = unit.casefold()
    for words, kind in _RATES:
        if words in plain:
            return kind
    if plain.startswith(_ABOVE_WHOLE):
        return replace(SHARE, reach=NONNEGATIVE)
    for words, kind in _BEGINNINGS:
        if plain.startswith(words):
            return replace(kind, whole=whole_of(unit)) if kind == SHARE else kind
    if _INDEX.search(plain):
        scale = _SCALE.search(plain)
        return replace(INDEX, reach=(float(scale[1]), float(scale[2]))) if scale else INDEX
    counts = not any(word in plain for word in _MEASURED)
    return Kind(
        unit.partition(",")[0],
        (plain.partition(",")[0],),
        lacking=_PER if counts else (),
        counts=counts,
        reach=NONNEGATIVE,
    )


def scaled(kind: Kind, times: float) -> Kind:
    """Kind of a quantity that is multiplied.

    Parameters
    ----------
    kind : Kind
    times : float
        Above zero.

    Returns
    -------
    Kind
        A ratio times a hundred is a share in %; a thousandth is in thousands; any other multiple must be named.
    """
    reach = times * kind.reach[0], times * kind.reach[1]
    if times == 1:
        return kind
    if (kind, times) == (RATIO, 100):
        return replace(SHARE, reach=reach)
    if (kind, times) == (SHARE, 0.01):
        return replace(RATIO, reach=reach)
    if times in _MULTIPLES:
        word = _MULTIPLES[times]
        return Kind(f"{kind.name}, in {word}s", (word,), counts=False, reach=reach)
    return Kind(f"{times:g} times {kind.name}", (f"{times:g} times",), reach=reach)


def over(above: Kind, below: Kind) -> Kind:
    """Kind of one quantity over another.

    Parameters
    ----------
    above, below : Kind

    Returns
    -------
    Kind
        A ratio where both are of one kind.
    """
    reach = NONNEGATIVE if min(above.reach[0], below.reach[0]) >= 0 else (-math.inf, math.inf)
    if above == below:
        return replace(RATIO, reach=reach)
    return Kind(f"{above.name} for each of {below.name}", above.units, ("per ", "for each "), reach=reach)


def difference(kind: Kind) -> Kind:
    """Kind of the difference between two values of a kind.

    Parameters
    ----------
    kind : Kind

    Returns
    -------
    Kind
        Of shares, changes in % and values of an index points.
    """
    width = kind.reach[1] - kind.reach[0]
    reach = (-width, width) if math.isfinite(width) else (-math.inf, math.inf)
    if kind in (SHARE, INDEX, CHANGE):
        return replace(POINTS, reach=reach)
    return replace(kind, reach=reach, no_effect=0.0)
