"""Looking after an installation: backup, restoring, and what may be wrong with it."""
