"""Releases: the dataset as it was on a day, in files that never change again."""
