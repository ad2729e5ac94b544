"""Answers as drawings: the cells of the table beside them, laid out before they are sent."""
