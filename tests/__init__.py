"""What must be true, and what is sent to see whether it is."""
