"""Text to report: blocks, sections, tables, cells, title and year, narrative figures, checks."""
