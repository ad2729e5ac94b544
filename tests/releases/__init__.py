"""Releases: made, listed, sent, and what changed between them."""
