"""Every published result is reproduced to the digit that was printed."""

from decimal import Decimal
from functools import cache

import numpy as np
import pandas as pd
import pytest
from methods.meta_analysis_data import REFERENCE, bcg, bcg_tables, bcg_trials, schools, teachers

from citizen_security.methods.meta_analysis.bayesian_pooling import MuPrior, TauPrior, pool_bayesian
from citizen_security.methods.meta_analysis.between_study_variance import between_study_variance
from citizen_security.methods.meta_analysis.cluster_robust import cluster_robust
from citizen_security.methods.meta_analysis.influence import cumulative, leave_one_out
from citizen_security.methods.meta_analysis.pooling import pool, q_profile_interval
from citizen_security.methods.meta_analysis.two_by_two import mantel_haenszel

# Fail-safe N belongs to the tests of vote counts, which consume these two.
ELSEWHERE = {("raudenbush_fsn", "Rosenthal_failsafe_N"), ("raudenbush_fsn", "Orwin_unweighted_target_0.05")}

ESTIMATORS = {
    "EE": "equal_effects",
    "ML": "maximum_likelihood",
    "REML": "restricted_maximum_likelihood",
    "DL": "dersimonian_laird",
    "HE": "hedges_olkin",
}

# metafor ends its Fisher scoring when τ² moves by less than 1e-5, which moves the vaccine trials' effects by up to this
# much; so of a value that is printed with more digits, the later ones are its own.
METAFOR_STOPS = 2.5e-6

# The same 1e-5 times how fast the teachers' z and prediction bounds change with τ²: 2.6 and 1.96 / (2 √(τ² + se²)).
LIKELIHOOD_STOPS = {"z": 2.6e-5, "pi_lb": 6.7e-5, "pi_ub": 6.7e-5}

# bayesmeta takes μ's posterior from a coarser grid of τ (its help: divergence below 0.01) than that of τ itself, and
# ends its search for the shortest interval six digits on.
BAYESMETA_GRID = {"mu_mean": 5e-4, "mu_sd": 4e-3, "tau_95upper": 5e-6}

ROWS = pd.read_csv(REFERENCE / "meta_analysis_reference.csv", dtype=str, keep_default_na=False)


def computed() -> dict[tuple[str, str, str], float]:
    """Every value of the reference that is computed here, by case, data set and quantity."""
    found = {}
    for case, dataset, values in (*bcg_cases(), *teacher_cases(), *school_cases()):
        found |= {(case, dataset, name): value for name, value in values.items()}
    return found


def bcg_cases():
    effect, variance = bcg()
    name = "dat.bcg log RR"
    reml = pool(effect, variance, test="normal")
    yield (
        "bcg_reml",
        name,
        {
            "tau2": reml.tau_squared,
            "se_tau2": reml.tau_squared_standard_error,
            "tau": np.sqrt(reml.tau_squared),
            "I2_pct": reml.i_squared,
            "pooled_logRR": reml.effect,
            "se_pooled": reml.standard_error,
            "pooled_RR": np.exp(reml.effect),
        },
    )
    moments = pool(effect, variance, estimator="dersimonian_laird", test="normal")
    profile = q_profile_interval(effect, variance)
    yield (
        "bcg_dl",
        name,
        {
            "tau2": moments.tau_squared,
            "pooled_logRR": moments.effect,
            "ci_lb": moments.interval[0],
            "ci_ub": moments.interval[1],
            "tau2_Qprofile_lb": profile[0],
            "tau2_Qprofile_ub": profile[1],
            "I2_pct": moments.i_squared,
            "H2": moments.h_squared,
        },
    )
    equal = pool(effect, variance, estimator="equal_effects", test="normal")
    yield "bcg_ee", name, {"pooled_logRR": equal.effect, "Q": equal.q, "z": equal.statistic[0]}
    odds, risk = (mantel_haenszel(bcg_tables(), measure).effect for measure in ("log_odds_ratio", "log_risk_ratio"))
    yield "bcg_mh", "dat.bcg", {"MH_logRR": risk, "MH_logOR": odds}
    without = leave_one_out(effect, variance, test="normal").iloc[0]
    yield "bcg_loo", name, {"leave1out_study1_est": without["effect"], "leave1out_study1_se": without["standard_error"]}
    steps = cumulative(effect, variance, bcg_trials()["year"], test="normal")["effect"]
    yield "bcg_cumul_year", name, {f"cumulative_{step + 1:02}": value for step, value in enumerate(steps)}
    working = variance + reml.tau_squared
    robust = {
        kind: cluster_robust(effect, np.arange(13), working, correction=kind).covariance[0, 0]
        for kind in ("CR0", "CR1")
    }
    yield "bcg_robust", name, {"robust_var_adjust_k/(k-p)": robust["CR1"], "robust_var_noadjust": robust["CR0"]}


