"""Who borders whom among the places of a panel, and the levels that neighbours have alike.

A place's level has two parts: one of its own, and one that it shares with its neighbours. The shared parts of a piece
of the map, in which every place can be reached from every other, differ little where places touch (intrinsic
autoregression); they are scaled so that they vary as much as the own parts do, whatever the map. The mean of a piece
varies as the mean of so many places does that share nothing, so that a piece of one place, an island, has a shared part
like an own one.

References
----------
Besag, York and Mollié (1991), Annals of the Institute of Statistical Mathematics 43(1), for the two parts; Riebler,
Sørbye, Simpson and Rue (2016), Statistical Methods in Medical Research 25(4), for the scale and the share; Leroux, Lei
and Breslow (1999), in Statistical Models in Epidemiology, for one mixing parameter; Freni-Sterrantino, Ventrucci and
Rue (2018), Spatial and Spatio-temporal Epidemiology 26, for a scale of each piece.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from .. import require
from ..arrays import Floats, Integers
from . import envelopes

# Added to the number of neighbours of each place: the differences leave the mean of a piece of the map free.
HAIR = 1e-8


@dataclass(frozen=True)
class Neighbours:
    """The precision of the shared parts of standard levels, kept within an envelope.

    Attributes
    ----------
    order : numpy.ndarray of int, shape (n_places,)
        Place of each row: neighbours stand near each other, and the rows of a piece of the map follow each other.
    first, starts : numpy.ndarray of int, shape (n_places,)
        The envelope, as in `envelopes`.
    differences : numpy.ndarray, shape (n_entries,)
        Precision of the differences between neighbours: the lower triangle, row after row.
    piece : numpy.ndarray of int, shape (n_places,)
        Piece of the map that each row belongs to.
    size : numpy.ndarray of int, shape (n_pieces,)
        Places of each piece. Its mean has the variance of one over this.
    log_determinant : float
        Of the whole precision.
    alike : numpy.ndarray, shape (n_pairs,)
        Correlation of the shared parts of each pair of neighbours.
    """

    order: Integers
    first: Integers
    starts: Integers
    differences: Floats
    piece: Integers
    size: Integers
    log_determinant: float
    alike: Floats

    @classmethod
    def of(cls, pairs: Integers, places: int) -> "Neighbours":
        """Arrange a map.

        Parameters
        ----------
        pairs : numpy.ndarray of int, shape (n_pairs, 2)
            Places that border each other, each pair once.
        places : int

        Returns
        -------
        Neighbours

        Raises
        ------
        ValueError
            If a number is that of no place, a place is a neighbour of its own, or a pair stands twice.
        """
        require.some("places", places)
        pairs = _checked(pairs, places)
        piece, order = _ordered(pairs, places)
        rows = np.empty(places, np.int64)
        rows[order] = np.arange(places)
        low, high = np.sort(rows[pairs], axis=1).T
        first = np.arange(places)
        np.minimum.at(first, high, low)
        widths = np.arange(places) - first + 1
        starts = np.cumsum(widths) - widths
        differences = np.zeros(widths.sum())
        differences[starts + widths - 1] = np.bincount(np.concatenate([low, high]), minlength=places) + HAIR
        between = starts[high] - first[high] + low
        differences[between] = -1.0
        size = np.bincount(piece)
        plain = cls(order, first, starts, differences, piece, size, 0.0, np.zeros(0))
        # Deviations from the mean of a piece and the mean itself are to have, together, a variance of about one.
        moving = size[piece] > 1
        spread = np.where(moving, Field.of(plain, np.zeros(places), fixed_means=True).variance(), 1.0)
        typical = np.exp(np.bincount(piece, np.log(spread)) / size)
        scale = np.where(size > 1, typical / np.maximum(1 - 1 / size, 0.5), 1.0)
        scaled = replace(plain, differences=differences * np.repeat(scale[piece], widths))
        field = Field.of(scaled, np.zeros(places))
        inverse, variance = field.inverse_within(), field.variance()
        covariance = inverse[between] - field.lifted[low] * field.lifted[high] / field.held[piece[low]]
        alike = covariance / np.sqrt(variance[low] * variance[high])
        return replace(scaled, log_determinant=field.log_determinant, alike=alike)


@dataclass(frozen=True)
class Field:
    """A map's precision plus a diagonal one, factorised.

    Attributes
    ----------
    neighbours : Neighbours
    root : numpy.ndarray, shape (n_entries,)
        Cholesky factor of the part without the means of the pieces.
    lifted : numpy.ndarray, shape (n_places,)
        Solution of that part for ones.
    held : numpy.ndarray, shape (n_pieces,)
        What the product of `lifted` with itself is divided by, to take the means of the pieces into account.
    log_determinant : float
    """

    neighbours: Neighbours
    root: Floats
    lifted: Floats
    held: Floats
    log_determinant: float

    @classmethod
    def of(cls, neighbours: Neighbours, diagonal: Floats, *, fixed_means: bool = False) -> "Field":
        """Factorise.

        Parameters
        ----------
        neighbours : Neighbours
        diagonal : numpy.ndarray, shape (n_places,)
            Added to the precision, by row.
        fixed_means : bool
            Hold the means of the pieces at zero, so that only deviations from them are left.

        Returns
        -------
        Field
            Its log determinant is not a number where the sum is not positive definite, or means are fixed.
        """
        first, starts = neighbours.first, neighbours.starts
        root = np.empty_like(neighbours.differences)
        log_determinant = envelopes.factorise(first, starts, neighbours.differences, diagonal, root)
        lifted = np.ones((len(first), 1))
        envelopes.solve_lower(first, starts, root, lifted)
        envelopes.solve_upper(first, starts, root, lifted)
        raised = np.bincount(neighbours.piece, lifted[:, 0])
        if fixed_means:
            return cls(neighbours, root, lifted[:, 0], raised, np.nan)
        log_determinant += np.log1p(raised / neighbours.size).sum()
        return cls(neighbours, root, lifted[:, 0], neighbours.size + raised, log_determinant)

    def solve(self, values: Floats) -> Floats:
        """Product of the inverse with values.

        Parameters
        ----------
        values : numpy.ndarray, shape (n_places, n_columns)
            By row.

        Returns
        -------
        numpy.ndarray, shape (n_places, n_columns)
        """
        first, starts = self.neighbours.first, self.neighbours.starts
        solved = values.copy()
        envelopes.solve_lower(first, starts, self.root, solved)
        envelopes.solve_upper(first, starts, self.root, solved)
        return solved - self._of_means(solved, 0.0)

    def variance(self) -> Floats:
        """Diagonal of the inverse, by row, shape (n_places,)."""
        ends = self.neighbours.starts + np.arange(len(self.lifted)) - self.neighbours.first
        diagonal: Floats = self.inverse_within()[ends] - self.lifted**2 / self.held[self.neighbours.piece]
        return diagonal

    def inverse_within(self) -> Floats:
        """Inverse without the means of the pieces, within the envelope, shape (n_entries,)."""
        inverse = np.empty_like(self.root)
        envelopes.inverse_within(self.neighbours.first, self.neighbours.starts, self.root, inverse)
        return inverse

    def drawn(self, draws: int, generator: np.random.Generator) -> Floats:
        """Draws of a field that has this precision and a mean of zero.

        Parameters
        ----------
        draws : int
        generator : numpy.random.Generator

        Returns
        -------
        numpy.ndarray, shape (n_places, draws)
            By row.

        References
        ----------
        Rue and Held (2005), Gaussian Markov Random Fields, section 2.3, for draws that are corrected by what is known.
        """
        values = generator.standard_normal((len(self.lifted), draws))
        envelopes.solve_upper(self.neighbours.first, self.neighbours.starts, self.root, values)
        size = self.neighbours.size[:, np.newaxis]
        return values - self._of_means(values, np.sqrt(size) * generator.standard_normal((len(size), draws)))

    def _of_means(self, values: Floats, beside: Floats | float) -> Floats:
        """What the means of the pieces take from a solution, shape (n_places, n_columns)."""
        piece = self.neighbours.piece
        sums = np.add.reduceat(values, np.flatnonzero(np.diff(piece, prepend=-1)), axis=0)
        taken: Floats = self.lifted[:, np.newaxis] * ((sums + beside) / self.held[:, np.newaxis])[piece]
        return taken


def _checked(pairs: Integers, places: int) -> Integers:
    """Pairs with the smaller number first."""
    pairs = np.sort(np.asarray(pairs, np.int64).reshape(-1, 2), axis=1)
    if len(pairs) and not (pairs[:, 0].min() >= 0 and pairs[:, 1].max() < places):
        raise ValueError(f"pairs name a place that is none of 0 to {places - 1}. Allowed: these.")
    if (pairs[:, 0] == pairs[:, 1]).any():
        raise ValueError("pairs make a place a neighbour of its own. Allowed: two different places.")
    if len(np.unique(pairs, axis=0)) < len(pairs):
        raise ValueError("pairs hold one pair twice. Allowed: each pair once.")
    return pairs


def _ordered(pairs: Integers, places: int) -> tuple[Integers, Integers]:
    """Piece of the map and place of each row, so that few columns lie between neighbours."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    touching = sparse.csr_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(places, places))
    _, of_place = csgraph.connected_components(touching, directed=False)
    near = csgraph.reverse_cuthill_mckee(sparse.csr_matrix(touching), symmetric_mode=True)
    order = near[np.argsort(of_place[near], kind="stable")]
    return of_place[order].astype(np.int64), order.astype(np.int64)
