"""A store that is an engine elsewhere, spoken to by SPARQL 1.1 and nothing else.

Of three standards: the Protocol (queries, updates), Update, and, for graphs too
large for one update, the Graph Store Protocol. What this product must know of the
dataset as a whole, its version, is kept in the engine itself, in one small graph
that is no part of what is published; so any number of service nodes share it.

What the engine answers is read and written anew, never passed on: an answer that
breaks off, or is none, is found out, and all engines answer in the same formats.
"""
