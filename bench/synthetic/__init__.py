"""What a synthetic dataset is made of: terms, words, and the documents of invented bodies."""
