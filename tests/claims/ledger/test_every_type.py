"""One claim of every type by hand, without the engine, and a changed table that turns its verdict."""

import math
from typing import get_args

import numpy as np
import pytest

from citizen_security.claims.ledger.judged_claims import ledger_table, measure_claims
from citizen_security.methods.verdicts.regions import ClaimType, Tolerances

SETTINGS = {"tolerances": Tolerances(), "smallest_effect": 1.0}
INF = math.inf

# A claim of each type: the region worked out by hand, whether its ends are outside, and the verdict that follows.
BY_HAND = {
    "number": ("C023", 0.9 * 632e6, 1.1 * 632e6, False, "holds"),
    "at_least": ("C001", 3, INF, False, "holds"),
    "at_most": ("C018", -INF, 2, False, "holds"),
    "range": ("C045", -63, -34, False, "undecided"),
    "count": ("C065", 60, 60, False, "holds in part"),
    "direction": ("C064", 0, INF, True, "holds"),
    "not_fallen": ("C012", -5, INF, False, "indirect evidence agrees"),
    "null": ("C027", -1, 1, True, "undecided"),
    "coefficient": ("C028", -INF, -0.12, False, "holds in part"),
    "share": ("C016", 72.5, 77.5, False, "does not hold"),
    "ranking": ("C093", 1, 1, False, "holds"),
    "set": ("C055", 3, 3, False, "indirect evidence speaks against"),
    "attenuation": ("C030", 30, INF, False, "undecided"),
    "existence": ("C108", 1, INF, False, "holds"),
    "identity": ("C100", 0, 0, False, "internally inconsistent"),
}


def position(estimate, low, high, is_open, claimed):
    if claimed is not None:
        if not estimate.low <= claimed <= estimate.high:
            return "outside"
        sure = estimate.low > 0 or estimate.high < 0
        return "inside" if sure and low <= estimate.value <= high else "straddles"
    if is_open:
        if low < estimate.low and estimate.high < high:
            return "inside"
        return "outside" if estimate.low >= high or estimate.high <= low else "straddles"
    if low <= estimate.low and estimate.high <= high:
        return "inside"
    return "outside" if estimate.low > high or estimate.high < low else "straddles"


def by_hand(it, low, high, is_open):
    """The rule of verdicts in plain words: three quarters agree, a tenth oppose, and what is indirect only points."""
    claimed = it.rule["claimed"] if it.rule["type"] == "coefficient" else None
    where = {choice.name: position(choice.estimate, low, high, is_open, claimed) for choice in it.choices}
    main = next(where[choice.name] for choice in it.choices if choice.is_main)
    shares = {side: sum(place == side for place in where.values()) / len(where) for side in ("inside", "outside")}
    if main == "straddles":
        verdict = "undecided"
    else:
        other = "outside" if main == "inside" else "inside"
        settled = shares[main] >= 0.75 and shares[other] <= 0.1
        words = ("holds", "holds in part") if main == "inside" else ("does not hold", "fails in part")
        verdict = words[0] if settled else words[1]
    if it.rule["type"] == "identity" and verdict == "does not hold":
        return "internally inconsistent"
    if it.rule["directness"] in ("proxy", "another_collection"):
        points = {"holds": "indirect evidence agrees", "does not hold": "indirect evidence speaks against"}
        return points.get(verdict, "undecided")
    if it.rule["directness"] == "partial":
        return {"holds": "holds in part", "does not hold": "fails in part"}.get(verdict, verdict)
    return verdict


def judged(tables, claim, **changed):
    given = {**tables, **changed}
    chosen = given["claims"].query("claim_id == @claim")
    found = measure_claims(given, 0.95, chosen["claim_id"])
    return ledger_table(chosen, given["claim_rules"], found, **SETTINGS)["verdict"].item()


def test_every_type_is_worked_out_by_hand_and_turned():
    assert set(BY_HAND) == set(TURNED) == set(get_args(ClaimType.__value__))


@pytest.mark.parametrize("name", BY_HAND)
def test_the_verdict_by_hand_is_that_of_the_engine(tables, found, name):
    claim, low, high, is_open, verdict = BY_HAND[name]
    assert found[claim].rule["type"] == name
    assert by_hand(found[claim], low, high, is_open) == verdict
    chosen = tables["claims"].query("claim_id == @claim")
    assert ledger_table(chosen, tables["claim_rules"], found, **SETTINGS)["verdict"].item() == verdict


# --- a changed table turns the verdict --------------------------------------------------------------------------------


