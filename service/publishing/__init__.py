"""What machines follow: descriptions of the dataset, of the service and of every address."""
