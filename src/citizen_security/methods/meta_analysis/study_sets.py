"""Many sets of studies at once: the weighted sums that every estimator of a meta-analysis is made of.

A set may leave a study out, or hold it several times as a bootstrap does, so leave-one-out, cumulative, bootstrap and
all-subsets analyses are one call each. Nothing here is larger than sets × studies.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .. import require
from ..arrays import Flags, Floats
from .study_values import as_numbers, effects_and_variances, refuse_extreme_moderators

# A smallest eigenvalue of the correlations between the design's columns below this is collinearity, not rounding.
COLLINEAR = 1e-10

# Weighted squares of what a design leaves of effects, as a share of those of the effects, that rounding leaves alone.
# An effect has at most 1e6 of its errors (`study_values`): one error is a share of it whose square is more.
ROUNDING = 1e-18


class NotEnoughStudies(ValueError):
    """Fewer studies than the model needs."""


@dataclass(frozen=True, eq=False)
class StudySets:
    """Sets of studies that share a design.

    Attributes
    ----------
    effect, variance : numpy.ndarray, shape (sets or 1, studies)
        Effects and their sampling variances.
    design : numpy.ndarray, shape (studies, columns)
        Moderators with an intercept of their own.
    copies : numpy.ndarray, shape (sets or 1, studies)
        How often each set holds each study; 0 leaves it out.
    """

    effect: Floats
    variance: Floats
    design: Floats
    copies: Floats

    @cached_property
    def count(self) -> int:
        """Number of sets."""
        return max(len(self.effect), len(self.variance), len(self.copies))

    @cached_property
    def sizes(self) -> Floats:
        """Studies in each set, copies counted; shape (sets,)."""
        sizes: Floats = self.copies.sum(axis=1)
        return sizes if len(sizes) == self.count else np.broadcast_to(sizes, self.count)

    @cached_property
    def degrees_of_freedom(self) -> Floats:
        """Studies less columns of the design; shape (sets,)."""
        return np.asarray(self.sizes - self.design.shape[1])

    @cached_property
    def estimable(self) -> Flags:
        """Sets with more studies than columns, and columns that are not collinear; shape (sets,)."""
        enough = self.degrees_of_freedom >= 1
        if self.design.shape[1] == 1:
            # A column without a zero says something in every set that holds a study.
            return enough if self.design.all() else np.asarray(enough & (self.copies @ self.design[:, 0] ** 2 > 0))
        gram = self.gram(np.broadcast_to(self.copies, (self.count, self.copies.shape[1])))
        lengths = np.sqrt(np.einsum("bpp->bp", gram))
        filled = (lengths > 0).all(axis=1) & enough
        safe = np.where(lengths > 0, lengths, 1.0)
        smallest = np.linalg.eigvalsh(gram / safe[:, :, None] / safe[:, None, :])[:, 0]
        return np.asarray(filled & (smallest > COLLINEAR))

    @cached_property
    def with_equal_effects(self) -> "EqualEffects":
        """Sums of the regressions without a variance between studies, from which several formulas start."""
        if self.share_studies:
            return _sums_of_equal_effects(self)
        sums = weighted_sums(self, np.zeros(self.count))
        return EqualEffects(sums.total, sums.residual, sums.trace)

    @cached_property
    def follows_exactly(self) -> bool:
        """Whether the effects of a single set follow the design to the last digit, so that only rounding is left."""
        error = np.sqrt(self.variance[0])
        weighted, effects = self.design / error[:, None], self.effect[0] / error
        # By orthogonal columns: nearly collinear ones would leave the rounding of their inverse of equal effects.
        directions = np.linalg.qr(weighted)[0]
        left = effects - directions @ (directions.T @ effects)
        return bool(left @ left <= ROUNDING * (effects @ effects))

    @property
    def share_studies(self) -> bool:
        """Whether the sets are of the same effects and variances, with one column: short ways are open then."""
        return bool(len(self.effect) == len(self.variance) == self.design.shape[1] == 1)

    @cached_property
    def shared(self) -> tuple[float, Floats]:
        """Coefficient of the only column for all studies, and what weighted sums of shared studies are made of.

        One, and the products of the column and of what it leaves of the effects, shape (studies, 4): counted from the
        effects themselves, squares of nearly equal numbers would be subtracted.
        """
        column = self.design[:, 0]
        weighted = column / self.variance[0]
        centre = float((weighted @ self.effect[0]) / (weighted @ column))
        left = self.effect[0] - centre * column
        return centre, np.stack([np.ones_like(column), column**2, column * left, left**2], axis=1)

    @cached_property
    def _products(self) -> Floats:
        """Products of the design's columns, so that a weighted Gram matrix is one matrix product."""
        products: Floats = np.einsum("kp,kq->kpq", self.design, self.design).reshape(len(self.design), -1)
        return products

    def gram(self, weights: Floats) -> Floats:
        """Weighted sums of the products of the design's columns; weights (sets, studies) → (sets, columns, columns)."""
        columns = self.design.shape[1]
        return np.asarray((weights @ self._products).reshape(-1, columns, columns))

    def take(self, positions: Flags | npt.NDArray[np.int_] | slice) -> "StudySets":
        """Some of the sets."""
        return StudySets(
            effect=self.effect if len(self.effect) == 1 else self.effect[positions],
            variance=self.variance if len(self.variance) == 1 else self.variance[positions],
            design=self.design,
            copies=np.broadcast_to(self.copies, (self.count, self.copies.shape[1]))[positions],
        )


