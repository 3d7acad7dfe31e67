"""Effects of several studies pooled, and how much they differ.

Estimators of the between-study variance (Viechtbauer 2005; Veroniki and others 2016), intervals of Knapp and Hartung
(2003), several effects of one study (Hedges, Tipton and Johnson 2010; Konstantopoulos 2011), influence (Viechtbauer and
Cheung 2010), all subsets (Olkin, Dahabreh and Trikalinos 2012), 2×2 tables (Mantel and Haenszel 1959), Bayesian pooling
(Röver 2020), and simulated coverage.
"""
