"""Overall judgements follow the tools' rules, what is judged in part is refused, and shares add up."""

import pandas as pd
import pytest

from citizen_security.evidence.studies import risk_of_bias
from citizen_security.tables import catalog

DOMAINS = pd.DataFrame(
    [
        (f"{tool}_{letter}", tool, 10 * place, letter.upper())
        for tool in ("rob2", "robins_i")
        for place, letter in enumerate("abc", start=1)
    ],
    columns=["domain", "tool", "position", "label"],
)


def studies(*keys, printed=()):
    rows = [(key, "primary", None) for key in keys] + [(key, "primary", "review") for key in printed]
    frame = pd.DataFrame([*rows, ("review", "review", None)], columns=["study_id", "kind", "pooled_in"])
    return frame.assign(authors="One, Two", title="A title", year=2020)


def rows(**given):
    """Judgements in the order of the domains; the tool is told by the key's first letter."""
    found = []
    for study, judgements in given.items():
        tool = "rob2" if study.startswith("trial") else "robins_i"
        found += [(study, f"{tool}_{letter}", it, "why") for letter, it in zip("abc", judgements, strict=False)]
    return pd.DataFrame(found, columns=["study_id", "domain", "judgement", "reason"])


def overall_of(study, judgements):
    return risk_of_bias.overall(risk_of_bias.judged(rows(**{study: judgements}), DOMAINS, studies(study)))[study]


@pytest.mark.parametrize(
    ("study", "judgements", "expected"),
    [
        ("trial", ("low", "low", "low"), "low"),
        ("trial", ("low", "no_information", "low"), "some_concerns"),
        ("trial", ("low", "some_concerns", "no_information"), "some_concerns"),
        ("trial", ("high", "no_information", "low"), "high"),
        ("trial", ("some_concerns", "high", "low"), "high"),
        ("other", ("low", "moderate", "low"), "moderate"),
        ("other", ("low", "low", "low"), "low"),
        ("other", ("moderate", "no_information", "low"), "no_information"),
        ("other", ("serious", "no_information", "low"), "serious"),
        ("other", ("serious", "critical", "no_information"), "critical"),
        ("other", ("no_information", "no_information", "no_information"), "no_information"),
        ("trial", ("no_information", "no_information", "no_information"), "no_information"),
    ],
)
def test_the_overall_judgement_follows_the_rule_of_the_tool(study, judgements, expected):
    assert overall_of(study, judgements) == expected


def test_all_problems_of_all_studies_are_told_at_once():
    given = pd.concat(
        [
            rows(other=("low", "high", "low"), trial=("low", "low"), stranger=("low", "low", "low")),
            rows(other2=("low", "low", "low")).replace("robins_i_c", "rob2_c"),
            rows(other3=("low", "low", "low")).replace("robins_i_b", "robins_i_a"),
            rows(other4=("low", "low", "low")).replace("robins_i_b", "robins_i_x"),
        ]
    )
    known = studies("other", "trial", "other2", "other3", "other4", printed=("stranger",))
    with pytest.raises(risk_of_bias.MalformedJudgements) as refused:
        risk_of_bias.judged(given, DOMAINS, known)
    words = str(refused.value)
    for told in (
        "row 3 (study_id=other, domain=robins_i_b): 'high' is no judgement of ROBINS-I. Allowed: low, moderate",
        "study 'trial' has no judgement of rob2_c",
        "study 'stranger' is judged, and is no evaluation",
        "study 'other2' is judged by rob2 and robins_i",
        "study 'other3' has no judgement of robins_i_b",
        "rows 13 to 14: study 'other3' has two judgements of robins_i_a",
        "study 'other4' is judged in robins_i_x, which is no domain",
    ):
        assert told in words
    assert len(refused.value.problems) == 7
    tables = {"risk_of_bias": given, "bias_domains": DOMAINS, "studies": known}
    found = risk_of_bias.findings_of_tables(tables)
    assert tuple(it.sentence for it in found) == refused.value.problems
    assert {(it.table, it.is_error) for it in found} == {("risk_of_bias", True)}
    # One judgement has a place and a column; what is wrong with a study has neither, and compares its rows.
    assert [(it.columns, it.compares) for it in found if it.place] == [(("judgement",), False)]
    assert all(it.compares for it in found if not it.place)


def test_a_word_that_many_judgements_have_is_told_once_with_all_of_them():
    names = [f"s{number}" for number in range(30)]
    given = rows(**dict.fromkeys(names, ("low", "unclear", "low")))
    with pytest.raises(risk_of_bias.MalformedJudgements) as refused:
        risk_of_bias.judged(given, DOMAINS, studies(*names))
    (problem,) = refused.value.problems
    assert problem.startswith("judgement, in 30 rows: 'unclear' is no judgement of ROBINS-I. Allowed: low, moderate")
    assert "rows 3–90 every 3rd (study_id=s0, domain=robins_i_b to s29, robins_i_b)" in problem
    assert refused.value.sentences == refused.value.problems


def test_a_study_that_was_not_read_is_not_said_to_be_none():
    known = studies("other", "another")
    known.attrs["unread"] = {0: frozenset(("kind", "year"))}
    known.loc[0, "kind"] = None
    given = rows(other=("low", "low", "low"), another=("low", "low", "low"), nobody=("low", "low", "low"))
    tables = {"risk_of_bias": given, "bias_domains": DOMAINS, "studies": known}
    # Of a key that no study has the description tells.
    assert risk_of_bias.findings_of_tables(tables) == []
    known.attrs["unread"] = {}
    assert "study 'other' is judged" in risk_of_bias.findings_of_tables(tables)[0].sentence


