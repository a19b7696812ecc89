"""One spider a portal family: requests and flow, and this CMS's own page shapes. Nothing about reports."""
