"""Whether the parameters of `evidence/evidence_gap_map` leave anything to analyse."""

from typing import TYPE_CHECKING

from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.kept import refuse_nothing_kept, refuse_unknown_countries
from citizen_security.parameters import Parameters

if TYPE_CHECKING:
    import pandas as pd

NO_FILTERS = ("effort", "colour", "burden_first_year", "burden_last_year", "seed")


def check(parameters: Parameters) -> None:
    """Refuse an evidence gap map of unknown countries, and one that no study of the table would be on.

    Raises
    ------
    ParameterError
        With the nearest match, or with what would leave studies.
    MalformedEffects
        With the effects that the map's cells cannot pool.
    """
    from citizen_security.evidence.studies.coded_studies import coded_studies
    from citizen_security.evidence.studies.row_checks import refuse_malformed
    from citizen_security.tables import catalog

    asked = EvidenceGapMap.model_validate(parameters.model_dump())
    countries = catalog.load("countries")
    refuse_unknown_countries(asked.countries, set(countries["iso3"]))
    studies = catalog.load("studies")
    refuse_malformed(catalog.load("effects"), studies)
    refuse_empty_map(coded_studies(studies, countries), asked)


def refuse_empty_map(coded: "pd.DataFrame", parameters: EvidenceGapMap) -> None:
    """Refuse parameters that keep none of the coded studies.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `coded_studies`.
    parameters : EvidenceGapMap

    Raises
    ------
    ParameterError
        With each single parameter whose default would leave studies, and how many.
    """
    from citizen_security.evidence.evidence_gap_map.study_filter import filter_studies

    def kept(asked: EvidenceGapMap) -> int:
        return len(filter_studies(coded, asked).studies)

    refuse_nothing_kept(parameters, kept, "study of the table", NO_FILTERS)
