"""Deadlines, reporting points and events as a calendar that other programs subscribe to."""
