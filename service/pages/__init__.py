"""What people see: pages from templates, and the words on them."""
