"""The coverage table: what is owed (registry and law) against what the database holds, and why the rest is missing."""
