"""Turtle that says what data must look like: one module of structure shapes per subject."""
