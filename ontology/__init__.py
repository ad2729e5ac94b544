"""Turtle that says what the terms mean: one module per subject, and the concept schemes."""
