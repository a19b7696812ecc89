"""`scrapy <command>`: thin; each prints for people and offers --json for programs."""