class WeightedSums(NamedTuple):
    """A weighted regression of each set, and the traces of its projection P (sets each).

    Attributes
    ----------
    coefficients : numpy.ndarray, shape (sets, columns)
    inverse : numpy.ndarray, shape (sets, columns, columns)
        (X'WX)⁻¹.
    total, total_squared : numpy.ndarray
        Sums of the weights and of their squares.
    residual : numpy.ndarray
        y'Py, the weighted sum of squared residuals.
    residual_squared, residual_cubed : numpy.ndarray
        y'PPy and y'PPPy.
    trace, trace_squared : numpy.ndarray
        tr(P) and tr(PP).
    """

    coefficients: Floats
    inverse: Floats
    total: Floats
    total_squared: Floats
    residual: Floats
    residual_squared: Floats
    residual_cubed: Floats
    trace: Floats
    trace_squared: Floats


class WeightedFit(NamedTuple):
    """What of `WeightedSums` a fit is read from.

    Attributes
    ----------
    coefficients : numpy.ndarray, shape (sets, columns)
    inverse : numpy.ndarray, shape (sets, columns, columns)
    residual : numpy.ndarray, shape (sets,)
    """

    coefficients: Floats
    inverse: Floats
    residual: Floats


class EqualEffects(NamedTuple):
    """What of `WeightedSums` is asked for without a variance between studies.

    Attributes
    ----------
    total, residual, trace : numpy.ndarray, shape (sets,)
    """

    total: Floats
    residual: Floats
    trace: Floats


def one_set(effect: npt.ArrayLike, variance: npt.ArrayLike, design: npt.ArrayLike | None = None) -> StudySets:
    """A single set that holds each study once.

    Raises
    ------
    NotEnoughStudies
        If there are no more studies than columns of the design.
    ValueError
        If shapes differ, a value is not finite, a variance is not above zero, sizes are beyond what can be weighed,
        or columns are collinear.
    """
    effects, variances = effects_and_variances(effect, variance)
    matrix = intercept(len(effects)) if design is None else as_numbers("design", design)
    _refuse(effects, matrix)
    if design is not None:
        refuse_extreme_moderators(matrix)
    sets = StudySets(effects[None], variances[None], matrix, np.ones((1, len(effects))))
    # An intercept alone is collinear with nothing.
    if design is not None and not sets.estimable[0]:
        raise ValueError(f"columns of the design are collinear; {_remedy(matrix)}.")
    return sets


