"""The battery finds what was put in, says why it cannot where it cannot, and its sentences follow any table."""

import re

import numpy as np
import pandas as pd
import pytest
from programmes.your_own_programme.tables import an_outcome, many_treated, one_treated

from citizen_security.figures.programmes import your_own_programme as figures
from citizen_security.methods.rates import ratio_interval
from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.placebo_leads import earlier_starts
from citizen_security.methods.synthetic_control.placebos import placebo_gaps, placebos_in_time
from citizen_security.programmes.your_own_programme import headline, one_unit, sentences
from citizen_security.programmes.your_own_programme.battery import battery
from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme
from citizen_security.programmes.your_own_programme.peaks import window_at_equal_moments, window_ranks
from citizen_security.programmes.your_own_programme.programme_panel import ProgrammePanel
from citizen_security.programmes.your_own_programme.source import load_source
from citizen_security.programmes.your_own_programme.uncounted import uncounted
from citizen_security.programmes.your_own_programme.verdicts import Answer, finding, in_plain_words


def put(table, folder, **changed):
    table.to_csv(folder / "mine.csv", index=False)
    parameters = YourOwnProgramme(path=str(folder / "mine.csv"), effort="quick", **changed)
    source = load_source(parameters, pd.DataFrame())
    return source, battery(ProgrammePanel.of(source.brought, parameters.scale), parameters), parameters


