"""What an interval leaves open is asserted nowhere, and records for search engines keep the rules of their readers.

What the reader would lose: a page that calls a statement wrong where the tables cannot tell.
"""

import json
import re
from html import unescape

import jsonschema
import pytest

from citizen_security.claims.ledger import headline
from citizen_security.claims.ledger.judged_claims import choices_table, ledger_table
from citizen_security.claims.ledger.parameters import Ledger
from citizen_security.claims.ledger.since_release import with_changes
from citizen_security.claims.ledger.stricter_and_looser import verdicts_by_rule
from citizen_security.claims.ledger.traces import traced_claims
from citizen_security.figures.claims import claims_page as page
from citizen_security.figures.claims import ledger as figures
from citizen_security.methods.verdicts import grid
from citizen_security.methods.verdicts.regions import Region, Tolerances
from citizen_security.tables import catalog

ADDRESS = "https://example.org/book/"
SETTINGS = {"tolerances": Tolerances(), "smallest_effect": 1.0}
SETTLED = ("holds", "does not hold", "internally inconsistent", "outdated")
ASSERTS = re.compile(
    r"\b(true|false|right|wrong|correct|incorrect|myths?|"
    r"(dis)?prov(es?|ed|en)|debunk\w*|confirm\w*|refut\w*|verified|falsif\w*)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def made(tables, found):
    """What the page is made of."""
    return make(tables, found)


def make(tables, found):
    ledger = ledger_table(tables["claims"], tables["claim_rules"], found, **SETTINGS)
    ledger = with_changes(ledger, tables["released_verdicts"])
    return ledger, choices_table(found, **SETTINGS), verdicts_by_rule(found, Ledger.from_values({}))


def sections_of(made) -> dict[str, str]:
    """Text of each claim on the page, without its statement, which tells what a document says, and without code."""
    folders = {it["name"]: it["path"].split("/")[0] for it in catalog.package()["resources"]}
    html = page.claims_page(*made, catalog.describe("claims")["documents"], ADDRESS, folders, {"BRA": "Brazil"})
    html = re.sub(r"<code>.*?</code>", "", html)
    found = re.findall(r'<section class="claim[^"]*" id="(\w+)".*?</h3>(.*?)</section>', html)
    labels = {key.upper(): " ".join(re.findall(r'aria-label="([^"]*)"', text)) for key, text in found}
    return {key.upper(): unescape(f"{labels[key.upper()]} {re.sub('<[^>]*>', ' ', text)}") for key, text in found}


def left_open(made) -> set[str]:
    """Claims that are undecided, or whose main interval lies across an end, by the numbers of the ledger alone."""
    ledger, choices, _ = made
    mains = choices[choices["is_main"]].set_index("claim_id")
    across = mains[mains["position"] == "straddles"].index
    return {*ledger.loc[ledger["verdict"] == "undecided", "claim_id"], *across}


def asserting(made) -> dict[str, str]:
    # A warning of a wrong base is about the base, and not about the claim.
    texts = {key: text.replace("wrong base", "base") for key, text in sections_of(made).items()}
    return {key: hit[0] for key in left_open(made) if (hit := ASSERTS.search(texts[key]))}


def test_no_claim_that_is_left_open_is_called_true_or_false(made):
    assert len(left_open(made)) > 10
    assert asserting(made) == {}


def test_an_interval_across_an_end_settles_nothing(made):
    ledger = made[0]
    # The rule of a coefficient looks at the claimed value, and not at the ends alone.
    plain = ledger[(ledger["type"] != "coefficient") & ledger["value"].notna()]
    across = [
        row["claim_id"]
        for row in plain.to_dict("records")
        if any(row["low"] < row[end] < row["high"] for end in ("region_low", "region_high"))
    ]
    assert across
    assert set(plain.set_index("claim_id")["verdict"][across]).isdisjoint(SETTLED)


def test_a_way_that_is_across_an_end_says_that_it_leaves_it_open(made):
    texts = sections_of(made)
    for row in made[1].query("position == 'straddles'").to_dict("records"):
        said = re.search(
            rf"{re.escape(row['label'])}: [^(]*(?:\([^)]* to [^)]*\))?, ([^(]*) \(", texts[row["claim_id"]]
        )
        assert said, row["label"]
        assert said[1].strip() == "leaves it open"


def test_sentences_and_titles_assert_nothing(made, tables):
    ledger, choices, by_rule = made
    released = tables["released_verdicts"]
    values = headline.ledger_values(ledger, choices, "The claims are those of this compendium.")
    values += headline.rules_values(by_rule)
    values += headline.beside_values(ledger, released, traced_claims(tables["claim_traces"], ledger))
    texts = [str(value.value) for value in values]
    texts += [figures.title_verdicts(ledger), figures.title_choices(choices)]
    # The one place that names the word says what a verdict is not.
    spoken = " ".join(texts).replace("Untested is not false", "")
    assert not ASSERTS.search(spoken)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda patch: patch.setitem(page.LIES, "straddles", "is wrong"), "wrong"),
        (lambda patch: patch.setitem(grid.SAY, "straddles", ("refutes {it}", "refute {it}")), "refutes"),
        (lambda patch: patch.setitem(page.FIDELITY, "not_traced", "Debunked."), "Debunked"),
        (lambda patch: patch.setattr(page, "rule_in_words", lambda row: "The claim is true."), "true"),
    ],
    ids=["a way of measuring", "the reasons", "the fidelity", "the rule"],
)
def test_the_scan_notices_a_wording_that_asserts(tables, found, monkeypatch, change, word):
    change(monkeypatch)
    assert word in set(asserting(make(tables, found)).values())


