"""What the holders of tokens may do: updates, the graph store, and who they are."""
