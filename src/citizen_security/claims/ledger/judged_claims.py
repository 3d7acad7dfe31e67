"""Every claim with its rule, its value and its verdict."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from citizen_security.claims.ledger.given_tables import Tables, TablesRead
from citizen_security.claims.ledger.registry import ABOUT, BadChoice, arguments_of, measured, with_defaults
from citizen_security.methods.verdicts.grid import Choice, Thresholds, Verdict, judge
from citizen_security.methods.verdicts.regions import Estimate, Region, Tolerances, region_of
from citizen_security.words import sentences

UNTESTED = {
    "traced": "traced, not tested",
    "open_data_exist": "not yet tested though open data exist",
    "no_open_data": "not testable with open data",
}
VERDICTS = (
    "holds",
    "holds in part",
    "indirect evidence agrees",
    "undecided",
    "indirect evidence speaks against",
    "fails in part",
    "does not hold",
    "internally inconsistent",
    "outdated",
    *UNTESTED.values(),
)
# Key of a published figure.
FACT = re.compile(r"\bF[0-9]+\b")
# Of claims whose main way takes published figures alone.
PUBLISHED = "published figures"
# Intervals that widen with their level.
LEVELLED = ("confidence", "tested")
DECIDING = {
    "country": "one country decides",
    "coverage": "the coverage decides",
    "definition": "the definition decides",
    "estimator": "the estimator decides",
    "source": "the source decides",
    "year": "the data window decides",
}


@dataclass(frozen=True)
class Way:
    """How a choice was measured.

    Attributes
    ----------
    label : str
        In words.
    measure, arguments : str
        Function and its arguments as the rule's author wrote them.
    tables : tuple of str
        Tables that the function read, sorted.
    units : str
        What its n counts, in the right number.
    direction : {"", "fall", "rise"}
        What a positive value is.
    missing : str
        What stands for units without a figure, where they widen the bounds.
    interval : {"", "confidence", "tested", "published", "bounds"}
        What its interval is; blank where it has none.
    level : float
        Level of an interval that has one; else missing.
    read_at : str
        Publisher, year and place of the published figures that it takes; blank where it takes none.
    same_as : str
        An earlier way that gives the very same numbers, so that its arguments change nothing; blank for none.
    """

    label: str
    measure: str
    arguments: str
    tables: tuple[str, ...]
    units: str = ""
    direction: str = ""
    missing: str = ""
    interval: str = ""
    level: float = math.nan
    same_as: str = ""
    read_at: str = ""


@dataclass(frozen=True)
class Measured:
    """A claim that was measured in every admissible way.

    Attributes
    ----------
    rule : mapping
        Row of `claim_rules`.
    choices, latest : tuple of Choice
        Of the claim's period, and of the latest years.
    ways : mapping
        How each choice was measured, by its name.
    """

    rule: Mapping[str, Any]
    choices: tuple[Choice, ...]
    latest: tuple[Choice, ...]
    ways: Mapping[str, Way]

    def counted(self, choices: Sequence[Choice]) -> tuple[Choice, ...]:
        """Choices that a verdict counts: each once, whatever arguments lead to it."""
        return tuple(it for it in choices if not self.ways[it.name].same_as)

    @property
    def main(self) -> Estimate:
        """Estimate of the main choice."""
        return next(choice.estimate for choice in self.choices if choice.is_main)

    def region(self, tolerances: Tolerances, smallest_effect: float) -> Region:
        """Values under which the claim is true.

        Parameters
        ----------
        tolerances : Tolerances
        smallest_effect : float
            Of null claims.

        Returns
        -------
        Region
        """
        ends = {end: _number(self.rule[f"region_{end}"]) for end in ("low", "high")}
        claimed = _number(self.rule["claimed"])
        return region_of(self.rule["type"], claimed, **ends, smallest_effect=smallest_effect, tolerances=tolerances)

    def verdict(
        self, tolerances: Tolerances, smallest_effect: float, thresholds: Thresholds, window: str = "claim"
    ) -> Verdict:
        """Verdict under a set of rules.

        Parameters
        ----------
        tolerances, smallest_effect
            As `region`.
        thresholds : Thresholds
        window : {"claim", "latest"}
            Years that decide; a claim without a measure of the latest years keeps its own.

        Returns
        -------
        Verdict
        """
        recent = window == "latest" and self.latest
        return judge(
            self.region(tolerances, smallest_effect),
            self.counted(self.latest if recent else self.choices),
            directness=self.rule["directness"],
            identity=self.rule["type"] == "identity",
            latest=() if recent else self.counted(self.latest),
            thresholds=thresholds,
        )


def measure_claims(tables: Tables, confidence_level: float, chosen: pd.Series) -> dict[str, Measured]:
    """Measure the claims that can be tested, in every admissible way.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        All that the measures need, with `claim_rules` and `claim_choices`.
    confidence_level : float
        Of intervals whose rule names no level of its own; those of null claims have twice the error, which makes two
        one-sided tests of them.
    chosen : pandas.Series of str
        Claims to measure.

    Returns
    -------
    dict of str to Measured

    Raises
    ------
    BadChoice
        If ways of measuring are wrong, with a line for each.
    """
    rules = tables["claim_rules"].set_index("claim_id", drop=False)
    rules = rules[rules["tested"] & rules.index.isin(chosen)]
    rows = tables["claim_choices"].groupby("claim_id")
    found, problems = {}, []
    for claim_id, rule in rules.iterrows():
        named = {str(name): cell for name, cell in rule.items()}
        found[str(claim_id)], wrong = _measured_claim(tables, named, rows.get_group(claim_id), confidence_level)
        problems += [f"{claim_id}, {problem}" for problem in wrong]
    if problems:
        raise BadChoice("\n".join(problems))
    return found


def level_of(claim_type: str, own: float | None, confidence_level: float) -> float:
    """Level of the intervals of a claim: the rule's own, or the run's; of an absence two one-sided tests.

    Parameters
    ----------
    claim_type : str
    own : float or None
    confidence_level : float

    Returns
    -------
    float
    """
    level = own or confidence_level
    return 2 * level - 1 if claim_type == "null" else level


def _measured_claim(
    tables: Tables, rule: Mapping[str, Any], rows: pd.DataFrame, confidence_level: float
) -> tuple[Measured, list[str]]:
    """A claim measured in the ways that can be, and what is wrong with the others."""
    level = level_of(rule["type"], _number(rule.get("level")), confidence_level)
    choices: dict[str, list[Choice]] = {"claim": [], "latest": []}
    ways: dict[str, Way] = {}
    problems = []
    # The main way first, so that another which gives its numbers is the one that is not counted.
    for row in sorted(rows.to_dict("records"), key=lambda it: not it["is_main"]):
        read, arguments = TablesRead(tables), _text(row["arguments"])
        try:
            estimate = measured(read, row["measure"], arguments, level)
        except BadChoice as problem:
            problems.append(f"{row['choice']}: {problem}")
            continue
        # The first measure of the latest years leads there.
        is_main = bool(row["is_main"]) or (row["window"] == "latest" and not choices["latest"])
        earlier = (
            it for it in choices[row["window"]] if _is_same(ways[it.name], row["measure"], it.estimate, estimate)
        )
        same = next((it.name for it in earlier), "")
        choices[row["window"]].append(Choice(row["choice"], estimate, is_main, _text(row["family"])))
        given = with_defaults(row["measure"], arguments_of(row["measure"], arguments))
        about = ABOUT[row["measure"]]
        interval = about.interval_of(estimate, given)
        ways[row["choice"]] = Way(
            row["label"],
            row["measure"],
            arguments,
            read.names,
            units=about.units(estimate.n, given),
            direction=about.direction,
            # Where no unit lacks a figure, nothing stands for one.
            missing=about.stand_in if estimate.low < estimate.high else "",
            interval=interval,
            level=level if interval in LEVELLED else math.nan,
            same_as=same,
            read_at=_read_at(tables, given),
        )
    return Measured(rule, tuple(choices["claim"]), tuple(choices["latest"]), ways), problems


def _read_at(tables: Tables, arguments: Mapping[str, Any]) -> str:
    """Where the published figures were read that arguments name, in words."""
    facts = tables["claim_facts"].set_index("fact_id")
    named = [key for it in arguments.values() if isinstance(it, str) for key in FACT.findall(it) if key in facts.index]
    told = (facts.loc[key] for key in dict.fromkeys(named))
    return "; ".join(
        f"{it['publisher']}, {it['year']}, read at {it['read_at']} ({str(it['how_read']).replace('_', ' ')})"
        for it in told
    )


def _is_same(way: Way, measure: str, one: Estimate, other: Estimate) -> bool:
    """Whether a way gives the very numbers of another; whole ones may be the same by chance."""
    numbers = other.value, other.low, other.high
    return way.measure == measure and one == other and not all(it == int(it) for it in numbers)


def ledger_table(
    claims: pd.DataFrame,
    rules: pd.DataFrame,
    found: Mapping[str, Measured],
    *,
    tolerances: Tolerances,
    smallest_effect: float,
    window: str = "claim",
) -> pd.DataFrame:
    """One row a claim: what it says, what was measured, and the verdict with its reasons.

    Parameters
    ----------
    claims, rules : pandas.DataFrame
        Tables `claims`, of which all rows are shown, and `claim_rules`.
    found : mapping of str to Measured
    tolerances, smallest_effect, window
        As `Measured.verdict`.

    Returns
    -------
    pandas.DataFrame
        claim_id, document, location_in_document, theme, statement, type, claimed (the number, where the rule has one),
        verdict, quantity, way (label of the main way), unit, value, low, high, interval (what it is, as `Way`), level
        (of it, where it has one), n, units (what n counts), direction (fall or rise, where a positive value is one),
        region_low, region_high, directness, inside, outside, straddling, fidelity, warnings, reasons,
        declared, changed_late and change_reason (blank where the rule stands as it was declared).
    """
    rules = rules.set_index("claim_id")
    rows = []
    for claim in claims.to_dict("records"):
        rule = rules.loc[claim["claim_id"]]
        row = {name: claim[name] for name in ("claim_id", "document", "location_in_document", "theme", "statement")}
        row |= {"fidelity": _text(rule["fidelity"]), "declared": _day(rule["declared"])}
        row |= {"changed_late": _day(rule["changed_late"]), "change_reason": _text(rule["change_reason"])}
        it = found.get(claim["claim_id"])
        row |= _untested(rule) if it is None else _tested(it, tolerances, smallest_effect, window)
        rows.append(row)
    columns = [
        "claim_id", "document", "location_in_document", "theme", "statement", "type", "claimed", "verdict", "quantity",
        "way", "unit", "value", "low", "high", "interval", "level", "n", "units", "direction", "region_low",
        "region_high", "directness", "inside", "outside", "straddling", "fidelity", "warnings", "reasons", "declared",
        "changed_late", "change_reason",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def choices_table(found: Mapping[str, Measured], *, tolerances: Tolerances, smallest_effect: float) -> pd.DataFrame:
    """One row a way of measuring.

    Parameters
    ----------
    found, tolerances, smallest_effect
        As `ledger_table`.

    Returns
    -------
    pandas.DataFrame
        claim_id, choice, label, is_main, window, family, value, low, high, interval (what it is, as `Way`), level (of
        it, where it has one), n, units (what n counts), direction (fall or rise, where a positive value is one),
        position, measure, arguments, tables (separated by a semicolon), read_at (of published figures; blank for none),
        same_as (way whose very numbers it gives, so that no verdict counts it again; blank for none).
    """
    rows = []
    for claim_id, it in found.items():
        region = it.region(tolerances, smallest_effect)
        for window, choices in (("claim", it.choices), ("latest", it.latest)):
            for choice in choices:
                estimate, way = choice.estimate, it.ways[choice.name]
                rows.append(
                    {
                        "claim_id": claim_id,
                        "choice": choice.name,
                        "label": way.label,
                        "is_main": choice.is_main and window == "claim",
                        "window": window,
                        "family": choice.family,
                        "value": estimate.value,
                        "low": estimate.low,
                        "high": estimate.high,
                        "interval": way.interval,
                        "level": way.level,
                        "n": estimate.n,
                        "units": way.units,
                        "direction": way.direction,
                        "position": region.position(estimate),
                        "measure": way.measure,
                        "arguments": way.arguments,
                        "tables": ";".join(way.tables),
                        "read_at": way.read_at,
                        "same_as": way.same_as,
                    }
                )
    return pd.DataFrame(rows)


def _tested(it: Measured, tolerances: Tolerances, smallest_effect: float, window: str) -> dict[str, Any]:
    verdict = it.verdict(tolerances, smallest_effect, Thresholds(), window)
    region = it.region(tolerances, smallest_effect)
    shown = it.latest if window == "latest" and it.latest else it.choices
    leading = next(choice for choice in shown if choice.is_main)
    main, way = leading.estimate, it.ways[leading.name]
    warnings = [_text(it.rule["warnings"]).replace("_", " ").replace(";", "; ")]
    warnings += [DECIDING[family] for family in verdict.deciding]
    warnings += [PUBLISHED] if set(way.tables) == {"claim_facts"} else []
    return {
        "type": it.rule["type"],
        "claimed": _number(it.rule["claimed"]),
        "verdict": verdict.name,
        "quantity": it.rule["quantity"],
        "way": way.label,
        "unit": it.rule["unit"],
        "value": main.value,
        "low": main.low,
        "high": main.high,
        "interval": way.interval,
        "level": way.level,
        "n": main.n,
        "units": way.units,
        "direction": way.direction,
        "region_low": region.low if math.isfinite(region.low) else math.nan,
        "region_high": region.high if math.isfinite(region.high) else math.nan,
        "directness": it.rule["directness"].replace("_", " "),
        "inside": verdict.inside,
        "outside": verdict.outside,
        "straddling": verdict.straddling,
        "warnings": "; ".join(filter(None, warnings)),
        "reasons": sentences(["; ".join(verdict.reasons), way.missing, _text(it.rule["reason"])]),
    }


def _untested(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "verdict": UNTESTED[rule["untested"]],
        "type": "",
        "quantity": "",
        "way": "",
        "unit": "",
        "interval": "",
        "units": "",
        "direction": "",
        "directness": "",
        "warnings": "",
        "reasons": _text(rule["reason"]),
    }


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _day(value: Any) -> str:
    return "" if pd.isna(value) else f"{value:%Y-%m-%d}"


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