def teacher_cases():
    effect, variance = teachers()
    for short, estimator in ESTIMATORS.items():
        for letter, test in (("z", "normal"), ("knha", "knapp_hartung_unfloored")):
            fit = pool(effect, variance, estimator=estimator, test=test)
            prediction = fit.prediction_interval(method="as_test")
            values = {
                "tau2": fit.tau_squared,
                "mu": fit.effect,
                "se": fit.standard_error,
                "z": fit.statistic[0],
                "ci_lb": fit.interval[0],
                "ci_ub": fit.interval[1],
                "pi_lb": prediction[0],
                "pi_ub": prediction[1],
                "Q": fit.q,
            }
            yield f"raudenbush_{short}_{letter}", "dat.raudenbush1985", values


def school_cases():
    effect, variance = schools()
    for words, tau_prior, mu_prior in (
        (
            "proper (mu N(0,50), tau half-Cauchy 25)",
            TauPrior("half_cauchy", 25),
            MuPrior("normal", 0, 50),
        ),
        ("uniform priors", TauPrior("uniform"), MuPrior()),
    ):
        found = pool_bayesian(effect, variance, tau_prior, mu_prior)
        mu, tau = found.mu(), found.tau_summary()
        values = {
            "mu_mean": mu.mean,
            "mu_sd": mu.standard_deviation,
            "tau_mean": tau.mean,
            "tau_sd": tau.standard_deviation,
            "tau_median": tau.median,
            "tau_95upper": tau.shortest[1],
        }
        yield "bayesmeta_8schools", f"Rubin1981 (8 schools), {words}", values


COMPUTED = cache(computed)


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS.to_dict("records") if (row["case_id"], row["quantity"]) not in ELSEWHERE],
    ids=lambda row: f"{row['case_id']}-{row['dataset'][-14:]}-{row['quantity']}",
)
def test_a_published_value_is_met_to_the_printed_digit(row):
    printed = Decimal(row["published_value"])
    rounding = 0.5 * 10.0 ** printed.as_tuple().exponent
    stops = LIKELIHOOD_STOPS.get(row["quantity"], 0) if "ML_" in row["case_id"] else 0
    allowed = max(rounding * (1 + 1e-6) + stops, METAFOR_STOPS, BAYESMETA_GRID.get(row["quantity"], 0))
    ours = COMPUTED()[row["case_id"], row["dataset"], row["quantity"]]
    assert ours == pytest.approx(float(printed), abs=allowed, rel=0)


def test_no_published_value_is_left_out():
    rows = {(row["case_id"], row["dataset"], row["quantity"]) for row in ROWS.to_dict("records")}
    missing = {(case, quantity) for case, _, quantity in rows - set(COMPUTED())}
    assert missing == ELSEWHERE
    assert len(rows) == len(ROWS), "a value is there twice"


def test_other_estimators_meet_what_metafor_prints_for_the_vaccine_trials():
    # Viechtbauer (2010), Journal of Statistical Software 36(3), and metafor's help pages print these to four digits.
    effect, variance = bcg()
    printed = {
        "dersimonian_laird": 0.3088,
        "hedges_olkin": 0.3286,
        "hunter_schmidt": 0.2284,
        "sidik_jonkman": 0.3455,
        "maximum_likelihood": 0.2800,
        "restricted_maximum_likelihood": 0.3132,
        "empirical_bayes": 0.3181,
        "paule_mandel": 0.3181,
    }
    found = {name: between_study_variance(effect, variance, estimator=name).tau_squared for name in printed}
    assert found == pytest.approx(printed, abs=5.1e-5)


def test_the_moderator_of_the_vaccine_trials_is_the_published_one():
    # Viechtbauer (2010), section 4.3: REML with absolute latitude; the intercept, slope, their errors and τ².
    effect, variance = bcg()
    latitude = bcg_trials()["absolute_latitude"].to_numpy(float)
    fit = pool(effect, variance, design=np.column_stack([np.ones(13), latitude]), test="normal")
    assert fit.coefficients == pytest.approx([0.2515, -0.0291], abs=5.1e-5)
    assert fit.standard_errors == pytest.approx([0.2491, 0.0072], abs=5.1e-5)
    assert (fit.tau_squared, fit.i_squared, fit.h_squared) == pytest.approx((0.0764, 68.39, 3.16), abs=5.1e-3)
    assert fit.q == pytest.approx(30.7331, abs=5.1e-5)
