"""Pictures of the cut-off and of pairs say in their titles what their frames say."""

import numpy as np
import pandas as pd

from citizen_security.figures.cities.list_cut_off import plot_country_levels, plot_simulated_bias


def levels():
    frame = pd.DataFrame({"country": ["Honduras", "Brazil", "Jamaica"], "cities": [3, 25, 1]})
    for name, rates in {"rate_without": [80.0, 55, 51], "rate_with": [60.0, 25, 19]}.items():
        values = np.array(rates)
        frame[f"{name}_lower"], frame[name], frame[f"{name}_upper"] = values / 2, values, values * 1.5
    return frame.assign(change_percent=[-25.0, -54.5, -62.7])


def test_each_country_has_a_row_with_its_number_of_listed_cities():
    figure = plot_country_levels(levels(), cut_off=42.4, credible_level=0.9)
    figure.canvas.draw()
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Honduras (3)", "Brazil (25)", "Jamaica (1)"]
    assert "54% lower (90% intervals)" in figure.get_suptitle()


def test_the_title_turns_with_the_finding():
    figure = plot_country_levels(levels().assign(change_percent=[1.0, 3.0, 8.0]), cut_off=42.4, credible_level=0.95)
    assert "3% higher" in figure.get_suptitle()


def test_simulated_errors_are_titled_by_their_means():
    errors = pd.DataFrame({"model": ["without the rule", "with the rule"] * 2, "bias": [0.9, 0.0, 1.1, 0.1]})
    summary = pd.DataFrame(
        {"bias": [1.0, 0.05], "bias_lower": [0.8, -0.1], "bias_upper": [1.2, 0.2], "covered": [0.2, 0.94]},
        index=["without the rule", "with the rule"],
    )
    figure = plot_simulated_bias(errors, summary)
    figure.canvas.draw()
    assert figure.get_suptitle() == "Country rates come out at 2.72 times the truth without the rule, 1.05 with it"
    # The axis shows the ratios of the title: e² is 7.4 times the truth.
    assert figure.axes[0].xaxis.get_major_formatter()(2.0, 0) == "7.4"
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["without the rule\n(20% of intervals hold)", "with the rule\n(94% of intervals hold)"]


def test_the_title_names_the_countries_where_there_is_no_middle_one():
    one, two = levels()[:1], levels()[:2]
    titles = [plot_country_levels(each, cut_off=42.4, credible_level=0.9).get_suptitle() for each in (one, two)]
    assert "in the model Honduras is 25% lower" in titles[0]
    # Half of 25 and 54.5.
    assert "in the model Honduras and Brazil are 40% lower on average" in titles[1]
    alike = plot_country_levels(levels().assign(change_percent=-0.2), cut_off=42.4, credible_level=0.9)
    assert "the middle country is as high" in alike.get_suptitle()


def test_a_cut_off_that_cannot_be_drawn_is_not_in_the_legend():
    shown = {
        cut_off: len(
            plot_country_levels(levels(), cut_off=cut_off, credible_level=0.9).axes[0].get_legend().get_texts()
        )
        for cut_off in (0.0, 42.4)
    }
    assert shown == {0.0: 2, 42.4: 3}
