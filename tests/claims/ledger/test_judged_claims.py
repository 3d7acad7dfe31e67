"""Verdicts follow the tables: change a value, and the verdict that must flip flips."""

import re

import pandas as pd
import pytest
from support import ROOT

from citizen_security.claims.ledger.judged_claims import (
    DECIDING,
    UNTESTED,
    VERDICTS,
    choices_table,
    ledger_table,
    measure_claims,
)
from citizen_security.claims.ledger.registry import MEASURES, BadChoice, arguments_of, measured
from citizen_security.claims.ledger.since_release import with_changes
from citizen_security.figures.claims import columns
from citizen_security.methods.verdicts.grid import Thresholds
from citizen_security.methods.verdicts.regions import Tolerances
from citizen_security.tables import catalog

SETTINGS = {"tolerances": Tolerances(), "smallest_effect": 1.0}


@pytest.fixture(scope="module")
def ledger(tables, found):
    return ledger_table(tables["claims"], tables["claim_rules"], found, **SETTINGS)


def verdict_of(tables, claim_id, **changed):
    spoilt = {**tables, **changed}
    chosen = spoilt["claims"].query("claim_id == @claim_id")
    found = measure_claims(spoilt, 0.95, chosen["claim_id"])
    return ledger_table(chosen, spoilt["claim_rules"], found, **SETTINGS)["verdict"].item()


def test_every_claim_has_one_verdict_and_a_reason_where_it_is_not_tested(ledger, tables):
    assert ledger["claim_id"].tolist() == tables["claims"]["claim_id"].tolist()
    assert set(ledger["verdict"]) <= set(VERDICTS)
    untested = ledger[ledger["verdict"].isin(UNTESTED.values())]
    assert (untested["reasons"] != "").all()
    assert untested["value"].isna().all()


def test_at_least_forty_eight_claims_are_tested(found):
    assert len(found) >= 48


def test_every_way_of_measuring_that_is_named_exists_and_every_one_that_exists_is_named(tables):
    rows = tables["claim_choices"]
    examples = pd.read_csv(ROOT / "examples" / "own_claim_choices.csv")
    assert {*rows["measure"], *examples["measure"]} == set(MEASURES)
    for row in rows.fillna({"arguments": ""}).to_dict("records"):
        arguments_of(row["measure"], row["arguments"])


def test_the_claimed_value_of_a_rule_is_that_of_the_claim(tables):
    both = tables["claims"].merge(tables["claim_rules"], on="claim_id").dropna(subset=["claimed", "value"])
    # Shares in %; what is left of a fall, seventeen of eighteen, two places of rounding of a third.
    other = {"C022": 100 * 25.3 / 41.7, "C051": 100 * 17 / 18}
    for row in both.to_dict("records"):
        expected = other.get(row["claim_id"], row["value"])
        shares = 100 if row["unit_y"].startswith("%") and abs(row["value"]) < 1 else 1
        assert row["claimed"] == pytest.approx(expected * shares, rel=0.002), row["claim_id"]


def test_a_proxy_never_settles(ledger):
    indirect = ledger[ledger["directness"].isin(["proxy", "another collection"])]
    assert set(indirect["verdict"]) <= {"indirect evidence agrees", "undecided", "indirect evidence speaks against"}
    direct = ledger[ledger["directness"].isin(["direct", "partial"])]
    assert not direct["verdict"].str.startswith("indirect").any()


def test_a_part_of_a_sentence_settles_the_sentence_in_part(ledger):
    partial = ledger[ledger["directness"] == "partial"]
    assert len(partial)
    assert set(partial["verdict"]).isdisjoint({"holds", "does not hold"})
    assert partial["reasons"].str.contains("A part of the sentence is tested|a part of the sentence is tested").all()


def test_a_claim_that_hangs_on_bounds_says_what_they_are(ledger, found):
    reasons = ledger.set_index("claim_id")["reasons"]
    for claim in ("C001", "C003"):
        assert "A country without a figure has its last one" in reasons[claim]
        assert found[claim].main.low < found[claim].main.high
    # Confidence intervals come from no country without a figure.
    assert "without a figure" not in reasons["C027"]


def test_a_changed_rate_flips_the_claim_on_el_salvador(tables):
    assert verdict_of(tables, "C064") == "holds"
    homicide = tables["world_homicide"].copy()
    those = (homicide["iso3"] == "SLV") & (homicide["year"] == 2022)
    homicide.loc[those, "homicide_count"] *= 20
    assert verdict_of(tables, "C064", world_homicide=homicide) == "does not hold"


def test_a_changed_statement_makes_a_document_consistent(tables):
    assert verdict_of(tables, "C100") == "internally inconsistent"
    claims = tables["claims"].copy()
    claims.loc[claims["claim_id"] == "C100", "low"] = 30.0
    assert verdict_of(tables, "C100", claims=claims) == "holds"


def test_a_changed_figure_flips_the_claim_on_costs(tables):
    assert verdict_of(tables, "C060") == "holds"
    facts = tables["claim_facts"].copy()
    facts.loc[facts["claim_id"] == "C060", "value"] = 2.0
    assert verdict_of(tables, "C060", claim_facts=facts) == "does not hold"


def test_sorted_rows_make_the_printed_list_one_in_order(tables):
    assert verdict_of(tables, "C101") == "internally inconsistent"
    table = tables["city_table"].copy()
    table["homicide_rate"] = sorted(table["homicide_rate"], reverse=True)
    assert verdict_of(tables, "C101", city_table=table) == "holds"


