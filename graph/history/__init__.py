"""What changed from one version of the dataset to another, and who changed it."""
