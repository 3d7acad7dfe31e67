"""Correlated and hierarchical effects with robust errors a second time: from the papers, by whole matrices.

Nothing of the package is used. Pustejovsky and Tipton (2022), Prevention Science 23: the working model. Pustejovsky and
Tipton (2018), Journal of Business & Economic Statistics 36(4): CR2, Satterthwaite's degrees of freedom, and HTZ, whose
η matches the total variance of the elements of the robust covariance to that of a Wishart matrix.
"""

from dataclasses import dataclass

import numpy as np
from numpy.linalg import cholesky, inv, norm, slogdet, solve, svd
from scipy.linalg import sqrtm
from scipy.special import betainc
from scipy.stats import t

# Singular values below this share of what they would be without a fit are of directions that it follows exactly.
NOTHING = 1e-6


@dataclass(frozen=True)
class Model:
    """Variances of the true effects between and within studies, and the covariance of the effects with them."""

    between: float
    within: float
    covariance: np.ndarray


@dataclass(frozen=True)
class Recomputed:
    """Coefficients with the model's errors and the robust ones; `adjustments` has A and the residuals' covariance."""

    coefficients: np.ndarray
    model_errors: np.ndarray
    covariance: np.ndarray
    errors: np.ndarray
    degrees: np.ndarray
    p_values: np.ndarray
    makers: list[np.ndarray]
    adjustments: list[tuple[np.ndarray, np.ndarray, np.ndarray]]
    working: np.ndarray

    def interval(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        half = t.ppf((1 + level) / 2, self.degrees) * self.errors
        return self.coefficients - half, self.coefficients + half

    def wider_interval(self, level: float, effects: int) -> tuple[float, float]:
        """Of the first coefficient, by the robust error or by the model's on effects less columns."""
        ends = self.interval(level)
        half = t.ppf((1 + level) / 2, effects - len(self.coefficients)) * self.model_errors[0]
        half = max(half, (ends[1][0] - ends[0][0]) / 2)
        return self.coefficients[0] - half, self.coefficients[0] + half


def correlated_and_hierarchical(effect, variance, study, design, rho) -> Model:
    """Restricted likelihood of all effects at once, its top by Newton's steps from the best of a grid."""
    same = np.equal.outer(study, study)
    errors = np.sqrt(variance)
    sampling = same * rho * np.outer(errors, errors)
    np.fill_diagonal(sampling, variance)
    parts = [same.astype(float), np.eye(len(effect))]

    def covariance(variances):
        return sampling + variances[0] * parts[0] + variances[1] * parts[1]

    def height(variances):
        weights = inv(covariance(variances))
        gram = design.T @ weights @ design
        left = effect - design @ solve(gram, design.T @ weights @ effect)
        return -(slogdet(covariance(variances))[1] + slogdet(gram)[1] + left @ weights @ left) / 2

    grid = np.concatenate([[0.0], np.var(effect) * np.geomspace(1e-3, 4, 9)])
    best = np.array(max(((one, other) for one in grid for other in grid), key=height))
    for _ in range(200):
        weights = inv(covariance(best))
        made = weights - weights @ design @ solve(design.T @ weights @ design, design.T @ weights)
        explained = made @ effect
        slope = np.array([explained @ part @ explained - np.trace(made @ part) for part in parts]) / 2
        information = np.array(
            [
                [np.trace(made @ one @ made @ other) / 2 for other in parts]
                for one in parts
            ]
        )  # fmt: skip
        observed = np.array([[explained @ one @ made @ other @ explained for other in parts] for one in parts])
        curvature = observed - information
        # Far from the top the likelihood may bend the other way; the expected information does not.
        if np.linalg.eigvalsh(curvature)[0] <= 0:
            curvature = information
        free = (best > 0) | (slope > 0)
        if not free.any():
            break
        step = np.zeros(2)
        step[free] = solve(curvature[np.ix_(free, free)], slope[free])
        length, here = 1.0, height(best)
        while length > 1e-6 and height(np.maximum(best + length * step, 0)) < here - 1e-12:
            length /= 2
        moved = np.maximum(best + length * step, 0)
        if np.abs(moved - best).max() < 1e-14:
            break
        best = moved
    return Model(float(best[0]), float(best[1]), covariance(best))


def cr2(effect, study, design, working) -> Recomputed:
    """Weights from the working covariance, errors from the residuals of each study, adjusted for their leverage."""
    weights = inv(working)
    bread = inv(design.T @ weights @ design)
    leaves = np.eye(len(effect)) - design @ bread @ design.T @ weights
    # D'D = Φ; A = D' (D R D')^(-1/2) D is the same for every such D: here the symmetric root, in the papers Cholesky's.
    makers, adjustments, everything = [], [], np.real(sqrtm(working))
    for key in np.unique(study):
        own = study == key
        root = np.real(sqrtm(working[np.ix_(own, own)]))
        left, values, _ = svd(root @ leaves[own] @ everything, full_matrices=False)
        kept = values > NOTHING * norm(root @ everything[own])
        adjustment = root @ (left[:, kept] / values[kept]) @ left[:, kept].T @ root
        makers.append(bread @ (design.T @ weights)[:, own] @ adjustment @ leaves[own])
        adjustments.append((adjustment, leaves[own] @ working @ leaves[own].T, working[np.ix_(own, own)]))
    coefficients = bread @ design.T @ weights @ effect
    covariance = sum(np.outer(maker @ effect, maker @ effect) for maker in makers)
    degrees = []
    for column in range(design.shape[1]):
        # The robust variance is a quadratic form of normal effects: eigenvalues tell its mean and its variance.
        form = sum(np.outer(maker[column], maker[column]) for maker in makers)
        found = np.linalg.eigvalsh(everything @ form @ everything)
        degrees.append(found.sum() ** 2 / (found**2).sum())
    errors, degrees = np.sqrt(np.diag(covariance)), np.array(degrees)
    # Both tails of t as the incomplete beta function.
    p_values = betainc(degrees / 2, 0.5, degrees / (degrees + (coefficients / errors) ** 2))
    return Recomputed(
        coefficients, np.sqrt(np.diag(bread)), covariance, errors, degrees, p_values, makers, adjustments, working
    )


def htz(fit: Recomputed, constraints) -> tuple[float, float, float]:
    """F, its second degrees of freedom and p of the approximate Hotelling test."""
    rows = [constraints @ maker for maker in fit.makers]
    expected = sum(row @ fit.working @ row.T for row in rows)
    # Any root will do, as the sum of variances of all elements is the same in every rotation.
    scaled = [solve(cholesky(expected), row) for row in rows]
    q, total = len(constraints), 0.0
    for one in range(q):
        for other in range(q):
            form = sum(np.outer(row[one], row[other]) for row in scaled)
            form = (form + form.T) / 2 @ fit.working
            total += 2 * np.trace(form @ form)
    eta = q * (q + 1) / total
    tested = constraints @ fit.coefficients
    wald = tested @ solve(constraints @ fit.covariance @ constraints.T, tested)
    second = eta - q + 1
    statistic = second / (eta * q) * wald
    return statistic, second, float(betainc(second / 2, q / 2, second / (second + q * statistic)))