def scaled(tables, table, column, factor, where="index == index"):
    frame = tables[table].copy()
    those = frame.query(where).index
    frame[column] = frame[column].astype("float64")
    frame.loc[those, column] = (frame.loc[those, column] * factor).round()
    return {table: frame}


def fact(tables, key, value):
    facts = tables["claim_facts"].copy()
    facts.loc[facts["fact_id"] == key, "value"] = value
    return {"claim_facts": facts}


def reported(tables, value):
    effects = tables["effects"].copy()
    those = effects["effect_id"].isin(["E087", "E089", "E090", "E091"])
    effects.loc[those, ["metric", "estimate"]] = "percent_change", value
    effects.loc[those, ["confidence_low", "confidence_high"]] = np.nan
    return {"effects": effects}


def rates(tables, formula):
    """The panel with a homicide rate that follows from its other columns."""
    frame = tables["country_year"].copy()
    frame["homicide_rate"] = formula(frame)
    return {"country_year": frame}


def shared_by_poverty(tables):
    """Inequality has no link of its own: homicide follows poverty, by whichever column it is held constant."""
    frame = tables["country_year"].copy()
    # Not the very same column, of which a verdict would count the second way not again.
    for column, scatter in (("infant_mortality", 0.0), ("poverty_685_lineup", 1e-3)):
        noise = scatter * np.random.default_rng(1).standard_normal(len(frame))
        frame[column] = np.log(frame["homicide_rate"].clip(lower=0.1)) + noise
    return {"country_year": frame}


def growing_poverty(tables):
    """Poverty that rises each year, by every line."""
    frame = tables["country_year"].copy()
    for column in ("poverty_685_lineup", "poverty_365_lineup"):
        frame[column] = (frame["year"] - 1980).astype("float64")
    return {"country_year": frame}


def studied_in(tables, *countries):
    studies = tables["studies"].copy()
    those = studies["is_lac"].eq(True)
    studies.loc[those, "iso3"] = np.resize(countries, int(those.sum()))
    return {"studies": studies}


def without_homicide(tables):
    world = tables["world_homicide"].copy()
    members = tables["countries"].query("is_lac")["iso3"]
    world.loc[world["iso3"].isin(members), "homicide_rate"] = 0.0
    return {"world_homicide": world}


def stated(tables, claim, column, value):
    claims = tables["claims"].copy()
    claims.loc[claims["claim_id"] == claim, column] = value
    return {"claims": claims}


PEOPLE = ("world_homicide", "country_year")
TURNED = {
    "number": (
        lambda t: {k: v for name in PEOPLE for k, v in scaled(t, name, "population", 1.5).items()},
        "does not hold",
    ),
    "at_least": (
        lambda t: scaled(t, "world_homicide", "homicide_count", 0.1, "iso3 in ['BRA', 'MEX', 'VEN', 'COL']"),
        "does not hold",
    ),
    "at_most": (lambda t: scaled(t, "city_year", "homicides", 4, "city_code == '11001'"), "does not hold"),
    "range": (lambda t: reported(t, -50.0), "indirect evidence agrees"),
    "count": (lambda t: fact(t, "F05", 70.0), "fails in part"),
    "direction": (
        lambda t: scaled(t, "world_homicide", "homicide_count", 20, "iso3 == 'SLV' and year == 2022"),
        "does not hold",
    ),
    "not_fallen": (
        lambda t: scaled(t, "world_homicide", "homicide_count", 0.3, "year >= 2014"),
        "indirect evidence speaks against",
    ),
    "null": (lambda t: rates(t, lambda it: 10.0 + 0 * it["population"]), "holds in part"),
    "coefficient": (lambda t: rates(t, lambda it: 20 + 3 * it["gdp_per_capita_growth"]), "does not hold"),
    "share": (
        lambda t: {"country_year": t["country_year"].assign(urban_share=75.0)},
        "holds",
    ),
    "ranking": (growing_poverty, "does not hold"),
    "set": (lambda t: studied_in(t, "COL", "CHL", "BRA"), "indirect evidence agrees"),
    "attenuation": (shared_by_poverty, "indirect evidence agrees"),
    "existence": (without_homicide, "does not hold"),
    "identity": (lambda t: stated(t, "C100", "low", 30.0), "holds"),
}


@pytest.mark.parametrize("name", TURNED)
def test_a_changed_table_turns_the_verdict(tables, name):
    change, verdict = TURNED[name]
    claim = BY_HAND[name][0]
    assert verdict != BY_HAND[name][-1]
    assert judged(tables, claim, **change(tables)) == verdict
