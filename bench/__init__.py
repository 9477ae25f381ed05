"""Measurements that hold the studio to its figures. Each folder is one bench; `make bench` runs them all.

A bench is a package whose module `run` has a function `run(quick)`: it prints what it measured, and says whether every
bar held.
"""
