"""What comes out of an audit: one paper in six languages, written in nine formats."""