def intercept(studies: int) -> Floats:
    """Design of a pooled effect without moderators, shape (studies, 1)."""
    return np.ones((studies, 1))


def weighted_sums(sets: StudySets, tau_squared: Floats) -> WeightedSums:
    """Regress each set's effects on the design, with weights 1 / (variance + τ²).

    Parameters
    ----------
    sets : StudySets
        Every one estimable.
    tau_squared : numpy.ndarray, shape (sets,)
    """
    if sets.share_studies:
        return _sums_of_shared_studies(sets, tau_squared)
    weights = 1 / (sets.variance + tau_squared[:, None])
    held = sets.copies * weights
    squared = held * weights
    inverse = invert(sets.gram(held))
    if sets.design.shape[1] == 1:
        return _sums_of_one_column(sets, weights, held, squared, inverse)
    middle = inverse @ sets.gram(squared)
    coefficients = np.einsum("bpq,bq->bp", inverse, (held * sets.effect) @ sets.design)
    residual = sets.effect - coefficients @ sets.design.T
    total, total_squared = held.sum(axis=1), squared.sum(axis=1)
    weighted = weights * residual
    moments = (held * weighted) @ sets.design
    return WeightedSums(
        coefficients=coefficients,
        inverse=inverse,
        total=total,
        total_squared=total_squared,
        residual=np.einsum("bk,bk->b", held * residual, residual),
        residual_squared=np.einsum("bk,bk->b", held * residual, weighted),
        residual_cubed=np.einsum("bk,bk->b", held * weighted, weighted)
        - np.einsum("bp,bpq,bq->b", moments, inverse, moments),
        trace=total - np.einsum("bpp->b", middle),
        trace_squared=total_squared
        - 2 * np.einsum("bpq,bqp->b", inverse, sets.gram(squared * weights))
        + np.einsum("bpq,bqp->b", middle, middle),
    )


def weighted_fit(sets: StudySets, tau_squared: Floats) -> WeightedFit:
    """The regression of `weighted_sums` without the traces of its projection, in half the time.

    Parameters
    ----------
    sets : StudySets
        Every one estimable.
    tau_squared : numpy.ndarray, shape (sets,)
    """
    if not sets.share_studies:
        sums = weighted_sums(sets, tau_squared)
        return WeightedFit(sums.coefficients, sums.inverse, sums.residual)
    centre, fixed = sets.shared
    gram, moment, square = fixed.T[1:] @ (sets.copies / (sets.variance + tau_squared[:, None])).T
    slope = moment / gram
    residual = np.maximum(square - slope * moment, 0.0)
    return WeightedFit((centre + slope)[:, None], (1 / gram)[:, None, None], residual)


def _sums_of_shared_studies(sets: StudySets, tau_squared: Floats) -> WeightedSums:
    """The same where the sets are of the same studies: every sum is of a power of the weights times fixed columns."""
    centre, fixed = sets.shared
    powers = np.empty((3, sets.count, len(fixed)))
    weights = 1 / (sets.variance + tau_squared[:, None])
    np.multiply(sets.copies, weights, out=powers[0])
    np.multiply(powers[0], weights, out=powers[1])
    np.multiply(powers[1], weights, out=powers[2])
    sums = (powers.reshape(-1, len(fixed)) @ fixed).reshape(3, sets.count, 4)
    total, gram, moment, square = sums.transpose(2, 0, 1)
    inverse = 1 / gram[0]
    slope = moment[0] * inverse
    left = moment - slope * gram
    leverage = gram[1] * inverse
    # Rounding could leave the squares of nothing below zero.
    residual, residual_squared, residual_cubed = np.maximum(square - slope * (moment + left), 0.0)
    return WeightedSums(
        coefficients=(centre + slope)[:, None],
        inverse=inverse[:, None, None],
        total=total[0],
        total_squared=total[1],
        residual=residual,
        residual_squared=residual_squared,
        residual_cubed=residual_cubed - inverse * left[1] ** 2,
        trace=total[0] - leverage,
        trace_squared=total[1] - 2 * inverse * gram[2] + leverage**2,
    )


