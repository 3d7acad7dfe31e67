"""Words become codes without losing or inventing anything."""

import itertools
from typing import get_args

import pandas as pd
import pytest

from citizen_security.evidence.studies import coding
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.tables import catalog

# Words that no row uses yet and that a row may well use: a null is easily written so.
SPARE = {"intervention_category": ["pacification"], "outcome_category": [], "effect_direction": ["null"]}


@pytest.fixture(scope="module")
def studies():
    return catalog.load("studies")


@pytest.fixture(scope="module")
def coded(studies):
    return coded_studies(studies, catalog.load("countries"))


def one(**changes):
    row = {
        "study_id": "somebody2020", "kind": "primary", "authors": "Somebody", "year": 2020, "title": "Title",
        "pooled_in": None, "target": "place", "iso3": "BRA", "is_lac": True,
        "intervention_category": "CCTV", "intervention": "cameras", "design": "RCT",
        "maryland_level": 5, "outcome_category": "homicide", "effect_direction": "beneficial", "doi": None,
    }  # fmt: skip
    return pd.DataFrame([row | changes])


def codes_of(**changes):
    return coded_studies(one(**changes), catalog.load("countries")).iloc[0]


def test_several_interventions_are_told_apart_by_a_semicolon_only():
    assert coding.intervention_codes("integrated state programme; pacification") == (
        "pacification_policing",
        "integrated_state_programmes",
    )
    assert coding.intervention_codes("employment/cash") == ("employment_programmes",)
    assert coding.intervention_codes("integrated prevention + policing") == ("prevention_with_policing",)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("gun homicide;assault", ("homicide", "other_violence")),
        ("homicide; other crime", ("homicide", "crime_overall")),
        ("victimisation;reported crime;trust", ("crime_overall", "victimisation", "trust")),
        ("police killings;homicide", ("homicide", "state_violence")),
        ("robbery;theft", ("robbery_and_theft",)),
        ("review", ()),
    ],
)
def test_several_outcomes_are_told_apart_and_like_ones_are_one(words, codes):
    assert coding.outcome_codes(words) == codes


def test_a_review_of_interventions_in_general_has_no_row():
    assert coding.intervention_codes("all") == ()


@pytest.mark.parametrize("words", ["null", "no effect", "not beneficial", "null to harmful"])
def test_an_effect_of_nothing_is_no_benefit(words):
    assert coding.direction_code(words) == "not_beneficial"


def test_a_missing_direction_is_kept_as_not_stated():
    assert codes_of(effect_direction=None)["direction"] == "not_stated"


def test_a_study_inside_and_outside_the_region_is_in_both():
    both = codes_of(iso3="COL;UGA")
    assert both["countries"] == ("COL", "UGA")
    assert both["in_lac"]
    assert both["in_elsewhere"]


def test_a_trial_without_a_country_counts_elsewhere():
    unknown = codes_of(iso3=None)
    assert not unknown["in_lac"]
    assert unknown["in_elsewhere"]


def test_unknown_words_are_refused_with_study_and_nearest_match():
    rows = pd.concat([one(), one(study_id="other2021", intervention_category="CCTVs")])
    with pytest.raises(coding.UncodedTerm, match=r"'CCTVs' in study 'other2021'; did you mean 'CCTV'"):
        coded_studies(rows, catalog.load("countries"))


def test_all_unknown_words_of_a_field_are_named_at_once():
    rows = pd.concat([one(outcome_category="homicides"), one(study_id="other2021", outcome_category="robbery;thefts")])
    with pytest.raises(coding.UncodedTerm) as refused:
        coded_studies(rows, catalog.load("countries"))
    assert len(refused.value.problems) == 2


def test_the_region_that_follows_from_the_countries_is_the_one_coded_in_the_table(coded):
    primary = coded[coded["group"] != "review"]
    assert (primary["in_lac"] == primary["is_lac"]).all()


