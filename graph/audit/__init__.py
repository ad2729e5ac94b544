"""The completeness audit: what the record lacks, who can supply it, and what changed."""
