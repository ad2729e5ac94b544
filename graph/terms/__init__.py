"""The terms of the ontology, and what the shapes ask of the things they describe."""