def test_the_scan_notices_an_engine_that_settles_what_is_open(tables, found, monkeypatch):
    before = make(tables, found)[0].set_index("claim_id")["verdict"]
    genuine = Region.position
    monkeypatch.setattr(
        Region, "position", lambda self, it: "inside" if genuine(self, it) == "straddles" else genuine(self, it)
    )
    after = make(tables, found)[0].set_index("claim_id")["verdict"]
    turned = before.index[(before == "undecided") & after.isin(["holds", "holds in part"])]
    assert len(turned)
    with pytest.raises(AssertionError):
        test_an_interval_across_an_end_settles_nothing(make(tables, found))


# --- ClaimReview ------------------------------------------------------------------------------------------------------

TEXT = {"type": "string", "minLength": 1, "pattern": r"\S"}
URL = {"type": "string", "pattern": r"^https://[a-z0-9.-]+/\S*#c\d{3}$"}
# ISO 8601: a day, or of a document its year.
DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "format": "date"}
WHEN = {"type": "string", "pattern": r"^\d{4}(-\d{2}-\d{2})?$"}


def thing(kind: str, required: list[str], **properties) -> dict:
    """Schema of a type of schema.org: nothing that it does not know, and all that must be there."""
    return {
        "type": "object",
        "properties": {"@type": {"const": kind}, **properties},
        "required": ["@type", *required],
        "additionalProperties": False,
    }


# What schema.org gives these types, and of it what Google's guide to ClaimReview requires (claimReviewed, reviewRating
# with alternateName, url) and recommends (author with its url, itemReviewed with appearance and datePublished). With a
# ratingValue there would have to be bestRating and worstRating; a verdict is no number on a scale, so all three are
# left out.
REVIEW = thing(
    "ClaimReview",
    ["claimReviewed", "reviewRating", "url", "author", "itemReviewed", "datePublished", "@context"],
    **{"@context": {"const": "https://schema.org"}},
    url=URL,
    datePublished=DAY,
    claimReviewed=TEXT,
    author=thing("Organization", ["name", "url"], name=TEXT, url={"type": "string", "pattern": "^https://"}),
    itemReviewed=thing(
        "Claim",
        ["appearance"],
        datePublished=WHEN,
        appearance=thing("CreativeWork", ["name"], name=TEXT, datePublished=WHEN),
    ),
    reviewRating=thing(
        "Rating",
        ["alternateName", "ratingExplanation"],
        alternateName={"enum": list(figures.TESTED)},
        ratingExplanation=TEXT,
    ),
)
VALIDATOR = jsonschema.Draft202012Validator(REVIEW, format_checker=jsonschema.FormatChecker())


@pytest.fixture(scope="module")
def reviews(made):
    folders = {it["name"]: it["path"].split("/")[0] for it in catalog.package()["resources"]}
    html = page.claims_page(*made, catalog.describe("claims")["documents"], ADDRESS, folders, {"BRA": "Brazil"})
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])


def test_every_record_is_valid(reviews):
    wrong = [f"{it['url']}: {error.message}" for it in reviews for error in VALIDATOR.iter_errors(it)]
    assert wrong == []


def test_every_tested_claim_has_one_record_under_an_address_of_its_own(reviews, made):
    tested = made[0][made[0]["verdict"].isin(figures.TESTED)]
    assert [it["url"] for it in reviews] == [f"{ADDRESS}{page.PAGE}#{key.lower()}" for key in tested["claim_id"]]
    assert [it["reviewRating"]["alternateName"] for it in reviews] == tested["verdict"].tolist()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda it: it.pop("claimReviewed"),
        lambda it: it.pop("url"),
        lambda it: it["reviewRating"].pop("alternateName"),
        lambda it: it["reviewRating"].update(alternateName="true"),
        lambda it: it["reviewRating"].update(ratingValue=5),
        lambda it: it["itemReviewed"].pop("appearance"),
        lambda it: it.update(url="#c001"),
        lambda it: it.update(datePublished="2026-13-01"),
        lambda it: it.update(verdict="holds"),
    ],
)
def test_the_rules_of_records_refuse_what_breaks_them(reviews, spoil):
    record = json.loads(json.dumps(reviews[0]))
    spoil(record)
    assert not VALIDATOR.is_valid(record)
