"""The notebooks of the compendium: name, question, parameters, tables, check.

This is the one place that a new notebook is announced in; the command line, the workflow, the book and the tests all
read it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.cities.concentration.parameters import Concentration
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.claims.ledger.parameters import MEASURED, Ledger
from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.programme_register.parameters import ProgrammeRegister
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.typology.parameters import Typology
from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.paradox.levels_or_dynamics.parameters import LevelsOrDynamics
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.panel_regressions.parameters import PanelRegressions
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.paradox.specification_curve.parameters import SpecificationCurve
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.parameters import Parameters, unknown
from citizen_security.places.every_place.parameters import EveryPlace
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence
from citizen_security.programmes.internal_armed_conflict.parameters import InternalArmedConflict
from citizen_security.programmes.pacification.parameters import Pacification
from citizen_security.programmes.prevention_costa_rica.parameters import PreventionCostaRica
from citizen_security.programmes.state_of_exception.parameters import StateOfException
from citizen_security.programmes.synthetic_morelia.parameters import SyntheticMorelia
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing
from citizen_security.programmes.what_chance_shows.parameters import WhatChanceShows
from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme

# Tables that every notebook reads which codes studies.
CODING_SCHEME = ("families", "interventions", "outcomes", "directions", "targets", "maryland_levels", "designs")


# Tables whose rows are checked by what they mean, with those that the check reads, and the module that checks them.
CHECKED_ROWS = {
    "citizen_security.evidence.studies.row_checks": (
        "studies",
        "effects",
        "row_doubts_answered",
        "countries",
        *CODING_SCHEME,
    ),
    "citizen_security.evidence.studies.coding_row_checks": ("second_coding", "recoding", "studies", *CODING_SCHEME),
    "citizen_security.evidence.certainty.judgement_checks": ("certainty_judgements", "effects", "studies"),
    "citizen_security.evidence.studies.risk_of_bias": ("risk_of_bias", "bias_domains", "studies"),
}


class UnknownNotebook(ValueError):
    """A notebook that the compendium does not have."""


@dataclass(frozen=True)
class Notebook:
    """One parameterized notebook.

    Attributes
    ----------
    name : str
        `part/notebook`, the same in notebooks/, results/ and book/.
    question : str
        What it answers, in one line.
    parameters : type of Parameters
        Its typed parameters.
    tables : tuple of str
        Tables that it reads, by their names in the catalog.
    seconds : int
        About how long a full run takes on two cores.
    findings : tuple of str
        Recorded values that its page opens with: sentences, or numbers whose label says what they are.
    figure : str
        Cell whose picture stands beside them.
    """

    name: str
    question: str
    parameters: type[Parameters]
    tables: tuple[str, ...]
    seconds: int
    findings: tuple[str, ...] = ()
    figure: str = ""

    @property
    def part(self) -> str:
        """Part of the compendium that the notebook belongs to."""
        return self.name.split("/")[0]

    @property
    def room(self) -> str:
        """Package of the notebook's own functions, as it is imported."""
        return f"citizen_security.{self.name.replace('/', '.')}"

    @property
    def path(self) -> PurePosixPath:
        """Path of the notebook, relative to the root of the checkout."""
        return PurePosixPath("notebooks") / f"{self.name}.ipynb"

    def check_sample(self, parameters: Parameters) -> None:
        """Refuse parameters that leave nothing to analyse, by the function `check` of the room's `checks`.

        Raises
        ------
        ParameterError
            With the reason and what to do.
        """
        # Imported here, since it reads tables and the command line must start at once.
        check: Callable[[Parameters], object] = import_module(f"{self.room}.checks").check
        check(parameters)