def test_pooled_trials_are_those_of_reviews_in_the_table(coded):
    pooled = coded[coded["group"] == "pooled_trial"]
    assert pooled["pooled_in"].value_counts().to_dict() == {
        "landenberger2005": 58,  # samples in Landenberger and Lipsey (2005), table 1
        "strang2013": 10,  # trials in Strang et al. (2013)
        "petrosino2013": 7,  # trials with reoffending at first follow-up in Petrosino et al. (2013)
    }
    reviews = set(coded.loc[coded["group"] == "review", "study_id"])
    assert set(pooled["pooled_in"]) <= reviews


def test_the_direction_of_a_pooled_trial_is_the_sign_of_its_estimate_as_the_page_says(coded):
    effects = catalog.load("effects")
    pooled = effects.merge(coded.loc[coded["group"] == "pooled_trial", ["study_id", "direction"]], on="study_id")
    better = pooled["effect_size"] * pooled["beneficial_sign"]
    # Wholly on the side of more crime, at 95%.
    worse = better < -1.96 * pooled["effect_size_standard_error"]
    expected = (better > 0).map({True: "beneficial", False: "not_beneficial"}).mask(worse, "harmful")
    assert len(pooled) >= 75
    assert (pooled["direction"] == expected).all()
    assert pooled.loc[worse, "study_id"].tolist() == ["scared_1", "scared_4"]


@pytest.mark.parametrize(
    ("design", "family"),
    [
        ("cluster RCT (re-analysis) + LAPOP observational", "Randomised"),
        ("multi-site cluster randomised experiment with DiD", "Randomised"),
        ("DiD + synthetic control", "Synthetic control"),
        ("staggered DiD", "Differences in differences"),
        ("judge-assignment IV", "Instrument or discontinuity"),
        ("two-district before-after", "Time series or before–after"),
        ("nonequivalent comparison", "Unlike comparison group"),
        ("slum comparison", "Other comparison group"),
        ("regression discontinuity in time", "Time series or before–after"),
        ("regression discontinuity at a threshold", "Instrument or discontinuity"),
        ("qualitative", "Not told"),
        ("impact evaluation (method on truncated page)", "Not told"),
    ],
)
def test_designs_are_told_by_their_words(design, family):
    assert coding.design_family(design) == family


def test_the_choices_of_the_parameters_are_the_codes_of_the_tables():
    # a code in the tables alone could not be asked for, one in the choices alone would give an empty map
    assert get_args(coding.InterventionCode) == tuple(coding.INTERVENTIONS)
    assert get_args(coding.OutcomeCode) == tuple(coding.OUTCOMES)
    assert get_args(coding.TargetCode) == tuple(code for code in coding.TARGETS if code != "review")


def test_every_code_has_a_definition_that_a_reader_can_judge():
    scheme = coding.scheme()
    parts = [scheme.families, scheme.interventions, scheme.outcomes, scheme.directions, scheme.targets]
    entries = [entry for part in (*parts, scheme.levels, scheme.designs) for entry in part.values()]
    assert [entry for entry in entries if len(entry.definition.split()) < 3] == []
    assert tuple(scheme.levels) == (1, 2, 3, 4, 5)


def test_families_are_the_strategies_that_the_literature_tells_apart():
    named = {"focused_deterrence", "community_based", "social_prevention", "situational_prevention", "mediation",
             "criminal_justice", "doctrinal_and_data_reform", "territorial_control"}  # fmt: skip
    assert named <= set(coding.FAMILIES)
    order = [intervention.family for intervention in coding.INTERVENTIONS.values()]
    assert list(dict.fromkeys(order)) == [family for family, _ in itertools.groupby(order)], "a family is in one place"


def tables(**changes):
    return {name: catalog.load(name) for name in coding.TABLES} | changes


def test_two_codes_cannot_share_a_word():
    interventions = catalog.load("interventions")
    interventions.loc[1, "terms"] = interventions.loc[0, "terms"]
    with pytest.raises(ValueError, match="'focused deterrence' stands for focused_deterrence and for violence_interr"):
        coding.CodingScheme.from_tables(tables(interventions=interventions))


