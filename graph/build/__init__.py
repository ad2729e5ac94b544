"""From rows to statements with their sources, one graph per source document."""