NOTEBOOKS = {
    notebook.name: notebook
    for notebook in (
        Notebook(
            name="paradox/poverty_and_violence",
            question="Poverty fell in Latin America and the Caribbean. Did homicide fall with it?",
            parameters=PovertyAndViolence,
            tables=("countries", "country_year", "world_homicide"),
            seconds=50,
            findings=("homicide_against_poverty_reading", "lac_homicide_share", "change_correlation_reading"),
            figure="before-after",
        ),
        Notebook(
            name="paradox/panel_regressions",
            question="Which of the drivers that the literature names move with homicide?",
            parameters=PanelRegressions,
            tables=("countries", "country_year"),
            seconds=40,
            findings=("answer_sentence", "clusters_reading", "scales_reading"),
            figure="plot-intervals",
        ),
        Notebook(
            name="paradox/levels_or_dynamics",
            question="Do the drivers' effects rest on levels that drift together, or hold once the past is let in?",
            parameters=LevelsOrDynamics,
            tables=("countries", "country_year"),
            seconds=35,
            findings=("by_chance_sentence", "levels_or_dynamics_verdict", "persistence_reading"),
            figure="plot-estimators",
        ),
        Notebook(
            name="paradox/literature_statements",
            question="Which statements of the literature on poverty and inequality can the panel carry?",
            parameters=LiteratureStatements,
            tables=("countries", "country_year"),
            seconds=40,
            findings=("poverty_determinant_sentence", "further_drivers_reading", "decisive_rows_sentence"),
            figure="plot-drivers",
        ),
        Notebook(
            name="paradox/income_turning_point",
            question="Does homicide rise with income and then fall?",
            parameters=IncomeTurningPoint,
            tables=("countries", "country_year"),
            seconds=30,
            findings=("inverted_u_reading", "turning_point_reading", "influence_reading"),
            figure="plot-curves",
        ),
        Notebook(
            name="paradox/specification_curve",
            question="Does the answer hang on the choices an analyst must make?",
            parameters=SpecificationCurve,
            tables=("countries", "country_year", "specification_choices"),
            seconds=65,
            findings=("answer_sentence", "choices_sentence", "series_sentence"),
            figure="curve",
        ),
        Notebook(
            name="paradox/what_predicts_homicide",
            question="Does poverty help to predict homicide?",
            parameters=WhatPredictsHomicide,
            tables=("countries", "country_year", "world_homicide"),
            seconds=70,
            findings=(
                "poverty_predictive_gain",
                "best_model_skill_unseen_country_sentence",
                "best_model_skill_over_last_value_sentence",
            ),
            figure="poverty-gains",
        ),
        Notebook(
            name="paradox/country_heterogeneity",
            question="Does homicide answer to unemployment and growth alike in every country?",
            parameters=CountryHeterogeneity,
            tables=("countries", "country_year"),
            seconds=280,
            findings=("averages_sentence", "differences_sentence", "prediction_sentence"),
            figure="shrinkage",
        ),
        Notebook(
            name="cities/city_table",
            question="Is the printed list of fifty violent cities right, and would another have served as well?",
            parameters=CityTable,
            tables=("countries", "city_table", "city_year"),
            seconds=25,
            findings=("rows_of_another_year", "unlisted", "rank_set_width_median"),
            figure="ranks",
        ),
        Notebook(
            name="cities/city_homicide",
            question="What does a league table of violent cities still say once chance is taken out?",
            parameters=CityHomicide,
            tables=("countries", "city_table"),
            seconds=60,
            findings=("neighbours_sentence", "rank_sentence", "rule_sentence"),
            figure="shrinkage",
        ),
        Notebook(
            name="cities/city_trends",
            question="Did violence in large cities rise or fall, and how much of that is regression to the mean?",
            parameters=CityTrends,
            tables=("countries", "city_year"),
            seconds=75,
            findings=("surely_fallen_cities", "beyond_reversion", "forecast_verdict"),
            figure="falls",
        ),
        Notebook(
            name="cities/concentration",
            question="How concentrated is homicide, and how much of that is chance?",
            parameters=Concentration,
            tables=("countries", "country_year", "state_year", "city_year", "mexico_city_sector_month"),
            seconds=40,
            findings=("half_of_homicides_place_share", "half_of_homicides_place_share_chance", "streets_reading"),
            figure="lorenz",
        ),
        Notebook(
            name="cities/every_municipality",
            question="What can be said of every municipality, when most counted no homicide in most years?",
            parameters=EveryMunicipality,
            tables=("city_year", "state_year", "state_neighbours"),
            seconds=180,
            findings=("risk_answer", "forecast_verdict", "raw_top_among_highest"),
            figure="risk-now-figure",
        ),
        Notebook(
            name="places/every_place",
            question="How dangerous is my country, my state, my city, and did that change?",
            parameters=EveryPlace,
            tables=(
                "countries",
                "country_year",
                "state_year",
                "city_year",
                "brazil_state_year",
                "ecuador_province_month",
            ),
            seconds=40,
            findings=("changes_reading", "place_sentence", "forecast_verdict"),
            figure="ranks",
        ),
        Notebook(
            name="claims/ledger",
            question="Is that so? Which claims of five documents hold, by rules declared before the result?",
            parameters=Ledger,
            tables=(
                "claims",
                "claim_rules",
                "claim_choices",
                "claim_traces",
                "released_verdicts",
                *MEASURED,
            ),
            seconds=30,
            findings=("verdicts_sentence", "opposite_sentence", "rules_sentence"),
            figure="verdicts",
        ),
        Notebook(
            name="evidence/evidence_gap_map",
            question="Which interventions were evaluated, on what outcomes, how well, and where?",
            parameters=EvidenceGapMap,
            tables=(
                "countries",
                "country_year",
                "studies",
                "effects",
                "recoding",
                "second_coding",
                "row_doubts_answered",
                *CODING_SCHEME,
            ),
            seconds=30,
            findings=("region_cells_sentence", "region_designs_sentence", "burden_sentence"),
            figure="burden",
        ),
        Notebook(
            name="evidence/typology",
            question="Which threats have strategies that were evaluated, and which have none?",
            parameters=Typology,
            tables=("countries", "studies", "effects", "typology", "typology_parts", *CODING_SCHEME),
            seconds=10,
            findings=("strategies_sentence", "empty_side_sentence", "without_place_sentence"),
            figure="typology",
        ),
        Notebook(
            name="evidence/certainty",
            question="How much of what was found can be pooled, how biased may it be, and how certain is each answer?",
            parameters=Certainty,
            tables=(
                "countries",
                "studies",
                "effects",
                "readings",
                "certainty_judgements",
                "bias_domains",
                "risk_of_bias",
                *CODING_SCHEME,
            ),
            seconds=15,
            findings=("certainty_verdict", "region_certainty_sentence", "flow_sentence"),
            figure="bias-shares",
        ),
        Notebook(
            name="evidence/meta_analysis",
            question="What do the studies of an intervention say together, and how much do they differ?",
            parameters=MetaAnalysis,
            tables=("countries", "studies", "effects", "row_doubts_answered", *CODING_SCHEME),
            seconds=40,
            findings=("pooled_reading", "regional_lesson", "interventions_sentence"),
            figure="interventions",
        ),
        Notebook(
            name="evidence/publication_bias",
            question="How much of a pooled effect could be the selection of what was published?",
            parameters=PublicationBias,
            tables=("studies", "effects", *CODING_SCHEME),
            seconds=40,
            findings=("corrections_sentence", "egger_sentence", "worlds_sentence"),
            figure="summary",
        ),
        Notebook(
            name="evidence/selection_on_outcome",
            question="What do positive evaluations teach if only positive ones are counted?",
            parameters=SelectionOnOutcome,
            tables=("claims", "claim_traces", "countries", "studies", *CODING_SCHEME),
            seconds=20,
            findings=("positive_share_reported", "posterior_true_positive_share_leaky_rule", "later_studies_sentence"),
            figure="plot-posteriors",
        ),
        Notebook(
            name="evidence/claimed_and_evaluated",
            question="How far do announced falls lie from estimated ones, and what would chance selection give?",
            parameters=ClaimedAndEvaluated,
            tables=("city_year", "claimed_and_evaluated", "effects", "studies"),
            seconds=25,
            findings=("claims_sentence", "chance_sentence", "depth_sentence"),
            figure="claims",
        ),
        Notebook(
            name="evidence/programme_register",
            question="Which programmes stand behind the studies, when and where were they, and what is not known?",
            parameters=ProgrammeRegister,
            tables=("claims", "countries", "place_shapes", "programmes", "studies", *CODING_SCHEME),
            seconds=8,
            findings=("register_sentence", "beside_sentence", "missing_sentence"),
            figure="timeline",
        ),
        Notebook(
            name="programmes/what_chance_shows",
            question="What do designs find where nothing was done, by the rule that chose the place?",
            parameters=WhatChanceShows,
            tables=("city_year", "mexico_municipality_quarter"),
            seconds=30,
            findings=("answer_sentence", "own_fall_sentence", "least_fall_sentence"),
            figure="rates",
        ),
        Notebook(
            name="programmes/synthetic_sao_paulo",
            question="Did São Paulo's policies bring its homicides down, and would another analyst have found so?",
            parameters=SyntheticSaoPaulo,
            tables=("brazil_state_year", "published_results"),
            seconds=20,
            findings=("answer_sentence", "curve_verdict", "printed_weights_sentence"),
            figure="path",
        ),
        Notebook(
            name="programmes/state_of_exception",
            question="How much of El Salvador's fall came before the state of exception, and what is not counted?",
            parameters=StateOfException,
            tables=("country_year", "world_homicide", "uncounted_deaths"),
            seconds=10,
            findings=("answer_sentence", "verdict", "turning_sentence"),
            figure="series",
        ),
        Notebook(
            name="programmes/pacification",
            question="Did pacification units lower deaths in Rio's favelas, and why do estimators disagree?",
            parameters=Pacification,
            tables=("rio_pacification_month", "programmes", "studies", "effects"),
            seconds=15,
            findings=("answer_sentence", "verdict", "estimators_sentence"),
            figure="estimators",
        ),
        Notebook(
            name="programmes/focused_deterrence",
            question="Did homicides of the sector with Alto al Fuego fall beyond those of other sectors?",
            parameters=FocusedDeterrence,
            tables=("mexico_city_sector_month", "programmes", "claimed_and_evaluated"),
            seconds=10,
            findings=("answer_sentence", "line_sentence", "verdict"),
            figure="sectors",
        ),
        Notebook(
            name="programmes/internal_armed_conflict",
            question="Did Ecuador's homicides fall with the internal armed conflict, beyond lines and chance?",
            parameters=InternalArmedConflict,
            tables=("ecuador_province_month", "country_year"),
            seconds=10,
            findings=("answer_sentence", "verdict", "provinces_sentence"),
            figure="months",
        ),
        Notebook(
            name="programmes/your_own_programme",
            question="Did your own programme work, by every design at once?",
            parameters=YourOwnProgramme,
            tables=("state_year",),
            seconds=15,
            findings=("answer_sentence", "peak_sentence", "verdict"),
            figure="verdicts",
        ),
        Notebook(
            name="programmes/trust_and_community_policing",
            question="Does community policing make people trust the police, and what else moves trust?",
            parameters=TrustAndCommunityPolicing,
            tables=(
                "country_year",
                "countries",
                "programmes",
                "claims",
                "studies",
                "interventions",
                "directions",
                "effects",
            ),
            seconds=15,
            findings=("answer_sentence", "claim_verdict", "programmes_verdict"),
            figure="programmes",
        ),
        Notebook(
            name="programmes/prevention_costa_rica",
            question="Did homicide fall with Costa Rica's prevention beyond other countries, on which scale?",
            parameters=PreventionCostaRica,
            tables=("country_year", "world_homicide", "countries"),
            seconds=15,
            findings=("answer_sentence", "verdict", "scale_sentence"),
            figure="scales",
        ),
        Notebook(
            name="programmes/synthetic_morelia",
            question="Did homicides in Morelia stay below what other municipalities give?",
            parameters=SyntheticMorelia,
            tables=("morelia_year", "mexico_municipality_quarter"),
            seconds=15,
            findings=("answer_sentence", "sources_sentence", "verdict"),
            figure="path",
        ),
    )
}


