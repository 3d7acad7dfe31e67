"""Effects of several studies pooled, and how much they differ.

- `effect_sizes`: effects and standard errors from what was printed (Chinn 2000; Zhang and Yu 1998).
- `two_by_two`: trials with two groups and an event (Mantel and Haenszel 1959; Yusuf and others 1985).
- `composites`: one effect for a study that published several (Borenstein and others 2009, chapter 24).
- `study_values`: effects and variances that can be weighed together.
- `study_sets`: many sets of studies at once, as weighted sums.
- `between_study_variance`: estimators of τ² (Viechtbauer 2005; Veroniki and others 2016).
- `pooling`: pooled effects and meta-regressions (Knapp and Hartung 2003; Viechtbauer 2007).
- `bayesian_pooling`: the normal–normal model by quadrature (Röver 2020).
- `multilevel`: several effects of one study (Konstantopoulos 2011; Pustejovsky and Tipton 2022).
- `block_covariance`: their covariances, study by study.
- `cluster_robust`: errors and tests that hold whatever the dependence within studies (Tipton and Pustejovsky 2015).
- `influence`: what each study does (Viechtbauer and Cheung 2010).
- `gosh`: the pooled effect of every subset (Olkin, Dahabreh and Trikalinos 2012).
- `resampling`: bootstraps and permutation tests (Follmann and Proschan 1999; Higgins and Thompson 2004).
- `coverage_simulation`: how often intervals hold the truth (IntHout, Ioannidis and Borm 2014).
"""
