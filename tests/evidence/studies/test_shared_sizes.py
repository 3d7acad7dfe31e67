"""Groups of trials that are all of one size look capped."""

import pytest

from citizen_security.evidence.studies.row_findings import Row, rows_of
from citizen_security.evidence.studies.shared_sizes import CAPPED, size_findings
from citizen_security.tables import catalog


def found(*trials, review="review2005"):
    """Doubts about trials of a review, each given by the sizes of its treated and control groups."""
    effects, studies = [], []
    for number, (treated, control) in enumerate(trials):
        text = f"computed from public 2x2 counts: CBT rec/non 100/{treated - 100}, control rec/non 200/{control - 200}"
        effects.append(Row("effects", f"E{number}", 0, {"study_id": f"t{number}", "derivation": text}))
        studies.append(Row("studies", f"t{number}", 0, {"pooled_in": review}))
    return list(size_findings(effects, studies))


def test_three_trials_with_the_largest_group_of_one_size_are_doubted_once():
    (doubt,) = found((1500, 900), (600, 1500), (1500, 1500), (700, 800))
    assert (doubt.key, doubt.kind, doubt.is_error) == ("E0", CAPPED, False)
    assert doubt.given == (
        "four groups of the trials that review2005 printed have exactly 1,500 persons, and none has more: "
        "E0, E1 and E2, both groups of E2"
    )


@pytest.mark.parametrize(
    "trials",
    [
        [(1500, 900), (600, 1500)],  # two by chance
        [(1500, 900), (600, 1500), (1500, 700), (1501, 600)],  # one is larger: no cap
        [(300, 300), (300, 300), (300, 300)],  # small trials are planned with equal groups
    ],
)
def test_few_trials_a_larger_group_and_small_groups_are_no_cap(trials):
    assert found(*trials) == []


def test_trials_without_a_review_are_not_compared():
    assert found((1500, 900), (600, 1500), (1500, 700), review="") == []


def test_the_trials_of_cognitive_behavioural_therapy_are_doubted():
    (doubt,) = size_findings(*(rows_of(name, catalog.load(name)) for name in ("effects", "studies")))
    assert "eight groups" in doubt.given
    assert "exactly 1,500 persons" in doubt.given
