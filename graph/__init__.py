"""The knowledge graph as a library: tables in, statements, store and answers out. Knows no HTTP."""
