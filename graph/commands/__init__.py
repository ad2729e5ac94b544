"""The commands of ``mandategraph`` that need no service."""