def test_a_missing_cell_is_told_and_breaks_nothing():
    given = rows(other=("low", None, "low"), other2=("low", "low", "low"), other3=("low", "low", "low"))
    given.loc[given["study_id"] == "other2", "domain"] = ["robins_i_a", None, "robins_i_c"]
    given.loc[given["study_id"] == "other3", "study_id"] = [None, "other3", "other3"]
    twice = pd.concat([DOMAINS, DOMAINS.iloc[3:4]])
    tables = {"risk_of_bias": given, "bias_domains": twice, "studies": studies("other", "other2", "other3")}
    first, second, third = (it.sentence for it in risk_of_bias.findings_of_tables(tables))
    assert first.startswith("row 3 (study_id=other, domain=robins_i_b): no judgement is given. Allowed: low")
    assert second.startswith("row 6: study 'other2' is judged in an empty cell, which")
    assert third == "rows 9 to 10: study 'other3' has no judgement of robins_i_a"


def test_an_evaluation_that_nobody_judged_is_named_and_stops_nothing():
    known = studies("other", "new", "newer", printed=("p",))
    found = risk_of_bias.judged(rows(other=("low", "moderate", "low")), DOMAINS, known)
    assert risk_of_bias.unjudged(found, known) == ["new", "newer"]
    assert set(risk_of_bias.overall(found)) == {"other"}
    named = known.assign(authors=["One, Two", "Three", "Four, Five", "P", "R"], year=[2020, 2021, 2022, 2020, 2020])
    assert (
        "Two evaluations are not judged yet, and of unknown risk until then: Three (2021) and Four and others (2022)."
        in risk_of_bias.bias_sentence(found, named)
    )
    alone = known[known["study_id"].isin(["other", "p", "review"])]
    assert "not judged yet" not in risk_of_bias.bias_sentence(found, alone)


def test_shares_count_each_judgement_of_each_domain():
    found = risk_of_bias.judged(
        rows(other=("low", "moderate", "low"), other2=("critical", "moderate", "no_information")),
        DOMAINS,
        studies("other", "other2"),
    )
    shares = risk_of_bias.shares(found).set_index(["domain", "judgement"])
    assert (shares.groupby("domain")["studies"].sum() == 2).all()
    assert shares.loc[("robins_i_a", "low"), "studies"] == 1
    assert shares.loc[("robins_i_b", "moderate"), ["studies", "of"]].tolist() == [2, 2]
    assert shares.loc[("robins_i_c", "no_information"), "studies"] == 1
    assert list(shares.loc["robins_i_a"].index) == ["low", "moderate", "serious", "critical", "no_information"]


def test_a_risk_that_cannot_be_told_is_not_said_to_be_told():
    known = studies("other", "other2")
    found = risk_of_bias.judged(
        rows(other=("low", "moderate", "no_information"), other2=("critical", "moderate", "low")), DOMAINS, known
    )
    said = risk_of_bias.bias_sentence(found, known)
    assert "two studies is critical for one and not to be told from what was read for one." in said


def test_the_sentence_counts_studies_and_what_was_not_read():
    known = studies("other", "other2", "trial", printed=("p", "q"))
    found = risk_of_bias.judged(
        rows(
            trial=("low", "low", "high"),
            other=("low", "moderate", "low"),
            other2=("critical", "moderate", "no_information"),
        ),
        DOMAINS,
        known,
    )
    assert risk_of_bias.bias_sentence(found, known) == (
        "By RoB 2 the overall risk of one study is high. By ROBINS-I the overall risk of two studies is "
        "moderate for one and critical for one. Of 1 of 9 judgements of a domain nothing was read. Two studies that a "
        "review printed are not judged one by one."
    )


def test_a_study_is_called_by_its_first_author_or_its_title():
    frame = studies("a", "b", "c").assign(authors=["One, Two", "Alone", None, "R"], title="Many words " * 9)
    names = risk_of_bias.names(frame)
    assert (names["a"], names["b"]) == ("One and others (2020)", "Alone (2020)")
    assert names["c"].startswith("Many words")
    assert names["c"].endswith("… (2020)")
    assert len(names["c"]) < 75


def test_the_shipped_judgements_are_whole():
    table = catalog.load("studies")
    found = risk_of_bias.judged(catalog.load("risk_of_bias"), catalog.load("bias_domains"), table)
    assert set(risk_of_bias.overall(found)) == set(risk_of_bias.evaluations(table))
    assert not risk_of_bias.unjudged(found, table)
    # Random assignment is judged by RoB 2, and nothing else is.
    trials = set(found.loc[found["tool"] == "rob2", "study_id"])
    assert trials == set(table.loc[(table["maryland_level"] == 5) & table["pooled_in"].isna(), "study_id"]) | {
        "berkseligson2014"
    }


def test_studies_are_told_in_the_order_of_their_names():
    both = rows(zebra=["low"] * 3, ant=["low"] * 3)
    found = risk_of_bias.judged(both, DOMAINS, studies("zebra", "ant")).sort_values("study_id", ascending=False)
    assert list(risk_of_bias.overall(found)) == ["ant", "zebra"]
