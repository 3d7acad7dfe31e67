"""The cells of the figure: which threat, which strategy, which interventions, and which studies stand behind them.

The rules of counting are those of the evidence gap map: a study of several interventions is in each of their cells,
once in each, and once in every total; a study with sites in the region and elsewhere is in both counts; reviews are in
none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from citizen_security.evidence.studies.coded_studies import STRONG_LEVEL, in_elsewhere, in_lac
from citizen_security.evidence.studies.coding import DIRECTIONS, INTERVENTIONS, NOT_STATED
from citizen_security.evidence.typology.parameters import Typology

STATED = "text"

# What the empty side of the figure is called in the table of parts.
STATE_CRIME = "state_crime"


@dataclass(frozen=True, eq=False)
class Placed:
    """What stands where in the figure.

    Attributes
    ----------
    rows : pandas.DataFrame
        Rows of the table `typology` that are asked for, with threat_label and strategy_label.
    parts : pandas.DataFrame
        Table `typology_parts`.
    studies : pandas.DataFrame
        Coded studies that are kept.
    left_out : int
        Rows of the table that are not asked for.
    """

    rows: pd.DataFrame
    parts: pd.DataFrame
    studies: pd.DataFrame
    left_out: int

    def interventions(self, **where: str) -> tuple[str, ...]:
        """Interventions of the rows whose columns have these values, each once, in the order of the table."""
        rows = self.rows
        for column, value in where.items():
            rows = rows[rows[column] == value]
        return tuple(dict.fromkeys(rows["intervention"].dropna()))

    def behind(self, interventions: Iterable[str]) -> pd.DataFrame:
        """Studies of at least one of the interventions, each once."""
        wanted = set(interventions)
        return self.studies[[not wanted.isdisjoint(codes) for codes in self.studies["interventions"]]]


def kept_studies(coded: pd.DataFrame, parameters: Typology) -> pd.DataFrame:
    """Studies that the parameters keep: no reviews, published in the years, of the level.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `coded_studies`.
    parameters : Typology

    Returns
    -------
    pandas.DataFrame
    """
    level = parameters.minimum_maryland_level
    kept = (
        (coded["group"] != "review")
        & coded["year"].between(parameters.first_year, parameters.last_year)
        & ((coded["maryland_level"] >= level) | (level == 0))
    )
    return coded[kept].reset_index(drop=True)


def place(typology: pd.DataFrame, parts: pd.DataFrame, coded: pd.DataFrame, parameters: Typology) -> Placed:
    """Put the figure's measures and the studies together.

    Parameters
    ----------
    typology, parts : pandas.DataFrame
        Tables `typology` and `typology_parts`.
    coded : pandas.DataFrame
        From `coded_studies`.
    parameters : Typology

    Returns
    -------
    Placed
    """
    labels = dict(zip(parts["part"], parts["label"], strict=True))
    rows = typology.assign(threat_label=typology["threat"].map(labels), strategy_label=typology["strategy"].map(labels))
    kept = rows if parameters.placements == "all" else rows[stated(rows)]
    return Placed(kept.reset_index(drop=True), parts, kept_studies(coded, parameters), len(rows) - len(kept))


def stated(rows: pd.DataFrame) -> "pd.Series[bool]":
    """Rows of which the document's text says the threat, and the intervention where there is one."""
    return rows["threat_from"].eq(STATED) & rows["intervention_from"].fillna(STATED).eq(STATED)


def cells(placed: Placed) -> pd.DataFrame:
    """Every cell of the figure with its studies.

    Parameters
    ----------
    placed : Placed

    Returns
    -------
    pandas.DataFrame
        One row a threat and strategy, in the order of the table of parts: threat, threat_label, strategy,
        strategy_label, measures and interventions (labels, joined), the counts of `counts`, places (in the document)
        and reading (whether the cell is stated, our reading, or both).
    """
    pairs = placed.rows.drop_duplicates(["threat", "strategy"])
    order = {part: at for at, part in enumerate(placed.parts["part"])}
    keys = sorted(
        zip(pairs["threat"], pairs["strategy"], strict=True), key=lambda pair: (order[pair[0]], order[pair[1]])
    )
    return pd.DataFrame([_cell(placed, threat, strategy) for threat, strategy in keys])


