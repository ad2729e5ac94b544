"""Looking at the text of a query before an engine sees it."""