def test_a_new_row_of_the_scheme_is_a_new_row_of_the_map(studies):
    new = {"position": 325, "intervention": "curfews", "label": "Youth curfews", "family": "situational_prevention",
           "in_map": True, "definition": "Minors stay at home at night.", "terms": "curfew|night curfew"}  # fmt: skip
    interventions = pd.concat([catalog.load("interventions"), pd.DataFrame([new])], ignore_index=True)
    scheme = coding.CodingScheme.from_tables(tables(interventions=interventions))
    coded = coded_studies(one(intervention_category="night curfew;CCTV"), catalog.load("countries"), scheme)
    assert coded.loc[0, "interventions"] == ("cctv", "curfews")
    with pytest.raises(coding.UncodedTerm, match="'night curfew' in study 'somebody2020'"):
        codes_of(intervention_category="night curfew;CCTV")


def test_targets_are_several_and_an_unknown_one_is_refused():
    assert codes_of(target="place;people")["targets"] == ("people", "place")
    with pytest.raises(coding.UncodedTerm, match="'places' in study 'somebody2020'; did you mean 'place'"):
        codes_of(target="places")


def test_the_outcome_of_every_effect_has_a_code_or_is_blank():
    effects = catalog.load("effects")
    codes = coding.coded_column(
        effects, "effect_id", "outcome_category", coding.outcome_codes, coding.scheme().known_terms("outcome_category")
    )
    assert all(len(found) <= 1 for found in codes)
    assert sum(not found for found in codes) == effects["outcome_category"].isna().sum() < 10


def test_an_effect_on_an_unknown_outcome_is_refused_with_the_row():
    effects = catalog.load("effects").assign(outcome_category="homicids").head(1)
    known = coding.scheme().known_terms("outcome_category")
    with pytest.raises(coding.UncodedTerm, match="'homicids' in effect 'E001'; did you mean 'homicide'"):
        coding.coded_column(effects, "effect_id", "outcome_category", coding.outcome_codes, known)


def test_the_usual_level_of_a_design_is_the_commonest_of_its_studies(coded):
    # else the scheme would say one thing and the coder would have done another
    found = coded[coded["group"] == "evaluation"].dropna(subset=["maryland_level"])
    usual = {kind.label: kind.maryland_level for kind in coding.DESIGNS.values()}
    for family, studies in found.groupby("design_family"):
        if family in usual and len(studies) >= 3:
            assert usual[family] in studies["maryland_level"].mode().tolist(), family


def test_no_family_is_without_an_intervention():
    assert {intervention.family for intervention in coding.INTERVENTIONS.values()} == set(coding.FAMILIES)


def test_every_choice_is_the_code_of_some_row_so_no_row_of_the_map_is_invented():
    studies = catalog.load("studies")
    coded = coded_studies(studies, catalog.load("countries"))
    assert {code for codes in coded["interventions"] for code in codes} == set(coding.INTERVENTIONS)
    assert {code for codes in coded["outcomes"] for code in codes} == set(coding.OUTCOMES)


def test_no_word_of_the_scheme_is_unused():
    studies, effects = catalog.load("studies"), catalog.load("effects")
    used = {
        "intervention_category": studies["intervention_category"],
        "outcome_category": pd.concat([studies["outcome_category"], effects["outcome_category"]]),
        "effect_direction": studies["effect_direction"],
    }
    for column, cells in used.items():
        words = set(cells.dropna()) | {term for cell in cells.dropna() for term in coding.split(cell)}
        assert [term for term in coding.scheme().known_terms(column) if term not in words] in ([], SPARE[column])


def test_a_family_has_the_label_threat_and_definition_of_its_row():
    families = coding.scheme().families
    rows = catalog.load("families").set_index("family")
    assert set(families) == set(rows.index)
    for code, family in families.items():
        assert (family.label, family.threat, family.definition) == tuple(rows.loc[code, list(FAMILY)])


FAMILY = ("label", "threat", "definition")
