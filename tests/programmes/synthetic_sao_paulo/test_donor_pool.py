"""The states that the printed means leave out are found, and found only where the means say so."""

import numpy as np

from citizen_security.programmes.synthetic_sao_paulo import donor_pool


def test_bahia_and_sergipe_alone_give_every_printed_mean(states, printed_results):
    found, tried = donor_pool.left_out(states, printed_results)
    assert found == [("BA", "SE")]
    # No state, each of 26, each pair of them.
    assert tried == 1 + 26 + 26 * 25 // 2


def test_no_set_of_three_gives_them_either(states, printed_results):
    assert donor_pool.left_out(states, printed_results, most=3)[0] == [("BA", "SE")]


def test_another_pair_is_found_from_its_own_means(states, printed_results):
    chosen = ["AC", "RJ"]
    figures = printed_results.copy()
    rows = figures["quantity"] == "sample_mean"
    means = donor_pool.predictor_means(states, 1999, list(figures.loc[rows, "item"])).drop(["SP", *chosen]).mean()
    decimals = figures.loc[rows, "decimals"].to_numpy()
    own = means[figures.loc[rows, "item"]].to_numpy()
    figures.loc[rows, "value"] = [np.round(value, places) for value, places in zip(own, decimals, strict=True)]
    assert donor_pool.left_out(states, figures)[0] == [("AC", "RJ")]


def test_every_mean_is_as_printed_and_none_is_with_all_donors(states, printed_results):
    means = donor_pool.means_beside_printed(states, printed_results, ("BA", "SE"))
    assert means["as_printed"].all()
    every = donor_pool.means_beside_printed(states, printed_results, ())
    assert not every["as_printed"].any()


def test_the_printed_lives_are_those_of_the_table_of_effects(printed_results):
    from citizen_security.tables import catalog

    (row,) = catalog.load("effects").query("effect_id == 'E057'").to_dict("records")
    assert donor_pool.printed_lives(printed_results) == row["estimate"]
