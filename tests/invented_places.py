"""Invented places in the tables that `places/every_place` records: every kind of figure that a page may meet."""

import json
from pathlib import Path

import pandas as pd
from hostile import HOSTILE

LEVEL = 0.95
# Of a place: name, kind, country, parent, table, counts by year, people (None: no population by year).
HOSTILE_NAME = f"{HOSTILE['script']} {HOSTILE['attribute']} $x$"
PLACES = {
    "HND": ("Honduras", "country", "HND", "", "country_year", {2010: 7000, 2011: 8000, 2012: 7500, 2023: 3100}, 1e7),
    "SLV": ("El Salvador", "country", "SLV", "", "country_year", {2010: 4000, 2015: 6600, 2022: 500}, 6.3e6),
    "BRA": ("Brazil", "country", "BRA", "", "country_year", dict.fromkeys(range(2010, 2024), 45_000), 2.1e8),
    "ECU": ("Ecuador", "country", "ECU", "", "country_year", {2010: 2600, 2023: 8000}, 1.8e7),
    "COL": ("Colombia", "country", "COL", "", "country_year", {2010: 16_000, 2023: 13_000}, 5e7),
    "DMA": ("Dominica", "country", "DMA", "", "country_year", {2010: 15, 2020: 0}, 72_000),
    "KNA": ("Saint Kitts and Nevis", "country", "KNA", "", "country_year", {2023: 1}, 47_000),
    "BRA-SP": ("São Paulo", "state", "BRA", "BRA", "state_year", {2010: 5000, 2019: 3000, 2021: 2900}, 4.4e7),
    "BRA-RJ": ("Rio de Janeiro", "state", "BRA", "BRA", "state_year", {2010: 5000, 2021: 4000}, 1.7e7),
    "COL-05": ("Antioquia", "state", "COL", "COL", "state_year", {2010: 3000, 2018: 2500, 2024: 1500}, 6.8e6),
    "COL-76": ("Valle del Cauca", "state", "COL", "COL", "state_year", {2010: 3500, 2024: 2200}, 4.6e6),
    "ECU-guayas": ("Guayas", "state", "ECU", "ECU", "ecuador_province_month", {2014: 380, 2023: 3800}, None),
    "ECU-napo": ("Napo", "state", "ECU", "ECU", "ecuador_province_month", {2014: 5, 2022: 2, 2023: 1}, None),
    "BRA-3550308": ("São Paulo", "city", "BRA", "BRA-SP", "city_year", {2010: 1500, 2019: 900, 2021: 700}, 1.2e7),
    "COL-05001": ("Medellín", "city", "COL", "COL-05", "city_year", {2010: 1400, 2018: 630, 2024: 300}, 2.6e6),
    "COL-76001": ("Cali", "city", "COL", "COL-76", "city_year", {2010: 1600, 2018: 1200, 2024: 950}, 2.3e6),
    "COL-76109": ("Buenaventura", "city", "COL", "COL-76", "city_year", {2010: 110, 2018: 90, 2024: 120}, 3.2e5),
    "COL-76520": (HOSTILE_NAME, "city", "COL", "COL-76", "city_year", {2010: 200, 2018: 150, 2024: 149}, 3.5e5),
    "COL-76834": (HOSTILE["long"], "city", "COL", "COL-76", "city_year", {2018: 100}, 2.2e5),
}  # fmt: skip
COUNTRIES = {key: row[0] for key, row in PLACES.items() if row[1] == "country"}
MEASURES = {"country_year": "intentional homicides", "ecuador_province_month": "intentional homicides"}


def tables() -> dict[str, pd.DataFrame]:
    """The four tables by their names."""
    return {
        "places": pd.DataFrame([_place(key) for key in PLACES]),
        "place_years": pd.DataFrame([row for key in PLACES for row in _years(key)]),
        "place_now": pd.DataFrame([_now(key) for key in PLACES]),
        "place_changes": pd.DataFrame([row for key in PLACES for row in _changes(key)]),
    }


