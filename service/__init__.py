"""The HTTP face of the graph: pages for people, data and SPARQL for programs."""