def _sums_of_equal_effects(sets: StudySets) -> EqualEffects:
    """Without a variance between shared studies the weights are shared too, so that every sum is one product."""
    _, fixed = sets.shared
    weights = 1 / sets.variance[0]
    columns = np.empty((5, len(fixed)))
    np.multiply(fixed.T, weights, out=columns[:4])
    np.multiply(columns[1], weights, out=columns[4])
    total, gram, moment, square, squared = columns @ sets.copies.T
    return EqualEffects(total, np.maximum(square - moment**2 / gram, 0.0), total - squared / gram)


def _sums_of_one_column(
    sets: StudySets, weights: Floats, held: Floats, squared: Floats, inverse: Floats
) -> WeightedSums:
    """The same where the traces are ratios of sums: a third of the time, in the loop that everything waits for."""
    column = sets.design[:, 0]
    ones = np.ones_like(column)
    scale = inverse[:, 0, 0]
    coefficient = scale * ((held * sets.effect) @ column)
    residual = sets.effect - coefficient[:, None] * column
    weighted = held * residual
    twice = weights * weighted
    total, total_squared = held @ ones, squared @ ones
    leverage = scale * (squared @ column**2)
    return WeightedSums(
        coefficients=coefficient[:, None],
        inverse=inverse,
        total=total,
        total_squared=total_squared,
        residual=np.einsum("bk,bk->b", weighted, residual),
        residual_squared=np.einsum("bk,bk->b", twice, residual),
        residual_cubed=np.einsum("bk,bk->b", twice, weights * residual) - scale * (twice @ column) ** 2,
        trace=total - leverage,
        trace_squared=total_squared - 2 * scale * ((squared * weights) @ column**2) + leverage**2,
    )


def projection(weights: Floats, design: Floats) -> Floats:
    """P = W − WX(X'WX)⁻¹X'W of one set, shape (studies, studies)."""
    weighted = weights[:, None] * design
    return np.asarray(np.diag(weights) - weighted @ np.linalg.solve(design.T @ weighted, weighted.T))


def invert(matrices: Floats) -> Floats:
    """Inverses of small matrices; those of one or two columns, which are nearly all, in closed form."""
    columns = matrices.shape[-1]
    if columns == 1:
        return 1 / matrices
    if columns == 2:
        first, cross, second = matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 1, 1]
        adjugate = np.stack([second, -cross, -cross, first], axis=1).reshape(-1, 2, 2)
        return np.asarray(adjugate / (first * second - cross**2)[:, None, None])
    return np.linalg.inv(matrices)


def _remedy(design: Floats) -> str:
    """What to do about columns that are collinear: by their contents, or for their distance from zero alone."""
    lengths = np.linalg.norm(design, axis=0)
    if lengths.all() and np.linalg.matrix_rank(design / lengths) == design.shape[1]:
        return "take its mean from a moderator that lies far from zero, such as a year, before it is squared"
    return "leave out those that follow from the others"


def _refuse(effect: Floats, design: Floats) -> None:
    if design.ndim != 2 or len(design) != len(effect):
        raise ValueError(
            f"effect has shape {effect.shape} and design {design.shape}; give one row of the design for each study."
        )
    if (endless := ~np.isfinite(design).all(axis=1)).any():
        raise ValueError(f"a moderator is missing or infinite ({require.which(endless)}); drop that study first.")
    if len(effect) <= design.shape[1]:
        raise NotEnoughStudies(
            f"{len(effect)} studies for {design.shape[1]} coefficients; at least {design.shape[1] + 1} are needed."
        )