@pytest.fixture(scope="module")
def halved(tmp_path_factory):
    """One unit of thirty, halved from its start on."""
    return put(one_treated(units=30), tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def staggered(tmp_path_factory):
    """Eight of twelve units, each at its own quarter, cut to six tenths."""
    return put(many_treated(), tmp_path_factory.mktemp("many"), population_column="none", season=4)


@pytest.fixture(scope="module")
def raised(tmp_path_factory):
    """An outcome of one unit, raised by a half."""
    return put(
        an_outcome(), tmp_path_factory.mktemp("outcome"), count_column="none", outcome_column="outcome",
        population_column="none",
    )  # fmt: skip


def texts(found):
    return {value.name: value.value for value in headline.values(*found)}


def test_a_fall_that_was_put_in_is_found_by_designs_with_donors(halved):
    table = halved[1].verdicts.set_index("design")
    for name in ("difference_in_differences", "matched", "demeaned", "synthetic_difference_in_differences"):
        assert table.loc[name, "finding"] == "a fall"
        assert table.loc[name, "change"] == pytest.approx(-50, abs=6)
        assert table.loc[name, "floor"] == pytest.approx(1 / 30)
        assert table.loc[name, "lower"] <= table.loc[name, "change"] <= table.loc[name, "upper"] < 0
    assert table.loc["count_control", "change"] == pytest.approx(-50, abs=6)
    assert table.loc["equal_moments", "looks_at_peak"]


def test_before_and_after_is_the_exact_ratio_by_hand(halved):
    own = one_treated(units=30).query("unit == 'u0'")
    old, new = own.query("2004 <= time < 2008")["count"].sum(), own.query("time >= 2008")["count"].sum()
    row = halved[1].verdicts.set_index("design").loc["before_and_after"]
    assert row["change"] == pytest.approx(100 * (new / old - 1))
    ends = ratio_interval(old, new, 1.0, 1.0, 0.95)
    assert (row["lower"], row["upper"]) == pytest.approx(tuple(100 * (end - 1) for end in ends))


def test_its_sentences_name_the_unit_and_count_the_designs(halved):
    said = texts(halved)
    falls = (halved[1].verdicts["finding"] == "a fall").sum()
    assert "U0 is treated from 2008 on; never treated: 29 units" in said["table_sentence"]
    assert said["answer_sentence"].startswith("U0 changed by −")
    assert f"designs, {sentences.number_in_words(int(falls))} find a fall" in said["answer_sentence"]
    assert "as it should" in said["leads_sentence"] or "in doubt" in said["leads_sentence"]
    assert "finds a fall" in said["verdict"] or "find a fall" in said["verdict"]
    assert len(said["table_sha256"]) == 64


def test_many_staggered_units_are_found_by_each_design(staggered):
    table = staggered[1].verdicts.set_index("design")
    assert table.loc["poisson_imputation", "change"] == pytest.approx(-40, abs=5)
    for name in ("permuted_starts", "permuted_starts_counts"):
        assert table.loc[name, "finding"] == "a fall", name
        assert table.loc[name, "lower"] < table.loc[name, "change"] < table.loc[name, "upper"] < 0
    assert staggered[1].main == "permuted_starts_counts"
    assert table.loc["permuted_starts", "floor"] == pytest.approx(1 / 201)
    said = texts(staggered)
    assert "Eight units are treated from 2011 Q3 to 2013 Q2 on; never treated: four units" in said["table_sentence"]
    assert "population, which is taken for constant" in said["table_sentence"]
    assert "of 8 treated units" in said["peak_sentence"] or "the 8 treated units" in said["peak_sentence"]
    assert "are treated already" in said["floor_sentence"]


def test_errors_clustered_by_few_units_count_as_no_test(staggered):
    table = staggered[1].verdicts.set_index("design")
    clustered = ["two_way", "group_time", "imputation", "poisson_imputation"]
    assert set(table.loc[clustered, "finding"]) == {"too few treated for its error"}
    said = texts(staggered)
    assert "starts dealt anew (95% limits −" in said["answer_sentence"]
    assert "four have errors that few units make too small" in said["answer_sentence"]
    assert "With eight treated units and four units never treated" in said["floor_sentence"]
    # Without limits that hold, the path has none.
    assert staggered[1].path[["lower", "upper"]].isna().all(axis=None)
    assert figures.title_path(staggered[1].path, "x").endswith("without limits")


def test_an_outcome_without_counts_has_no_design_for_counts(raised):
    table = raised[1].verdicts.set_index("design")
    assert "count_control" not in table.index
    assert table.loc["demeaned", "change"] == pytest.approx(50, abs=4)
    said = texts(raised)
    assert "with an outcome that is taken as it stands" in said["table_sentence"]
    assert "U0 is treated from 2016-05 on" in said["table_sentence"]
    assert "no share of it makes it none" in said["uncounted_sentence"]


def test_a_design_that_cannot_be_computed_says_why(tmp_path):
    found = put(one_treated(units=5, start=2003), tmp_path)
    table = found[1].verdicts.set_index("design")
    assert table.loc["trend_bounds", "finding"] == "not possible"
    assert table.loc["trend_bounds", "reason"]
    assert table.loc["demeaned", "finding"] == "too few to tell"
    assert np.isinf(table.loc["demeaned", "upper"])
    said = texts(found)
    assert "cannot be computed: " in said["reasons_sentence"]
    assert "too few years lie before" in said["leads_sentence"].casefold()


def test_levels_are_in_percent_of_what_is_expected(tmp_path):
    table = one_treated(units=30)
    table.loc[3, "count"] = 0
    row = put(table, tmp_path, scale="level")[1].verdicts.set_index("design").loc["difference_in_differences"]
    own = table.assign(treated=table["unit"] == "u0", late=table["time"] >= 2008)
    means = own.groupby(["treated", "late"])["count"].mean() / 10
    effect = means[True, True] - means[True, False] - means[False, True] + means[False, False]
    assert row["change"] == pytest.approx(100 * effect / (means[True, True] - effect))


def level_panel(folder, **changed):
    """One unit of thirty on levels, far lower after the start than before it."""
    return put(one_treated(units=30, effect=0.1), folder, scale="level", **changed)


def test_a_percent_is_of_what_is_expected_in_the_same_cells(tmp_path):
    """Every design that looks at one span of periods has its base from that span, and from no other."""
    found = level_panel(tmp_path)
    panel = found[1].panel
    start, own = int(panel.starts[0]), panel.values[0]
    answer, moved = found[1].leads
    assert moved == 2
    gaps = placebo_gaps(panel.single(until=start, before=start - moved), "demeaned")[0, -moved:]
    expected = (own[start - moved : start] - gaps).mean()
    assert answer.change == pytest.approx(100 * gaps.mean() / expected)
    assert abs(answer.change) < 20
    soon = one_unit.soon_after(panel)
    assert soon < panel.periods - start
    table = found[1].verdicts.set_index("design")
    test = placebos_in_time(panel.single(), "demeaned", "mean_gap")
    for name in ("placebos_in_time", "placebos_in_space_and_time"):
        base = own[start : start + soon].mean() - test.treated
        assert table.loc[name, "change"] == pytest.approx(100 * test.treated / base), name


def test_moved_starts_of_several_units_have_the_base_of_their_own_cells(tmp_path):
    table = many_treated(effect=0.1)
    _, found, _ = put(table, tmp_path, population_column="none", scale="level")
    answer, moved = found.leads
    panel = found.panel
    times = np.arange(panel.periods) - panel.starts[:, None]
    # Of treated units alone: the last periods of the others are before no start.
    before = (times < 0) & (times >= -moved) & (panel.starts < panel.periods)[:, None]
    effect = float(
        imputation(earlier_starts(panel.staggered(), moved), "overall", "overall", moved).effects.estimate[0]
    )
    assert answer.change == pytest.approx(100 * effect / (panel.values[before].mean() - effect))


def test_no_sentence_has_a_number_that_is_none(tmp_path):
    """Few donors on levels, nothing after the start, an outcome around zero, and no change at all."""
    flat, gone = one_treated(), one_treated(effect=0.0)
    flat["count"] = 400
    around = many_treated().assign(outcome=lambda it: it["count"] - it["count"].mean()).drop(columns="count")
    brought = [
        (one_treated(), {"scale": "level"}),
        (gone, {"scale": "level"}),
        (flat, {}),
        (around, {
            "scale": "level", "count_column": "none", "population_column": "none", "outcome_column": "outcome",
        }),
    ]  # fmt: skip
    for table, changed in brought:
        found = put(table, tmp_path, **changed)
        for name, text in texts(found).items():
            assert not re.search(r"\b(inf|nan)\b|inf%|nan%", str(text)), (name, text)
        shown = found[1].verdicts[["change", "lower", "upper"]].map(sentences.cell, na_action="ignore")
        assert not shown.isin(["inf", "-inf"]).any(axis=None)


def test_ends_that_nothing_limits_are_words(tmp_path):
    panel = level_panel(tmp_path)[1].panel
    assert sentences.limits(-np.inf, np.inf, panel) == "rule out no change"
    assert sentences.limits(-20.0, np.inf, panel) == "−20% to no limit"
    assert sentences.limits(-np.inf, 20.0, panel) == "no limit to +20%"
    assert sentences.change(float("nan"), panel) == "no change that can be put in percent"
    assert (sentences.cell(-np.inf), sentences.cell(-3.0)) == ("no limit", "-3.00")


def test_an_outcome_around_zero_is_told_in_its_own_units(tmp_path):
    table = many_treated().assign(outcome=lambda it: it["count"] - it["count"].mean()).drop(columns="count")
    found = put(
        table, tmp_path, scale="level", count_column="none", population_column="none", outcome_column="outcome"
    )  # fmt: skip
    battery_found = found[1]
    assert battery_found.panel.in_units
    effect = float(imputation(battery_found.panel.staggered(), "overall", "overall").effects.estimate[0])
    row = battery_found.verdicts.set_index("design").loc["permuted_starts"]
    assert row["change"] == pytest.approx(effect)
    said = texts(found)
    assert "units of the outcome against" in said["answer_sentence"]
    assert "%" not in said["answer_sentence"].replace("95% limits", "")
    assert "units of the outcome" in said["uncounted_sentence"]
    figure = figures.plot_verdicts(battery_found.verdicts, in_units=True)
    assert "(units of the outcome)" in figure.axes[0].get_xlabel()
    low, high = figure.axes[0].get_xlim()
    assert low < battery_found.verdicts["change"].min() <= battery_found.verdicts["change"].max() < high


def test_placebos_that_overlap_describe_and_are_not_counted(halved):
    table = halved[1].verdicts.set_index("design")
    overlapping = table.loc[["placebos_in_time", "placebos_in_space_and_time"]]
    assert set(overlapping["finding"]) <= {"describes, no test", "too few to tell"}
    assert overlapping.loc["placebos_in_space_and_time", "finding"] == "describes, no test"
    least = table.loc[table["finding"] != "describes, no test", "floor"].min()
    assert f"{least:.2g}" in texts(halved)["floor_sentence"]
    assert f"{overlapping['floor'].min():.2g}" not in texts(halved)["floor_sentence"]
    assert "as placebos overlap" in texts(halved)["answer_sentence"]


def test_windows_that_do_not_fit_are_shortened_for_every_design(tmp_path):
    found = put(many_treated(), tmp_path, population_column="none", peak_window=12)
    ranks = found[1].ranks
    assert ranks["window"].min() < ranks["window"].max()
    assert f"windows of {ranks['window'].min()} to {ranks['window'].max()} quarters" in texts(found)["peak_sentence"]
    row = found[1].verdicts.set_index("design").loc["equal_moments"]
    assert not row["reason"]


@pytest.mark.parametrize(("before", "width"), [(3, 0), (4, 1), (7, 2), (20, 9), (40, 9)])
def test_half_of_the_periods_before_hold_two_windows(before, width):
    assert window_at_equal_moments(before, 9) == width


@pytest.mark.parametrize("design", ["interrupted_series", "trend_bounds", "placebos_in_time", "equal_moments"])
def test_a_reason_names_what_is_needed_and_the_next_run_accepts_it(design, tmp_path):
    """The table is made longer as the reason says, period by period, until the design can be computed."""
    needed = None
    for before in range(3, 14):
        found = put(one_treated(units=6, years=before + 4, start=2000 + before), tmp_path)
        row = found[1].verdicts.set_index("design").loc[design]
        if not row["reason"]:
            break
        assert row["reason"].startswith("it needs ")
        assert row["reason"].endswith("give earlier years")
        assert "Allowed" not in row["reason"]
        told = row["reason"].removeprefix("it needs ").split(" years before")[0]
        assert needed in (None, told)
        needed = told
    assert not row["reason"]
    assert needed == sentences.number_in_words(before)


def test_a_reason_asks_for_later_periods_where_these_lack(tmp_path):
    row = put(one_treated(start=2011), tmp_path)[1].verdicts.set_index("design").loc["interrupted_series"]
    assert row["reason"].endswith("the table has eleven years and one year; give later years")


def test_an_unknown_reason_keeps_its_remedy():
    error = ValueError("too few events. Allowed: events on both sides; take longer periods.")
    assert in_plain_words(error) == "too few events; it needs events on both sides; take longer periods"


def test_the_rank_of_the_last_window_is_that_by_hand(tmp_path):
    table = one_treated()
    table.loc[table["unit"] == "u0", "count"] = [10, 20, 90, 10, 10, 10, 40, 50, 9, 9, 9, 9]
    panel = put(table, tmp_path)[1].panel
    (row,) = window_ranks(panel, 2).to_dict("records")
    # Means before 2008: 15, 55, 50, 10, 10, 25 and 45.
    assert (row["rank"], row["windows"], row["start"]) == (3, 7, "2008")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(-20.0, -30.0, -5.0), "a fall"),
        (Answer(20.0, -3.0, 50.0), "no clear change"),
        (Answer(20.0, 5.0, 50.0, 0.3), "no clear change"),
        (Answer(20.0, p_value=0.05, floor=0.05), "a rise"),
        (Answer(-20.0, p_value=0.2, floor=0.2), "too few to tell"),
    ],
)
def test_a_finding_follows_the_p_value_and_else_the_interval(answer, expected):
    assert finding(answer, 0.05) == expected
    assert finding(answer, 0.05, "why") == "not possible"


