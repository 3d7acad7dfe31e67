"""A verdict over every admissible way of measuring, with its reasons."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .. import require
from .regions import Estimate, Position, Region

type Directness = Literal["direct", "partial", "proxy", "another_collection"]
type VerdictName = Literal[
    "holds", "holds in part", "indirect evidence agrees", "undecided", "indirect evidence speaks against",
    "fails in part", "does not hold", "internally inconsistent", "outdated"
]  # fmt: skip

# What settles a claim, and what the same says where it is no direct measure.
INDIRECT: dict[VerdictName, VerdictName] = {
    "holds": "indirect evidence agrees",
    "does not hold": "indirect evidence speaks against",
}
# What is measured for a part of a sentence says no more than that part.
IN_PART: dict[VerdictName, VerdictName] = {"holds": "holds in part", "does not hold": "fails in part"}
PARTIAL = "a part of the sentence is tested"
PROXIES = {"proxy": "a proxy never settles a claim", "another_collection": "another collection never settles a claim"}
OPPOSITE: dict[Position, Position] = {"inside": "outside", "outside": "inside"}
# What one way of measuring says of a claim, and what several say.
SAY: dict[Position, tuple[str, str]] = {
    "inside": ("agrees with {it}", "agree with {it}"),
    "straddles": ("leaves {it} open", "leave {it} open"),
    "outside": ("speaks against {it}", "speak against {it}"),
}


class NoVerdict(ValueError):
    """A grid of choices from which nothing follows: it is empty, or has no main choice or several."""


@dataclass(frozen=True)
class Choice:
    """One admissible way of measuring.

    Attributes
    ----------
    name : str
    estimate : Estimate
    is_main : bool
        Whether it is the one that was declared to lead.
    family : str
        In what it differs from the main one, such as `definition`; blank for the main one.
    """

    name: str
    estimate: Estimate
    is_main: bool = False
    family: str = ""


@dataclass(frozen=True)
class Thresholds:
    """How many choices must agree.

    Attributes
    ----------
    agreeing : float
        Share of the choices that must say the same as the main one.
    opposing : float
        Largest share that may say the opposite.
    """

    agreeing: float = 0.75
    opposing: float = 0.10

    def __post_init__(self) -> None:
        require.share("agreeing", self.agreeing)
        require.share("opposing", self.opposing)


@dataclass(frozen=True)
class Verdict:
    """What follows, and why.

    Attributes
    ----------
    name : VerdictName
    main : Position
        Where the main choice's interval lies.
    inside, outside, straddling : int
        Choices by where their intervals lie.
    deciding : tuple of str
        Families with a choice that says the opposite of the main one, in order of the alphabet.
    reasons : tuple of str
        Clauses, the counting one first.
    """

    name: VerdictName
    main: Position
    inside: int
    outside: int
    straddling: int
    deciding: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def choices(self) -> int:
        """How many ways of measuring there were."""
        return self.inside + self.outside + self.straddling


def judge(
    region: Region,
    choices: Sequence[Choice],
    *,
    directness: Directness = "direct",
    identity: bool = False,
    latest: Sequence[Choice] = (),
    thresholds: Thresholds | None = None,
) -> Verdict:
    """Verdict on a claim.

    It holds if the main choice lies inside the region with `agreeing` of all choices, and no more than `opposing` lie
    outside; it holds in part if the main one lies inside among too few of its kind. It does not hold, or fails in part,
    in the mirror images. It is undecided if the main one straddles an end: that is neither.

    Parameters
    ----------
    region : Region
        Values under which the claim is true.
    choices : sequence of Choice
        Of the claim's period; exactly one is the main one. Their order does not matter.
    directness : {"direct", "partial", "proxy", "another_collection"}
        What is no direct measure never settles: where it would, it is said which way it points; else it is undecided.
        A part of a sentence settles that part alone, and the sentence in part.
    identity : bool
        Whether the claim is the document's own arithmetic, so that what does not hold is an inconsistency.
    latest : sequence of Choice
        The same in the latest years; a claim that held and does not hold there is outdated.
    thresholds : Thresholds, optional

    Returns
    -------
    Verdict

    Raises
    ------
    NoVerdict
        If there are no choices, or not exactly one main choice.
    """
    require.one_of("directness", directness, Directness)
    asked = thresholds or Thresholds()
    found = _verdict_of_grid(region, choices, asked)
    if identity and found.name == "does not hold":
        return _named(found, "internally inconsistent", "the document's own numbers do not fit each other")
    if directness == "partial":
        return _named(found, IN_PART.get(found.name, found.name), PARTIAL)
    if directness != "direct":
        return _named(found, INDIRECT.get(found.name, "undecided"), PROXIES[directness])
    if latest and found.name == "holds":
        now = _verdict_of_grid(region, latest, asked)
        if now.name == "does not hold":
            return _named(found, "outdated", f"in the latest years {now.reasons[0]}")
    return found


def _verdict_of_grid(region: Region, choices: Sequence[Choice], asked: Thresholds) -> Verdict:
    mains = [choice for choice in choices if choice.is_main]
    if len(mains) != 1:
        raise NoVerdict(
            f"{len(choices)} choices with {len(mains)} main ones. Allowed: one choice or more, exactly one of them "
            "main."
        )
    main = region.position(mains[0].estimate)
    positions = {id(choice): region.position(choice.estimate) for choice in choices}
    counted = Counter(positions.values())
    inside, outside, number = counted["inside"], counted["outside"], len(choices)
    name: VerdictName = "undecided"
    if main == "inside" and inside >= asked.agreeing * number and outside <= asked.opposing * number:
        name = "holds"
    elif main == "outside" and outside >= asked.agreeing * number and inside <= asked.opposing * number:
        name = "does not hold"
    elif main == "inside":
        name = "holds in part"
    elif main == "outside":
        name = "fails in part"
    opposite = OPPOSITE.get(main)
    deciding = sorted({c.family for c in choices if c.family and positions[id(c)] == opposite}) if opposite else []
    return Verdict(name, main, inside, outside, counted["straddles"], tuple(deciding), (_counted(counted, main),))


def _counted(counted: Mapping[Position, int], main: Position) -> str:
    """How many ways of measuring say what; those that nobody says are left out, and the main one where all agree."""
    number = sum(counted.values())
    told = [(SAY[it][counted[it] > 1], counted[it]) for it in SAY if counted[it]]
    words = told[0][0].format(it="the claim")
    if len(told) == 1:
        return f"the only way of measuring {words}" if number == 1 else f"all {number} ways of measuring {words}"
    others = [f"{count} {words.format(it='it')}" for words, count in told[1:]]
    first = f"{told[0][1]} of {number} ways of measuring {words}"
    return f"{', '.join([first, *others[:-1]])} and {others[-1]}; the main one {SAY[main][0].format(it='it')}"


def _named(found: Verdict, name: VerdictName, reason: str) -> Verdict:
    return Verdict(
        name, found.main, found.inside, found.outside, found.straddling, found.deciding, (*found.reasons, reason)
    )
