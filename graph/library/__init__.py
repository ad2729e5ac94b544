"""The question library: ready questions, what they may be asked with, and their answers."""