def write_run(folder: Path) -> Path:
    """A run's folder with the tables and the part of the manifest that pages read."""
    (folder / "tables").mkdir(parents=True)
    for name, frame in tables().items():
        frame.to_csv(folder / "tables" / f"{name}.csv", index=False)
    manifest = {"parameters": {"credible_level": LEVEL, "since": 2010, "place": "HND"}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _place(key):
    name, kind, iso3, parent, table, counts, people = PLACES[key]
    return {
        "key": key, "kind": kind, "name": name, "iso3": iso3, "country": COUNTRIES[iso3], "parent": parent,
        "first_year": min(counts), "last_year": max(counts), "population": people,
        "measure": MEASURES.get(table, "police record"), "source_table": table,
        "unit": "homicides per 100,000" if people else "homicides a year", "fit": _fit(key), "years": len(counts),
        "break_year": 2018 if iso3 == "COL" and kind != "country" else None,
        "model_holds": iso3 != "ECU", "forecast_covered": 0.9,
    }  # fmt: skip


def _fit(key):
    return (PLACES[key][1], "" if PLACES[key][1] == "country" else PLACES[key][2])


def _scale(key):
    return 1e5 / PLACES[key][6] if PLACES[key][6] else 1.0


def _interval(key, year):
    """A middle and ends that a count leaves, for the look of it."""
    count = PLACES[key][5].get(year)
    if count is None:
        return None
    width = 2 * max(count, 1) ** 0.5
    return [_scale(key) * it for it in (count + 0.5, max(count - width, 0.2), count + width + 1)]


def _columns(names, values):
    return dict(zip(names, values or [None] * len(names), strict=True))


RISK, EXPECTED = ("risk", "risk_lower", "risk_upper"), ("expected", "expected_lower", "expected_upper")


def _years(key):
    counts, people = PLACES[key][5:]
    for year in range(min(counts), max(counts) + 1):
        count, found = counts.get(year), _interval(key, year)
        rate = [_scale(key) * count, *found[1:]] if people and found else None
        yield {
            "key": key, "year": year, "homicides": count, "population": people if found else None,
            **_columns(("rate", "rate_lower", "rate_upper"), rate),
            **_columns(RISK, found if people else None), **_columns(EXPECTED, None if people else found),
            "note": "doubted by specialists; differs between releases" if (key, year) == ("SLV", 2015) else None,
        }  # fmt: skip


def _now(key):
    counts, people = PLACES[key][5:]
    peers = [it for it in PLACES if _fit(it) == _fit(key)]
    found = _interval(key, max(counts))
    level = {it: _interval(it, max(PLACES[it][5])) for it in peers}
    ranks = [
        1 + sum(level[it][0] > found[0] for it in peers),
        1 + sum(level[it][1] > found[2] for it in peers),
        sum(level[it][2] >= found[1] for it in peers),
        len(peers),
    ]
    names = ("rank", "rank_lower", "rank_upper", "ranked")
    following = [found[0], found[1] * 0.8, found[2] * 1.2]
    return {
        "key": key, "year": max(max(PLACES[it][5]) for it in peers),
        **_columns(RISK, found if people else None), **_columns(EXPECTED, None if people else found),
        **_columns(names, ranks if people else None),
        **_columns(("next_risk", "next_lower", "next_upper"), following if people else None),
        **_columns(("next_expected", "next_expected_lower", "next_expected_upper"), None if people else following),
    }  # fmt: skip


def _changes(key):
    counts = PLACES[key][5]
    last = max(counts)
    for number, year in enumerate(sorted(counts)[:-1]):
        now, before = _interval(key, last), _interval(key, year)
        ends = [
            100 * (one / other - 1) for one, other in ((now[0], before[0]), (now[1], before[2]), (now[2], before[1]))
        ]
        yield {
            "key": key, "since": year, "until": last,
            **_columns(("change_percent", "lower", "upper"), ends),
            "probability_of_rise": 0.5, "more_than_chance": ends[1] > 0 or ends[2] < 0, "base": number == 0,
            "across_break": PLACES[key][2] == "COL" and PLACES[key][1] != "country" and year < 2018 <= last,
        }  # fmt: skip
