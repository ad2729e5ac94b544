"""Full-text search: folding of six languages, citations of acts, the index and what it finds."""
