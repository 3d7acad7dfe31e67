"""The coding scheme: which interventions, outcomes and directions the words of the studies table stand for.

The scheme is data: the tables `families`, `interventions`, `outcomes`, `directions`, `targets`, `maryland_levels` and
`designs`, each code with its definition and the words that stand for it. A word that the scheme does not know is
refused, so that no study is lost silently when a row is added. Only the choices that typed parameters offer are listed
here as well; a test holds them to the tables.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Self

from citizen_security.parameters import unknown

if TYPE_CHECKING:
    import pandas as pd

InterventionCode = Literal[
    "focused_deterrence",
    "violence_interruption",
    "gang_truce",
    "community_policing",
    "quadrant_policing",
    "community_prevention",
    "hot_spots_policing",
    "police_presence",
    "targeted_deployment",
    "pacification_policing",
    "kingpin_removal",
    "military_policing",
    "police_raids",
    "mass_arrest_warrants",
    "specialised_police",
    "body_worn_cameras",
    "limits_on_police_operations",
    "cognitive_behavioural_therapy",
    "restorative_justice",
    "electronic_monitoring",
    "deterrence_education",
    "after_school_programmes",
    "gang_prevention",
    "cash_transfers",
    "employment_programmes",
    "firearm_restriction",
    "alcohol_restriction",
    "transport_and_carrying_rules",
    "cctv",
    "urban_upgrading",
    "prevention_with_policing",
    "integrated_state_programmes",
]

OutcomeCode = Literal[
    "homicide",
    "other_violence",
    "robbery_and_theft",
    "crime_overall",
    "victimisation",
    "reoffending",
    "behaviour",
    "state_violence",
    "trust",
]

TargetCode = Literal["people", "gangs", "place", "policy", "system"]

StudyKind = Literal["evaluation", "pooled_trial", "review"]

TABLES = ("families", "interventions", "outcomes", "directions", "targets", "maryland_levels", "designs")

NOT_STATED = "not_stated"
NOT_TOLD = "Not told"


class UncodedTerm(ValueError):
    """Words of the studies table that the coding scheme does not know.

    Parameters
    ----------
    problems : iterable of str
        One sentence for each: study, field, words, nearest match.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        advice = "Correct the row, or add the words to the terms of a code in data/evidence."
        # What a terminal tells, as every error about rows keeps it.
        self.sentences = (*self.problems, advice)
        super().__init__("; ".join(self.problems) + f" {advice}")


@dataclass(frozen=True)
class Family:
    """A strategy, and the threat that it answers.

    Attributes
    ----------
    label, threat, definition : str
        For a reader.
    """

    label: str
    threat: str
    definition: str


@dataclass(frozen=True)
class Intervention:
    """A row of the map.

    Attributes
    ----------
    label : str
        For a reader.
    family : str
        Code of a family; empty for words of reviews that range over several interventions.
    definition : str
        What it takes in.
    terms : tuple of str
        Words of the studies table that stand for it.
    """

    label: str
    family: str
    definition: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """A column of the map, a direction of an effect, or a target: a label, a definition and the words for it.

    Attributes
    ----------
    label : str
        For a reader.
    definition : str
        What it takes in.
    terms : tuple of str
        Words of the studies table that stand for it.
    """

    label: str
    definition: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Level:
    """A level of the Maryland scale.

    Attributes
    ----------
    label, definition : str
        For a reader.
    enters_a_mean : bool
        Whether effects of this level are averaged with those of other studies.
    """

    label: str
    definition: str
    enters_a_mean: bool


@dataclass(frozen=True)
class Design:
    """A kind of design.

    Attributes
    ----------
    label, definition : str
        For a reader.
    maryland_level : int
        Level that a study of this kind usually has.
    lowest_level, highest_level : int
        Levels that one can have by the definitions of the levels.
    words : re.Pattern
        What tells it in the words of a design.
    """

    label: str
    definition: str
    maryland_level: int
    lowest_level: int
    highest_level: int
    words: re.Pattern[str]