def boxes(placed: Placed) -> pd.DataFrame:
    """Every strategy of the figure with the studies behind all of its cells.

    Parameters
    ----------
    placed : Placed

    Returns
    -------
    pandas.DataFrame
        One row a strategy, in the order of the table of parts: strategy, label, side, and the counts of `counts`.
    """
    strategies = placed.parts[placed.parts["kind"] == "strategy"]
    return pd.DataFrame(
        [
            {
                "strategy": row["part"],
                "label": row["label"],
                "side": row["side"],
                **counts(placed.behind(placed.interventions(strategy=row["part"]))),
            }
            for row in strategies.to_dict("records")
        ]
    )


def threats(placed: Placed) -> pd.DataFrame:
    """Every threat of the figure with the studies of what is set against it.

    Parameters
    ----------
    placed : Placed

    Returns
    -------
    pandas.DataFrame
        One row a threat, in the order of the table of parts: threat, label, side, measures (number of them), and the
        counts of `counts`.
    """
    rows = placed.parts[placed.parts["kind"] == "threat"]
    return pd.DataFrame(
        [
            {
                "threat": row["part"],
                "label": row["label"],
                "side": row["side"],
                "measures": placed.rows.loc[placed.rows["threat"] == row["part"], "measure"].nunique(),
                **counts(placed.behind(placed.interventions(threat=row["part"]))),
            }
            for row in rows.to_dict("records")
        ]
    )


def without_a_place(placed: Placed) -> pd.DataFrame:
    """Interventions with a study that no row of the figure names.

    Parameters
    ----------
    placed : Placed

    Returns
    -------
    pandas.DataFrame
        One row an intervention, in the order of the coding scheme: intervention, label, and the counts of `counts`.
    """
    placed_ones = set(placed.interventions())
    rows = [
        {"intervention": code, "label": entry.label, **counts(placed.behind((code,)))}
        for code, entry in INTERVENTIONS.items()
        if code not in placed_ones
    ]
    columns = ["intervention", "label", *counts(placed.studies.iloc[:0])]
    table = pd.DataFrame(rows, columns=columns)
    return table[table["studies"] > 0].reset_index(drop=True)


def without_a_study(placed: Placed) -> tuple[str, ...]:
    """Measures that the document names and behind which there is no study, each once, in the order of the table.

    Parameters
    ----------
    placed : Placed

    Returns
    -------
    tuple of str
    """
    studied = {code for codes in placed.studies["interventions"] for code in codes}
    found = placed.rows.groupby("measure", sort=False)["intervention"].agg(lambda codes: studied.isdisjoint(codes))
    return tuple(str(measure) for measure in found.index[found.astype(bool)])


def counts(studies: pd.DataFrame) -> dict[str, Any]:
    """Counts of some studies, in the region and elsewhere.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.

    Returns
    -------
    dict
        studies, region, elsewhere, strong (level 4 or 5, in the region), stating (studies of the region that state a
        direction), beneficial (those of them that report a benefit), strongest (level in the region; nan where none is
        coded), directions and directions_elsewhere (in words; empty without a study).
    """
    here, there = in_lac(studies), in_elsewhere(studies)
    return {
        "studies": len(studies),
        "region": len(here),
        "elsewhere": len(there),
        "strong": int((here["maryland_level"] >= STRONG_LEVEL).sum()),
        "stating": int((here["direction"] != NOT_STATED).sum()),
        "beneficial": int((here["direction"] == "beneficial").sum()),
        "strongest": here["maryland_level"].max(),
        "directions": directions_in_words(here["direction"]),
        "directions_elsewhere": directions_in_words(there["direction"]),
    }


def directions_in_words(directions: Iterable[str]) -> str:
    """How many studies report what: `8 beneficial, 2 mixed`; empty of none."""
    found = list(directions)
    told = [(found.count(code), entry.label) for code, entry in DIRECTIONS.items()]
    return ", ".join(f"{number} {label}" for number, label in told if number)


def _cell(placed: Placed, threat: str, strategy: str) -> Mapping[str, Any]:
    rows = placed.rows[(placed.rows["threat"] == threat) & (placed.rows["strategy"] == strategy)]
    interventions = placed.interventions(threat=threat, strategy=strategy)
    return {
        "threat": threat,
        "threat_label": rows["threat_label"].iloc[0],
        "strategy": strategy,
        "strategy_label": rows["strategy_label"].iloc[0],
        "measures": _joined(rows["measure"]),
        "interventions": "; ".join(INTERVENTIONS[code].label for code in interventions),
        **counts(placed.behind(interventions)),
        "places": _joined(rows["place"]),
        "reading": _reading(stated(rows)),
    }


def _joined(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(words))


def _reading(is_stated: "pd.Series[bool]") -> str:
    if is_stated.all():
        return "stated"
    return "stated in part" if is_stated.any() else "our reading"