def test_the_warning_that_something_decides_needs_an_opposite_choice(ledger, tables, found):
    choices = choices_table(found, **SETTINGS).query("window == 'claim'")
    for row in ledger[ledger["value"].notna()].to_dict("records"):
        own = choices[choices["claim_id"] == row["claim_id"]]
        main = own.loc[own["is_main"], "position"].item()
        opposite = {"inside": "outside", "outside": "inside"}.get(main)
        families = set(own.loc[own["position"] == opposite, "family"]) - {""}
        assert {name for name, words in DECIDING.items() if words in row["warnings"]} == families


def test_ways_of_measuring_are_all_in_the_table_with_one_main_one(found):
    choices = choices_table(found, **SETTINGS)
    assert len(choices) == sum(len(it.choices) + len(it.latest) for it in found.values())
    assert (choices.groupby("claim_id")["is_main"].sum() == 1).all()
    assert ((choices["low"] <= choices["value"]) & (choices["value"] <= choices["high"])).all()


def test_the_interval_of_an_absence_has_twice_the_error(tables, found):
    rules = tables["claim_rules"].set_index("claim_id").loc[["C027"]]
    as_direction = pd.concat([rules.assign(type="direction")]).reset_index()
    wider = measure_claims({**tables, "claim_rules": as_direction}, 0.95, pd.Series(["C027"]))["C027"].main
    narrow = found["C027"].main
    assert wider.value == narrow.value
    assert wider.low < narrow.low < narrow.high < wider.high


def test_every_interval_has_the_level_that_it_was_computed_at_and_no_other_has_one(tables, found):
    """Measured again at the level that is told, and at another, at which an interval with a level is another."""
    choices = choices_table(found, **SETTINGS)
    assert set(choices["interval"]) == {"", "bounds", "confidence", "tested"}
    assert choices.loc[choices["claim_id"] == "C027", "level"].between(0.899, 0.901).all()
    for row in choices.to_dict("records"):
        level = 0.95 if pd.isna(row["level"]) else row["level"]
        told, wider = (measured(tables, row["measure"], row["arguments"], it) for it in (level, 0.999))
        assert (told.low, told.high) == (row["low"], row["high"])
        moves = (wider.low, wider.high) != (told.low, told.high)
        # Of a count the bounds at a level may be the same whole numbers at another.
        assert row["interval"] == "tested" or moves == (not pd.isna(row["level"])), row["claim_id"]
        assert (told.low < told.high) == (row["interval"] != "")


def test_a_way_that_gives_the_very_numbers_of_another_counts_once(tables, found):
    choices = choices_table(found, **SETTINGS)
    again = choices[choices["same_as"] != ""]
    assert len(again) > 0
    for row in again.to_dict("records"):
        others = choices[(choices["claim_id"] == row["claim_id"]) & (choices["choice"] == row["same_as"])]
        assert others[["value", "low", "high", "n", "measure"]].iloc[0].tolist() == [
            row[name] for name in ("value", "low", "high", "n", "measure")
        ]
        verdict = found[row["claim_id"]].verdict(Tolerances(), 1.0, Thresholds())
        counted = choices[(choices["claim_id"] == row["claim_id"]) & (choices["window"] == "claim")]
        assert verdict.choices == (counted["same_as"] == "").sum()


def test_figures_of_other_years_are_no_direct_measure(tables):
    """A published figure that is not of the document's years stands for one that is."""
    rules = tables["claim_rules"].set_index("claim_id")
    years = tables["claim_facts"].set_index("fact_id")["year"]
    seen = 0
    mains = tables["claim_choices"].query("is_main and measure in ('figure', 'ratio_of_figures')")
    for row in mains.to_dict("records"):
        rule, facts = rules.loc[row["claim_id"]], re.findall(r"F\d+", row["arguments"])
        inside = [rule["period_first"] <= years[fact] <= rule["period_last"] for fact in facts]
        seen += not all(inside)
        assert all(inside) or rule["directness"] != "direct", row["claim_id"]
    assert seen >= 3


def test_bad_choices_are_refused_with_their_claims_and_the_remedy(tables):
    choices = tables["claim_choices"].copy()
    choices.loc[choices["claim_id"] == "C001", "measure"] = "regional_ration"
    choices.loc[choices["claim_id"] == "C003", "arguments"] = "first=x;lasst=2016"
    with pytest.raises(BadChoice) as refused:
        measure_claims({**tables, "claim_choices": choices}, 0.95, pd.Series(["C001", "C003"]))
    for words in (
        "C001, without_brazil: unknown measure 'regional_ration'; did you mean 'regional_ratio'?",
        "C003, main: unknown argument 'lasst'; did you mean 'last'?",
        "share_of_world needs countries; give countries=…",
        "first = 'x' of share_of_world is no number. Allowed: a whole number",
    ):
        assert words in str(refused.value)


def test_a_switch_is_true_or_false():
    assert arguments_of("cities_in_region", "without_flagged=true") == {"without_flagged": True}
    with pytest.raises(BadChoice, match="Allowed: true or false"):
        arguments_of("cities_in_region", "without_flagged=yes")


def test_columns_of_the_downloads_are_those_that_are_described(ledger, found):
    whole = with_changes(ledger, catalog.load("released_verdicts"))
    assert list(whole.columns) == list(columns.CLAIMS)
    numbers = {name for name in whole if pd.to_numeric(whole[name].dropna(), errors="coerce").notna().all()}
    assert numbers - {name for name in whole if whole[name].isna().all()} == set(columns.NUMBERS)
    assert list(choices_table(found, **SETTINGS).columns) == ["claim_id", *columns.WAYS]
