"""Benchmarks: scripts that print ratios against named peers measured in the same run. None is a test."""
