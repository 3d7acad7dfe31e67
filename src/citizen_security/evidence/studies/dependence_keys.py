"""Which effects depend on each other: those of one publication, and those that were compared with one control group."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from citizen_security.evidence.studies.metrics import counts_of
from citizen_security.evidence.studies.row_findings import folded
from citizen_security.words import attributed, listed

type Rows = Iterable[Mapping[str, Any]]


def publication_label(study: Mapping[str, Any]) -> str:
    """Authors and year with the letter that tells publications of one year apart: `Robinson (1995a)`.

    Parameters
    ----------
    study : mapping
        A row of the table of studies.

    Returns
    -------
    str
    """
    return f"{attributed(study['authors'], study['title'])} ({int(study['year'])}{_text(study['year_letter'])})"


def publications(studies: Rows) -> dict[str, str]:
    """The publication of each study.

    Studies of the same authors, year and letter are of one publication, unless the publications' own titles or the
    countries of their sites tell them apart. A title in our words says nothing of the publication.

    Parameters
    ----------
    studies : iterable of mapping
        Rows of the table of studies.

    Returns
    -------
    dict of str to str
        study_id → key: the label, with the title or the countries where those of one label differ.
    """
    groups: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for study in studies:
        groups[publication_label(study)].append(study)
    keys = {}
    for label, group in groups.items():
        told = [[tell(study) for study in group] for tell in (_title, _countries)]
        for place, study in enumerate(group):
            parts = [values[place] for values in told if len(set(values) - {""}) > 1 and values[place]]
            keys[str(study["study_id"])] = " · ".join([label, *parts])
    return keys


def clusters(rows: Rows) -> dict[str, str]:
    """The cluster of each publication: itself, or the first of those that were compared with one control group.

    Effects with the same numbers of events and others in their control groups, by the same authors, printed by the
    same review, of the same countries, are taken to share the control group.

    Parameters
    ----------
    rows : iterable of mapping
        Effects with `publication`, `derivation` and `study`, the row of the study.

    Returns
    -------
    dict of str to str
    """
    first: dict[str, str] = {}
    groups: dict[tuple[Any, ...], str] = {}
    for row in rows:
        publication = str(row["publication"])
        first.setdefault(publication, publication)
        if (counts := counts_of(row["derivation"])) is None:
            continue
        study = row["study"]
        family = (_text(study["authors"]), _text(study["pooled_in"]), _countries(study), *counts[2:])
        other = groups.setdefault(family, publication)
        # Of two clusters that one more control group joins, all publications go to the earlier.
        old, new = first[publication], first[other]
        first = {key: new if value == old else value for key, value in first.items()}
    return first


def shared_controls(effects: pd.DataFrame) -> str:
    """Which publications count as one since they share a control group; empty where none do.

    Parameters
    ----------
    effects : pandas.DataFrame
        Rows of `harmonised_effects`.

    Returns
    -------
    str
        A clause.
    """
    joined = effects.groupby("cluster", sort=False)["publication"].unique()
    groups = [listed(sorted(names)) for names in joined if len(names) > 1]
    return "; ".join(f"{names} share a control group and count as one publication" for names in groups)


def _title(study: Mapping[str, Any]) -> str:
    is_ours = bool(study["title_is_ours"]) or bool(_text(study["pooled_in"]))
    return "" if is_ours else folded(_text(study["title"]))


def _countries(study: Mapping[str, Any]) -> str:
    return _text(study["iso3"])


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]