def test_what_records_miss_moves_the_change_one_way():
    found = uncounted(-40.0, 0.25)
    assert (found.lower, found.upper) == pytest.approx((-40.0, -20.0))
    assert found.turning == pytest.approx(0.4)
    assert uncounted(20.0, 0.1).turning == pytest.approx(-0.2)


def test_places_from_the_top_are_named():
    assert [sentences.ordinal(rank) for rank in (1, 2, 4, 11, 21, 22, 113)] == [
        "highest", "second highest", "4th highest", "11th highest", "21st highest", "22nd highest", "113th highest",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["halved", "staggered", "raised"])
def test_titles_follow_the_table_and_pictures_draw(name, request):
    found = request.getfixturevalue(name)[1]
    who = sentences.subject(found)
    falls = int((found.verdicts["finding"] == "a fall").sum())
    title = figures.title_verdicts(found.verdicts)
    assert title.startswith(
        f"Of {len(found.verdicts)} designs, {sentences.number_in_words(falls) if falls else 'none'}"
    )
    assert who in figures.title_path(found.path, who)
    for figure in (
        figures.plot_path(found.path, who, 0.95),
        figures.plot_verdicts(found.verdicts),
        figures.plot_windows(found.windows, found.ranks),
    ):
        assert figure.axes[0].has_data()
