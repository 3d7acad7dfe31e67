"""Facts of studies, as the tables have them."""

from citizen_security.programmes.trust_and_community_policing import published
from citizen_security.tables import catalog

FINDINGS = published.study_findings(
    catalog.load("studies"), catalog.load("interventions"), catalog.load("directions")
).set_index("study_id", drop=False)


def test_studies_of_policing_with_communities_alone():
    assert {"metaketa4", "garcia2013", "perezparra2025"} <= set(FINDINGS.index)
    assert "lindo2015" not in FINDINGS.index
    assert FINDINGS.loc["metaketa4", ["randomised", "on_trust", "direction"]].tolist() == [True, True, "not_beneficial"]
    assert not FINDINGS.loc["perezparra2025", "randomised"]
    assert not FINDINGS.loc["garcia2013", "on_trust"]
    assert FINDINGS["direction"].notna().all()
    assert FINDINGS["read_at"].notna().all()


def test_effects_favour_by_their_sign():
    effects = catalog.load("effects")
    found = published.printed_effects(effects, FINDINGS.reset_index(drop=True))
    assert len(found) == effects["study_id"].isin(FINDINGS.index).sum()
    trust = found[(found["study_id"] == "perezparra2025") & found["on_trust"]]
    assert trust["estimate"].tolist() == [12]
    turned = published.printed_effects(effects.assign(estimate=-effects["estimate"]), FINDINGS.reset_index(drop=True))
    assert (turned["favours"] == ~found["favours"]).all()


def test_an_interval_or_a_standard_error_counts():
    rows = catalog.load("effects")
    rows = rows[rows["study_id"] == "garcia2013"].head(3)
    rows = rows.assign(
        standard_error=[0.1, None, None], confidence_low=[None, -1.0, -1.0], confidence_high=[None, 1.0, None],
        effect_size=[0.1, 0.1, None], effect_size_standard_error=[0.1, None, 0.1],
    )  # fmt: skip
    found = published.printed_effects(rows, FINDINGS.reset_index(drop=True))
    assert found["has_interval"].tolist() == [True, True, False]
    assert found["poolable"].tolist() == [True, False, False]


def test_statements_stand_with_their_document():
    said = published.statements(catalog.load("claims"))
    assert "C078" in set(said["claim_id"])
    assert said["document"].notna().all()
