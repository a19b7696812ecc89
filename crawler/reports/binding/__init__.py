"""From grids to statutory cells: labels, logical rows, headers and one binder for each kind of table."""
