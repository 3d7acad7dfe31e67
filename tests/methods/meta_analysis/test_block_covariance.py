"""Covariances kept study by study are those of the whole matrix."""

import numpy as np
import pytest

from citizen_security.methods.meta_analysis.block_covariance import (
    Blocks,
    blocks_of,
    correlated_blocks,
    rows_by_cluster,
)

STUDY = ["b", "a", "b", "a", "c", "b"]
VARIANCE = np.array([0.04, 0.01, 0.09, 0.16, 0.25, 0.01])


def test_effects_of_one_study_share_what_is_between_studies_and_their_sampling_errors_correlate():
    found = correlated_blocks(VARIANCE, STUDY, correlation=0.6, between_studies=0.2, within_studies=0.05).dense()
    errors = np.sqrt(VARIANCE)
    for i in range(6):
        for j in range(6):
            same = STUDY[i] == STUDY[j]
            expected = VARIANCE[i] + 0.25 if i == j else same * (0.2 + 0.6 * errors[i] * errors[j])
            assert found[i, j] == pytest.approx(expected)


def test_it_is_the_matrix_that_metafor_prints():
    # vcalc(vi, cluster, obs, rho = 0.6) of the second study of dat.assink2016, in metadat's manual.
    found = correlated_blocks([0.0115, 0.0076, 0.0065], [2, 2, 2], correlation=0.6).dense()
    printed = [[0.0115, 0.0056, 0.0052], [0.0056, 0.0076, 0.0042], [0.0052, 0.0042, 0.0065]]
    assert found == pytest.approx(np.array(printed), abs=6e-5)


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e3])
def test_effects_that_all_but_follow_from_each_other_are_refused_in_any_unit(unit):
    variance = unit * np.array([0.04, 0.05, 0.3])
    with pytest.raises(ValueError, match="follow from each other"):
        correlated_blocks(variance, ["a", "a", "b"], correlation=1 - 1e-12)
    apart = correlated_blocks(variance, ["a", "a", "b"], correlation=1 - 1e-9)
    assert apart.dense()[0, 1] == pytest.approx(unit * np.sqrt(0.04 * 0.05))


def test_rows_are_in_the_order_of_the_keys():
    assert [rows.tolist() for rows in rows_by_cluster(STUDY)] == [[1, 3], [0, 2, 5], [4]]


@pytest.mark.parametrize("form", ["variances", "matrix", "blocks"])
def test_every_form_of_a_covariance_is_the_same(form):
    blocks = correlated_blocks(VARIANCE, STUDY, correlation=0.0 if form == "variances" else 0.5)
    given = {"variances": VARIANCE, "matrix": blocks.dense(), "blocks": blocks}[form]
    assert blocks_of(given, STUDY).dense() == pytest.approx(blocks.dense())


def test_a_matrix_that_is_not_symmetric_is_refused():
    matrix = correlated_blocks(VARIANCE, STUDY, correlation=0.5).dense()
    matrix[1, 3] *= 2
    with pytest.raises(ValueError, match="not symmetric"):
        blocks_of(matrix, STUDY)


def test_a_matrix_with_entries_between_clusters_is_refused():
    matrix = correlated_blocks(VARIANCE, STUDY, correlation=0.5).dense()
    matrix[0, 1] = matrix[1, 0] = 0.001
    with pytest.raises(ValueError, match="between clusters"):
        blocks_of(matrix, STUDY)


def test_blocks_of_other_clusters_are_refused():
    blocks = correlated_blocks(VARIANCE, STUDY, correlation=0.5)
    with pytest.raises(ValueError, match="block for each cluster"):
        blocks_of(blocks, ["a", "a", "b", "b", "c", "c"])
    cut = Blocks(blocks.rows[1:], blocks.blocks[1:])
    with pytest.raises(ValueError, match="block for each cluster"):
        blocks_of(cut, STUDY)


@pytest.mark.parametrize("between", [0.0, 0.1])
def test_a_correlation_of_one_that_leaves_effects_nothing_of_their_own_is_refused_by_its_name(between):
    with pytest.raises(ValueError, match=r"correlation = 1 .* at ρ = 1"):
        correlated_blocks(VARIANCE, STUDY, correlation=1, between_studies=between)
    # With a variance of their own, or one effect a cluster, nothing follows from anything.
    wide = correlated_blocks(VARIANCE, STUDY, correlation=1, between_studies=between, within_studies=0.05).dense()
    assert wide[0, 2] == pytest.approx(between + 0.2 * 0.3)
    alone = correlated_blocks(VARIANCE, list("abcdef"), correlation=1, between_studies=between).dense()
    assert np.diag(alone) == pytest.approx(VARIANCE + between)


@pytest.mark.parametrize(
    "wrong", [{"correlation": 1.2}, {"between_studies": -0.1}, {"within_studies": -0.1}, {"cluster": ["a"]}]
)
def test_what_is_no_variance_or_correlation_is_refused(wrong):
    arguments = {"variance": VARIANCE, "cluster": STUDY, "correlation": 0.5, **wrong}
    with pytest.raises(ValueError, match=r"Allowed"):
        correlated_blocks(**arguments)