@dataclass(frozen=True)
class CodingScheme:
    """Every code with its definition, in the order in which it is shown.

    Attributes
    ----------
    families : dict of str to Family
    interventions : dict of str to Intervention
        Rows of the map.
    review_scopes : dict of str to str
        Words of reviews of interventions in general → label: what such a review ranges over is no intervention that
        an evaluation could be of, so it has no row.
    outcomes : dict of str to Outcome
        Columns of the map.
    review_outcomes : tuple of str
        Words for the outcomes of reviews, which are not coded.
    directions, targets : dict of str to Outcome
    levels : dict of int to Level
    designs : dict of str to Design
    """

    families: Mapping[str, Family]
    interventions: Mapping[str, Intervention]
    review_scopes: Mapping[str, str]
    outcomes: Mapping[str, Outcome]
    review_outcomes: tuple[str, ...]
    directions: Mapping[str, Outcome]
    targets: Mapping[str, Outcome]
    levels: Mapping[int, Level]
    designs: Mapping[str, Design]
    _codes: Mapping[str, Mapping[str, str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        scheme = {"intervention": self.interventions, "outcome": self.outcomes, "direction": self.directions}
        object.__setattr__(self, "_codes", {name: _code_of_term(entries) for name, entries in scheme.items()})

    @classmethod
    def from_tables(cls, tables: Mapping[str, "pd.DataFrame"]) -> Self:
        """Build the scheme from its tables.

        Parameters
        ----------
        tables : mapping of str to pandas.DataFrame
            The tables named in `TABLES`, as the catalog loads them.

        Returns
        -------
        CodingScheme

        Raises
        ------
        ValueError
            If two codes of a table share a word: a study would be in a cell by chance.
        """
        rows: dict[str, Any] = {name: tables[name].to_dict("records") for name in TABLES}
        scopes = [row for row in rows["interventions"] if not row["in_map"]]
        return cls(
            families={
                row["family"]: Family(row["label"], row["threat"], row["definition"]) for row in rows["families"]
            },
            interventions={
                row["intervention"]: Intervention(row["label"], row["family"], row["definition"], _terms(row))
                for row in rows["interventions"]
                if row["in_map"]
            },
            review_scopes={term: row["label"] for row in scopes for term in _terms(row)},
            outcomes=_entries([row for row in rows["outcomes"] if row["in_map"]], "outcome"),
            review_outcomes=tuple(term for row in rows["outcomes"] if not row["in_map"] for term in _terms(row)),
            directions=_entries(rows["directions"], "direction"),
            targets=_entries(rows["targets"], "target"),
            levels={
                row["maryland_level"]: Level(row["label"], row["definition"], bool(row["enters_a_mean"]))
                for row in rows["maryland_levels"]
            },
            designs={
                row["design"]: Design(
                    row["label"],
                    row["definition"],
                    row["maryland_level"],
                    row["lowest_level"],
                    row["highest_level"],
                    _pattern(row["words"]),
                )
                for row in rows["designs"]
            },
        )

    def intervention_codes(self, words: str) -> tuple[str, ...]:
        """Interventions that a study evaluates; see the function of this name."""
        named = {self._codes["intervention"][term] for term in split(words) if term not in self.review_scopes}
        return tuple(code for code in self.interventions if code in named)

    def outcome_codes(self, words: str) -> tuple[str, ...]:
        """Outcomes that a study reports on; see the function of this name."""
        named = {self._codes["outcome"][term] for term in split(words) if term not in self.review_outcomes}
        return tuple(code for code in self.outcomes if code in named)

    def direction_code(self, words: str) -> str:
        """Direction of the effect; see the function of this name."""
        return self._codes["direction"][words.strip()] if words.strip() else NOT_STATED

    def target_codes(self, words: str) -> tuple[str, ...]:
        """Whom or what a study's intervention addresses; see the function of this name."""
        codes = split(words)
        for code in codes:
            if code not in self.targets:
                raise KeyError(code)
        return tuple(code for code in self.targets if code in codes)

    def design_code(self, design: str) -> str:
        """Code of the kind of design that the words of a design name; empty where they name none."""
        return next((code for code, kind in self.designs.items() if kind.words.search(design)), "")

    def known_terms(self, column: str) -> tuple[str, ...]:
        """Words that a column of the studies table may hold, before they are combined."""
        terms: dict[str, tuple[str, ...]] = {
            "intervention_category": (*self._codes["intervention"], *self.review_scopes),
            "outcome_category": (*self._codes["outcome"], *self.review_outcomes),
            "effect_direction": tuple(self._codes["direction"]),
            "target": tuple(self.targets),
        }
        return terms[column]


def coding_tables() -> "dict[str, pd.DataFrame]":
    """Tables of the coding scheme of this checkout, by name."""
    # Imported here: parameters take their codes from this module, and the command line must start at once.
    from citizen_security.tables import catalog

    return {name: catalog.load(name) for name in TABLES}


@cache
def scheme() -> CodingScheme:
    """The scheme of this checkout's tables, read once.

    Returns
    -------
    CodingScheme
    """
    return CodingScheme.from_tables(coding_tables())


class View[Entry](Mapping[str, Entry]):
    """A part of this checkout's scheme as a mapping, read from the tables when it is first looked at.

    Parameters
    ----------
    part : callable
        From the scheme, the mapping that is meant.
    """

    def __init__(self, part: Callable[[CodingScheme], Mapping[str, Entry]]) -> None:
        self._part = part

    def __getitem__(self, code: str) -> Entry:
        return self._part(scheme())[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._part(scheme()))

    def __len__(self) -> int:
        return len(self._part(scheme()))

    def __repr__(self) -> str:
        return repr(dict(self))


FAMILIES = View(lambda entries: entries.families)
INTERVENTIONS = View(lambda entries: entries.interventions)
OUTCOMES = View(lambda entries: entries.outcomes)
DIRECTIONS = View(lambda entries: entries.directions)
TARGETS = View(lambda entries: entries.targets)
DESIGNS = View(lambda entries: entries.designs)
REVIEW_SCOPES = View(lambda entries: entries.review_scopes)


def split(words: str) -> list[str]:
    """Terms of a cell: a semicolon separates them, and nothing else does.

    Parameters
    ----------
    words : str
        A cell of the studies table.

    Returns
    -------
    list of str
    """
    return [term.strip() for term in words.split(";") if term.strip()]


def intervention_codes(words: str) -> tuple[str, ...]:
    """Interventions that a study evaluates.

    Only a semicolon separates two interventions: a slash or a plus is part of one name.

    Parameters
    ----------
    words : str
        `intervention_category` of the studies table.

    Returns
    -------
    tuple of str
        In the order of the scheme, each once; empty for a review of interventions in general.

    Raises
    ------
    KeyError
        With the words that have no code.
    """
    return scheme().intervention_codes(words)


def outcome_codes(words: str) -> tuple[str, ...]:
    """Outcomes that a study or an effect is about.

    Parameters
    ----------
    words : str
        `outcome_category` of the studies or the effects table.

    Returns
    -------
    tuple of str
        In the order of the scheme, each once; empty for a review.

    Raises
    ------
    KeyError
        With the words that have no code.
    """
    return scheme().outcome_codes(words)


def direction_code(words: str) -> str:
    """Direction of the effect as the study reports it; `not_stated` of no words.

    Raises
    ------
    KeyError
        With the words that have no code.
    """
    return scheme().direction_code(words)


def target_codes(words: str) -> tuple[str, ...]:
    """Whom or what an intervention addresses, in the order of the scheme.

    Raises
    ------
    KeyError
        With the first code that is none.
    """
    return scheme().target_codes(words)


def group_code(kind: str, pooled_in: str) -> StudyKind:
    """Whether a row is a review, a trial that is here because a review printed it, or an evaluation of its own."""
    if kind == "review":
        return "review"
    return "pooled_trial" if pooled_in else "evaluation"


def design_family(design: str) -> str:
    """Kind of design that the words of a design name; `Not told` where they name none."""
    code = scheme().design_code(design)
    return DESIGNS[code].label if code else NOT_TOLD


def uncoded(column: str, row: str, words: str, allowed: Iterable[str]) -> str:
    """Sentence for words without a code, with the nearest match."""
    return unknown(column, words, allowed, row)


def coded_column(
    table: "pd.DataFrame", key: str, column: str, code: Callable[[str], Any], allowed: Iterable[str]
) -> list[Any]:
    """Codes of one column; every word without a code is named at once.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a study or effect.
    key : str
        Column that names a row, such as study_id.
    column : str
        Column of words.
    code : callable
        From words to codes; a KeyError names the words that have none.
    allowed : iterable of str
        Words that have a code, for the nearest match.

    Returns
    -------
    list
        One entry a row.

    Raises
    ------
    UncodedTerm
        If words have no code, with the row and the nearest match.
    """
    codes, problems = [], []
    kind = key.removesuffix("_id")
    for row, value in zip(table[key], table[column], strict=True):
        try:
            codes.append(code(value if isinstance(value, str) else ""))
        except KeyError as error:
            problems.append(uncoded(column, f"{kind} {row!r}", str(error.args[0]), allowed))
    if problems:
        raise UncodedTerm(problems)
    return codes


def _terms(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row["terms"]).split("|"))


def _entries(rows: Iterable[Mapping[str, Any]], key: str) -> dict[str, Outcome]:
    return {row[key]: Outcome(row["label"], row["definition"], _terms(row) if "terms" in row else ()) for row in rows}


def _code_of_term(entries: Mapping[str, Any]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for code, entry in entries.items():
        for term in entry.terms:
            if term in codes:
                raise ValueError(f"the term {term!r} stands for {codes[term]} and for {code}; give it to one of them")
            codes[term] = code
    return codes


def _pattern(words: str) -> re.Pattern[str]:
    """One pattern for several words; a star stands for any ending."""
    stems = [re.escape(word.removesuffix("*")) + ("" if word.endswith("*") else r"\b") for word in words.split("|")]
    return re.compile(r"\b(?:" + "|".join(stems) + ")", re.IGNORECASE)
