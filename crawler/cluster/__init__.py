"""Many machines: portal jobs in a queue on Postgres (Procrastinate), taken by workers. An extra."""
