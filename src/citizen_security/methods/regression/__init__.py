"""Least squares taken apart, and how sure its estimates are.

Clustered errors and the cluster jackknife (Cameron and Miller 2015; MacKinnon, Nielsen and Webb 2023), the wild cluster
bootstrap (Cameron, Gelbach and Miller 2008; Roodman and others 2019), Driscoll and Kraay's errors (1998), pairs of
clusters drawn again, and two one-sided tests (Schuirmann 1987; Lakens 2017).
"""