def row_checks() -> list[tuple[tuple[str, ...], Callable[[Mapping[str, Any]], Iterable[Any]]]]:
    """Checks of what rows mean, each with the tables that it is handed.

    Returns
    -------
    list of tuple
        Names of the tables, and the function `findings_of_tables` of the module that checks them.
    """
    return [(tables, partial(_findings, module)) for module, tables in CHECKED_ROWS.items()]


def _findings(module: str, tables: Mapping[str, Any]) -> Iterable[Any]:
    # Imported when it is needed, since it computes and the command line must start at once.
    found: Iterable[Any] = import_module(module).findings_of_tables(tables)
    return found


def notebook(name: str) -> Notebook:
    """Notebook of that name; the last part of the name is enough where it is unique.

    Raises
    ------
    UnknownNotebook
        If there is none, with the nearest match.
    """
    known = NOTEBOOKS | {full.split("/")[1]: notebook for full, notebook in NOTEBOOKS.items()}
    key = name.removeprefix("notebooks/").removesuffix(".ipynb")
    if key not in known:
        raise UnknownNotebook(unknown("notebook", name, NOTEBOOKS))
    return known[key]


def unannounced(root: Path) -> list[str]:
    """Notebook files of a checkout that no entry here names, by their paths below `notebooks/` without the ending.

    Folders that begin with a dot are those of editors.
    """
    folder = root / "notebooks"
    files = (path.relative_to(folder).with_suffix("") for path in sorted(folder.rglob("*.ipynb")))
    return [it.as_posix() for it in files if it.as_posix() not in NOTEBOOKS and not any(p[0] == "." for p in it.parts)]


def not_announced(name: str) -> str:
    """Sentence for a notebook file that no entry names."""
    return (
        f"notebooks/{name}.ipynb has no entry in src/citizen_security/compendium.py: nothing runs it, and no page "
        "shows it. Announce it there (what else it needs: CONTRIBUTING.md, 'A new notebook'), or take it out"
    )
