"""Measurements, each run with one command and printing ratios of one interleaved run."""
