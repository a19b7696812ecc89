"""The registry: which portal publishes whose reports where, as data, and how names are found in it."""
