"""Whether the parameters of `evidence/evidence_gap_map` leave anything to analyse."""

from typing import TYPE_CHECKING

from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.parameters import ParameterError, Parameters, unknown

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
    _refuse_unknown_countries(asked, set(countries["iso3"]))
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
    if _kept(coded, parameters):
        return
    given = ", ".join(f"{name} = {getattr(parameters, name)!r}" for name in _filters(parameters))
    raise ParameterError([f"no study of the table has {given}; {_remedy(coded, parameters)}"])


def _refuse_unknown_countries(parameters: EvidenceGapMap, allowed: set[str]) -> None:
    if parameters.countries == "all":
        return
    problems = [
        unknown("country", code, sorted(allowed), "countries") for code in parameters.countries if code not in allowed
    ]
    if problems:
        raise ParameterError(problems)


def _kept(coded: "pd.DataFrame", parameters: EvidenceGapMap) -> int:
    from citizen_security.evidence.evidence_gap_map.study_filter import filter_studies

    return len(filter_studies(coded, parameters).studies)


def _filters(parameters: EvidenceGapMap) -> list[str]:
    """Parameters that differ from their defaults and decide which studies are kept."""
    return [name for name in parameters.changed() if name not in NO_FILTERS]


def _remedy(coded: "pd.DataFrame", parameters: EvidenceGapMap) -> str:
    """What would leave studies: one parameter back at its default, or all of them."""
    defaults = EvidenceGapMap.defaults()
    single = {
        name: _kept(coded, EvidenceGapMap.from_values({**parameters.model_dump(), name: defaults[name]}))
        for name in _filters(parameters)
        # The years are compared, so only both together are sure to be allowed.
        if name not in ("first_year", "last_year")
    }
    years = {"first_year": defaults["first_year"], "last_year": defaults["last_year"]}
    single["the whole range of years"] = _kept(coded, EvidenceGapMap.from_values({**parameters.model_dump(), **years}))
    helpful = [_offer(name, defaults, count) for name, count in single.items() if count]
    if not helpful:
        total = _kept(coded, EvidenceGapMap.from_values({}))
        return f"no single change would leave any; the defaults leave {total}, so change fewer parameters at once"
    return "; ".join(helpful)


def _offer(name: str, defaults: dict[str, object], count: int) -> str:
    change = f"{name} = {defaults[name]!r}" if name in defaults else name
    return f"{change} would leave {count}"
