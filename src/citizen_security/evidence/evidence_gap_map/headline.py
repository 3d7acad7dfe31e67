"""The values that the notebook records, group by group."""

from collections.abc import Mapping, Sequence

import pandas as pd

from citizen_security.evidence.evidence_gap_map.evidence_spread import Spreads
from citizen_security.evidence.evidence_gap_map.homicide_burden import burden_without
from citizen_security.evidence.evidence_gap_map.map_cells import GapCounts
from citizen_security.evidence.evidence_gap_map.one_rule import one_rule_sentence
from citizen_security.evidence.evidence_gap_map.other_estimator import other_estimator_sentence
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.evidence_gap_map.second_coding import Answer, agreement_sentence, recoding_sentence
from citizen_security.evidence.evidence_gap_map.sentences import (
    burden_sentence,
    concentration_sentence,
    elsewhere_sentence,
    most_studied_sentence,
    region_cells_sentence,
    region_designs_sentence,
    selection_sentence,
)
from citizen_security.evidence.evidence_gap_map.study_counts import strong_designs
from citizen_security.evidence.evidence_gap_map.study_filter import MapStudies
from citizen_security.evidence.studies.coded_studies import Share, in_lac, positive_share
from citizen_security.values import Missing, Value

WILSON = "95% Wilson interval; sampling noise only, the collection is no random sample"


NOT_SHOWN = "the map shows studies from elsewhere only"
NOT_ASKED = "no state of the region is among the countries asked for"


def study_values(on_map: MapStudies) -> list[Value | Missing]:
    """How many studies there are, and how many of them are strong.

    Parameters
    ----------
    on_map : MapStudies

    Returns
    -------
    list of Value or Missing
        What is told of the region is missing where the map shows studies from elsewhere only.
    """
    total, in_region = len(on_map.studies), in_lac(on_map.studies)
    strong = strong_designs(in_region)
    said = region_designs_sentence(strong)
    values = [
        _studies("studies_total", total, "studies selected, without reviews"),
        Value(name="selection_sentence", value=selection_sentence(on_map), label="What the selection holds"),
        Value(name="reviews_total", value=len(on_map.reviews), unit="reviews", label="reviews, counted in no cell"),
    ]
    of_region = [
        _studies("studies_lac", len(in_region), "studies with a site in the region"),
        Value(name="region_designs_sentence", value=said, label="Strong designs in the region"),
        Value(
            name="strong_designs_lac",
            value=strong.count,
            unit="studies",
            interval=(strong.if_coded_too_high, strong.if_coded_too_low),
            n=strong.n,
            format=".0f",
            label="studies of the region at level 4 or 5; range if every level were coded one too high, or one too low",
        ),
    ]
    return [*values, *_unless(_not_shown(on_map), of_region)]


def direction_values(on_map: MapStudies, by_rule: pd.DataFrame) -> list[Value | Missing]:
    """How many studies report a benefit, with and without the silent ones, and how many are on few interventions.

    Parameters
    ----------
    on_map : MapStudies
    by_rule : pandas.DataFrame
        Its studies with the directions of `one_rule.by_whole_interval`, of which every share is.

    Returns
    -------
    list of Value or Missing
    """
    lowest = positive_share(by_rule, not_stated_is_negative=True)
    said = one_rule_sentence(on_map.studies, by_rule)
    return [
        Value(name="one_rule_sentence", value=said, label="By which rule a benefit is counted"),
        _share(
            "positive_share_reported",
            positive_share(by_rule),
            "studies that report a benefit, of those that state a direction",
        ),
        *_unless(
            _not_shown(on_map),
            [
                _share(
                    "positive_share_lac",
                    positive_share(in_lac(by_rule)),
                    "studies of the region that report a benefit, of those that state a direction",
                )
            ],
        ),
        _share(
            "positive_share_lowest",
            lowest,
            "studies that report a benefit, of all; a direction that is not stated counts as none",
        ),
        Value(
            name="most_studied_sentence", value=most_studied_sentence(on_map), label="Interventions with most studies"
        ),
        Value(name="elsewhere_sentence", value=elsewhere_sentence(on_map), label="Studies from elsewhere"),
    ]


def coding_values(answers: Mapping[str, Answer], recoding: pd.DataFrame) -> list[Value]:
    """How far a second coding agrees with the first, and what a second reading changed, in sentences.

    Parameters
    ----------
    answers : mapping of str to Answer
        From `agreements`.
    recoding : pandas.DataFrame
        Table `recoding`.

    Returns
    -------
    list of Value
    """
    return [
        Value(
            name="coded_twice",
            value=answers["direction"].agreement.units,
            unit="studies",
            label="studies coded twice within the team",
        ),
        Value(name="second_coding_sentence", value=agreement_sentence(answers), label="Agreement of two codings"),
        Value(name="recoding_sentence", value=recoding_sentence(recoding), label="Codes that were changed"),
    ]


