"""A workbook of findings that people filled in, read back: from cells to statements."""
