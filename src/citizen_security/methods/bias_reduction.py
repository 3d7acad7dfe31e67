"""What bias-reduced cluster-robust errors (CR2) rest on, in regressions and meta-analyses alike.

Residuals of a cluster with much leverage are too small; CR2 multiplies them by an inverse square root, so that the
robust variance is unbiased under a working model. How few clusters a test then rests on follows from the covariances of
the clusters' scores under that model. There are m² of them for m clusters, but they are a block for each cluster less a
product of small matrices, and everything needed of them is a sum over clusters.

References
----------
Bell and McCaffrey (2002), Survey Methodology 28(2); Tipton and Pustejovsky (2015), Journal of Educational and
Behavioral Statistics 40(6); Pustejovsky and Tipton (2018), Journal of Business & Economic Statistics 36(4).
"""

from dataclasses import dataclass

import numpy as np

from .arrays import Floats

# Eigenvalues of a cluster's residual covariance below this share of the largest are zero up to rounding: a direction
# that the fit follows exactly leaves no residual to blow up.
SINGULAR = 1e-10


def inverse_root(matrix: Floats) -> Floats:
    """Symmetric inverse square root; directions of eigenvalue zero stay zero.

    Parameters
    ----------
    matrix : numpy.ndarray, shape (n, n)
        Symmetric, without eigenvalues below zero but for rounding.

    Returns
    -------
    numpy.ndarray, shape (n, n)
    """
    values, vectors = np.linalg.eigh(matrix)
    kept = values > SINGULAR * max(values[-1], 0.0)
    powers = np.zeros_like(values)
    powers[kept] = values[kept] ** -0.5
    return np.asarray((vectors * powers) @ vectors.T)


@dataclass(frozen=True, eq=False)
class ScoreCovariances:
    """Covariances of clusters' scores under the working model: own where i is j, less shared_i · through · shared_j'.

    Attributes
    ----------
    own : numpy.ndarray, shape (clusters, q, q)
    shared : numpy.ndarray, shape (clusters, q, r)
    through : numpy.ndarray, shape (r, r)
        Symmetric.
    """

    own: Floats
    shared: Floats
    through: Floats

    def combined(self, combinations: Floats) -> "ScoreCovariances":
        """The same of linear combinations of the scores, (combinations, q)."""
        return ScoreCovariances(combinations @ self.own @ combinations.T, combinations @ self.shared, self.through)

    def expected(self) -> Floats:
        """Expectation of the robust covariance, the sum of the clusters' own covariances; (q, q)."""
        return np.asarray((self.own - self.shared @ self.through @ self.shared.transpose(0, 2, 1)).sum(axis=0))

    def satterthwaite(self) -> Floats:
        """Degrees of freedom of each score's robust variance: those of the χ² with its mean and variance; (q,)."""
        own, across = np.einsum("mqq->mq", self.own), self.shared @ self.through
        squares = (
            (own**2).sum(axis=0)
            - 2 * np.einsum("mq,mqr,mqr->q", own, across, self.shared)
            + np.einsum("mqr,mqs,nqr,nqs->q", across, across, self.shared, self.shared, optimize=True)
        )
        return np.asarray(np.diag(self.expected()) ** 2 / squares)

    def hotelling(self) -> float:
        """Degrees of freedom η of the Wishart matrix whose variances sum to those of the robust covariance (HTZ).

        Returns
        -------
        float
            With one score, Satterthwaite's.

        References
        ----------
        Tipton and Pustejovsky (2015): η = q (q + 1) over the sum of the variances of the elements of the robust
        covariance, scaled by its expectation.
        """
        scaled = self.combined(inverse_root(self.expected()))
        own, shared, across = scaled.own, scaled.shared, scaled.shared @ scaled.through
        # Sums over pairs of clusters of tr(P P) and of (tr P)², each multiplied out.
        products = np.einsum("mar,mbs->arbs", across, across), np.einsum("mar,mbs->arbs", shared, shared)
        traces = np.einsum("maa->m", own)
        variances = (
            np.einsum("mab,mba->", own, own)
            - 2 * np.einsum("mab,mbr,mar->", own, across, shared)
            + np.einsum("arbs,bras->", *products)
            + (traces**2).sum()
            - 2 * np.einsum("m,mar,mar->", traces, across, shared)
            + np.einsum("arbs,arbs->", *products)
        )
        q = own.shape[1]
        return float(q * (q + 1) / variances)