def cell_values(
    on_map: MapStudies, counts: Mapping[tuple[str, str], GapCounts], cells: pd.DataFrame, effects: pd.DataFrame
) -> list[Value | Missing]:
    """How many cells are empty, thin, or have a pooled effect.

    Parameters
    ----------
    on_map : MapStudies
    counts : mapping of (str, str) to GapCounts
        From `count_gaps`.
    cells : pandas.DataFrame
        From `cell_effects`.
    effects : pandas.DataFrame
        From `on_one_scale`.

    Returns
    -------
    list of Value or Missing
    """
    lac, family = counts["lac", "intervention"], counts["lac", "family"]
    filled = cells[cells["studies"] > 0]
    of_region = [
        Value(name="region_cells_sentence", value=region_cells_sentence(lac, family), label="Cells without a study"),
        _cells("empty_cells_lac", lac.empty, lac.cells, "cells without a study from the region"),
        _cells(
            "empty_family_cells_lac",
            family.empty,
            family.cells,
            "cells of families of interventions without a study from the region",
        ),
        _cells("thin_cells_lac", lac.thin, lac.cells, "cells with one study from the region"),
    ]
    return [
        *_unless(_not_shown(on_map), of_region),
        _cells("pooled_cells", int((filled["reason"] == "").sum()), len(filled), "cells with a pooled effect"),
        Value(
            name="other_estimator_sentence",
            value=other_estimator_sentence(cells, effects),
            label="The means of cells here and on the pages of interventions",
        ),
    ]


def burden_values(
    on_map: MapStudies, gaps: pd.DataFrame, states: pd.DataFrame, parameters: EvidenceGapMap
) -> list[Value | Missing]:
    """How much of the violence is where nobody evaluated.

    Parameters
    ----------
    on_map : MapStudies
    gaps : pandas.DataFrame
        From `evidence_and_burden`.
    states : pandas.DataFrame
        Table `countries`.
    parameters : EvidenceGapMap

    Returns
    -------
    list of Value or Missing
        All missing where no state of the region could be in a study of the selection.
    """
    unstudied, without_strong = burden_without(gaps), burden_without(gaps, "strong_designs")
    of_region = int((states["is_lac"].astype(bool) & states["in_panel"].astype(bool)).sum())
    asked = parameters.countries == "all" or set(parameters.countries) & set(gaps["iso3"])
    said = burden_sentence(gaps, of_region)
    values = [
        Value(name="burden_sentence", value=said, label="Violence without evidence"),
        Value(
            name="burden_without_evidence",
            value=unstudied.value,
            interval=unstudied.bounds,
            n=len(gaps),
            format=".0%",
            label="share of the region's homicides in states without a study; bounds over the years counted",
        ),
        Value(
            name="burden_without_strong_design",
            value=without_strong.value,
            interval=without_strong.bounds,
            n=len(gaps),
            format=".0%",
            label="share of the region's homicides in states without a study at level 4 or 5; bounds over the years "
            "counted",
        ),
        Value(
            name="countries_without_evidence",
            value=len(unstudied.states),
            unit="states",
            n=len(gaps),
            label="states without a study",
        ),
    ]
    return _unless(_not_shown(on_map) or ("" if asked else NOT_ASKED), values)


def spread_values(on_map: MapStudies, spreads: Spreads) -> list[Value | Missing]:
    """How unevenly the region's studies are spread, beside what chance and the homicides would give, in sentences."""
    said = concentration_sentence(spreads)
    value = Value(name="concentration_sentence", value=said, label="Spread of the region's studies over states")
    return _unless(_not_shown(on_map), [value])


def _not_shown(on_map: MapStudies) -> str:
    return NOT_SHOWN if on_map.region == "elsewhere" else ""


def _unless(reason: str, values: Sequence[Value]) -> list[Value | Missing]:
    """The values, or that each is missing where there is a reason."""
    return [Missing(names=value.name, reason=reason) if reason else value for value in values]


def _studies(name: str, number: int, label: str) -> Value:
    return Value(name=name, value=number, unit="studies", label=label)


def _cells(name: str, number: int, cells: int, label: str) -> Value:
    return Value(name=name, value=number, unit="cells", n=cells, label=label)


def _share(name: str, share: Share, label: str) -> Value:
    return Value(name=name, **share.recorded(), format=".0%", label=f"{label}; {WILSON}")
