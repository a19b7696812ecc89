"""Between spider and portal: which hosts may be asked, how politely, and how a gate is told from a page."""
