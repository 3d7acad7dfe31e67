"""Whether the parameters of a notebook leave anything to look at."""

from typing import TYPE_CHECKING

from citizen_security.evidence.parameters import (
    ClaimedAndEvaluated,
    EvidenceGapMap,
    MetaAnalysis,
    PublicationBias,
    SelectionOnOutcome,
)
from citizen_security.parameters import ParameterError, Parameters, unknown

if TYPE_CHECKING:
    import pandas as pd

NO_FILTERS = ("effort", "colour", "burden_first_year", "burden_last_year", "seed")


def check_sample(parameters: Parameters) -> None:
    """Refuse an evidence gap map of unknown countries, and one that no study of the table would be on.

    Raises
    ------
    ParameterError
        With the nearest match, or with what would leave studies.
    """
    from citizen_security import catalog
    from citizen_security.evidence.gap_map import coded_studies

    asked = EvidenceGapMap.model_validate(parameters.model_dump())
    countries = catalog.load("countries")
    _refuse_unknown_countries(asked, set(countries["iso3"]))
    refuse_empty_map(coded_studies(catalog.load("studies"), countries), asked)


def coding_tables() -> dict[str, "pd.DataFrame"]:
    """Tables of the coding scheme, by name."""
    from citizen_security import catalog
    from citizen_security.evidence.coding import TABLES

    return {name: catalog.load(name) for name in TABLES}


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


def _refuse_unknown_countries(parameters: EvidenceGapMap, known: set[str]) -> None:
    if parameters.countries == "all":
        return
    problems = [
        unknown("country", code, sorted(known), "countries") for code in parameters.countries if code not in known
    ]
    if problems:
        raise ParameterError(problems)


def _kept(coded: "pd.DataFrame", parameters: EvidenceGapMap) -> int:
    from citizen_security.evidence.gap_map import select

    return len(select(coded, parameters).mapped)


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


def check_selection_on_outcome(parameters: SelectionOnOutcome) -> None:
    """Refuse a first year after which the compendium has no evaluation from the region to set beside the predictions.

    Parameters
    ----------
    parameters : SelectionOnOutcome

    Raises
    ------
    ParameterError
        With the last year that leaves one.
    """
    from citizen_security import catalog
    from citizen_security.evidence.gap_map import coded_studies
    from citizen_security.evidence.outcome_bounds import last_year_with_direction

    latest = last_year_with_direction(coded_studies(catalog.load("studies"), catalog.load("countries")))
    if parameters.later_from > latest:
        given = f"later_from = {parameters.later_from} leaves no evaluation from the region that states a direction"
        raise ParameterError([f"{given}. Allowed: up to {latest}."])


def check_claimed_and_evaluated(parameters: ClaimedAndEvaluated) -> None:
    """Refuse a panel of cities too small to see how homicide varies, or windows longer than the panel.

    Parameters
    ----------
    parameters : ClaimedAndEvaluated

    Raises
    ------
    ParameterError
        With what is missing.
    """
    from citizen_security import catalog
    from citizen_security.evidence.chance_falls import problems_of_panel

    problems = problems_of_panel(catalog.load("city_year"), parameters)
    if problems:
        raise ParameterError(problems)


def check_publication_bias(parameters: PublicationBias) -> None:
    """Refuse an intervention and outcome of which too few studies have an effect with an error.

    Parameters
    ----------
    parameters : PublicationBias

    Raises
    ------
    ParameterError
        With the interventions that have enough.
    """
    from citizen_security import catalog
    from citizen_security.evidence.effect_sizes import harmonised_effects
    from citizen_security.evidence.publication_bias import problems_of_sample

    problems = problems_of_sample(harmonised_effects(catalog.load("effects"), catalog.load("studies")), parameters)
    if problems:
        raise ParameterError(problems)


def check_meta_analysis(parameters: MetaAnalysis) -> None:
    """Refuse an intervention of which too few studies can be pooled, and a moderator that does not tell them apart.

    Parameters
    ----------
    parameters : MetaAnalysis

    Raises
    ------
    ParameterError
        With the interventions that have enough, or the moderators that do.
    """
    from citizen_security import catalog
    from citizen_security.evidence.effect_sizes import harmonised_effects
    from citizen_security.evidence.meta_analysis import problems_of_sample

    problems = problems_of_sample(harmonised_effects(catalog.load("effects"), catalog.load("studies")), parameters)
    if problems:
        raise ParameterError(problems)
