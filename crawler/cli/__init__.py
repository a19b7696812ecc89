"""The commands as Scrapy finds them: one module a command, each a name for a module of `crawler.commands`.

Scrapy imports and makes every command of a project whenever any one is run. Behind these names a command is imported
when something is asked of it, so that `scrapy inspect` does not wait for the database, the registry and the demo of the
others.
"""
