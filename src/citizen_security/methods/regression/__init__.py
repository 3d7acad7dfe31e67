"""Least squares taken apart, how sure its estimates are, and what would overturn them.

- `least_squares`: a regression kept in parts, so that errors and bootstraps need no new fit.
- `errors`: clustered errors and the cluster jackknife (Cameron and Miller 2015; MacKinnon, Nielsen and Webb 2023),
  and errors of Driscoll and Kraay (1998).
- `bias_reduced`: CR2 errors with degrees of freedom for each coefficient (Bell and McCaffrey 2002; Pustejovsky and
  Tipton 2018).
- `coverage`: how often these intervals hold, by simulation.
- `quoted`: the one rule for what is quoted.
- `wild_bootstrap`: the wild cluster bootstrap, inverted (Cameron, Gelbach and Miller 2008; Roodman and others 2019).
- `pairs_bootstrap`: regressions refitted on clusters drawn again (Cameron, Gelbach and Miller 2008).
- `intervals`: every kind of interval side by side.
- `equivalence`: two one-sided tests (Schuirmann 1987; Lakens 2017).
- `influence`: which rows an estimate hangs on (Belsley, Kuh and Welsch 1980; Broderick, Giordano and Meager 2020).
- `omitted_variables`: how strong an omitted variable would have to be (Cinelli and Hazlett 2020).
- `multiple_imputation`: estimates over several draws of the data (Rubin 1987; Barnard and Rubin 1999).
- `panel_imputation`: missing years of a unit drawn from what else is known of it (Rubin 1987).
- `multiplicity`: p-values of several tests (Holm 1979).
- `or_problem`: estimates in one table, with the reason where one cannot be had.
"""
