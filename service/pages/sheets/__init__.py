"""What leads the pages of the things that people ask for most, each kind in its own way."""
