"""Least squares taken apart, how sure its estimates are, and what would overturn them.

Fitting in parts (`least_squares`); clustered errors and the cluster jackknife (`errors`: Cameron and Miller 2015;
MacKinnon, Nielsen and Webb 2023) with Driscoll and Kraay's (1998); the wild cluster bootstrap (`wild_bootstrap`:
Cameron, Gelbach and Miller 2008; Roodman and others 2019); pairs of clusters drawn again (`pairs_bootstrap`); all of
them side by side (`intervals`); two one-sided tests (`equivalence`: Schuirmann 1987; Lakens 2017); robustness to
omitted variables (`omitted_variables`: Cinelli and Hazlett 2020); Rubin's rules (`multiple_imputation`: Barnard and
Rubin 1999); Holm's adjustment (`multiplicity`).
"""
