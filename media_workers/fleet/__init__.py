"""A worker's place among others: its heartbeat, its commands, its rooms, its task in ECS."""
