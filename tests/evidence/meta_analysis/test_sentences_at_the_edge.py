"""Sentences of the meta-analysis say at which level they judge, and nothing of what rounding leaves."""

import pandas as pd
import pytest

from citizen_security.evidence.meta_analysis.headline import influence_values
from citizen_security.evidence.meta_analysis.readings import heterogeneity_sentence
from citizen_security.methods.meta_analysis.pooling import pool


# Q is 2.74 on two degrees of freedom, p 0.25.
@pytest.mark.parametrize(("confidence", "said"), [(0.5, "explain at the 50% level"), (0.9, "shown at the 10% level")])
def test_cochran_s_test_names_the_level_it_is_judged_at(confidence, said):
    fit = pool([-0.4, -0.2, 0.1], [0.04, 0.05, 0.06], confidence_level=confidence)
    assert said in heterogeneity_sentence(fit)


@pytest.mark.parametrize(("parts", "said"), [([1e-31, 0.0], "no study adds to"), ([3.0, 1.0], "First (2020) adds")])
def test_the_share_of_a_study_in_a_q_of_nothing_is_not_told(parts, said):
    shares = pd.DataFrame({"label": ["First (2020)", "Second (2021)"], "heterogeneity": parts})
    text = influence_values(None, shares, "too few")[0].value
    assert said in text
    assert ("75%" in text) == (parts[0] > 1)
