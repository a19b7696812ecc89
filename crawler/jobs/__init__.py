"""Crawls of many portals: what is to be done (`plan`, `schedule`), and doing it (`run`), one job a portal."""
