"""SHACL answered by queries: shapes are compiled to SPARQL and judged where the data are."""
