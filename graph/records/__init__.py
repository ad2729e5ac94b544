"""Tables as people fill them: their columns, their cells, and what is wrong with them."""
