"""Fault injection: real processes, killed at random points."""
