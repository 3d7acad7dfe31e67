"""What would have become of a treated unit, from donors that were not treated: estimators, inference, and their limits.

- `panels`: units over periods with treated units and donors, checked before any fit.
- `active_set`, `simplex`: weights on the simplex, exact and with a certificate (Wolfe 1976; Lawson and Hanson 1974).
- `counterfactuals`: matched (Abadie, Diamond and Hainmueller 2010), demeaned (Doudchenko and Imbens 2016; Ferman and
  Pinto 2021), penalised (Abadie and L'Hour 2021) and ridge-augmented (Ben-Michael, Feller and Rothstein 2021).
- `counts`: the same for counts, by Poisson or negative-binomial likelihood (Böhning 1995, for the search).
- `estimates`: one unit's path, gaps without each donor, and effects that all weights of nearly the best fit allow.
- `predictor_search`, `predictors`: weights of predictors by many starts, as a set (Abadie and Gardeazabal 2003; Malo,
  Eskelinen, Zhou and Kuosmanen 2024).
- `linked_searches`: searches of predictor weights for many panels that differ in little, each begun where others ended.
- `synthetic_difference`: synthetic difference-in-differences and its standard errors (Arkhangelsky and others 2021).
- `matrix_completion`: missing cells by the least nuclear norm (Athey and others 2021).
- `completed_placebos`: gaps of every donor by matrix completion, with the shrinkage of the treated one.
- `placebos`: in space, in time and in both, with their floors (Abadie, Diamond and Hainmueller 2010, 2015).
- `confidence_sets`: constant effects that placebos do not reject (Firpo and Possebom 2018).
- `conformal`: tests and intervals by permuted residuals (Chernozhukov, Wüthrich and Zhu 2021).
"""
