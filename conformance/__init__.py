"""The W3C's SPARQL test suites, run over HTTP against a live service."""
