"""What a deployment costs: a room, and a month in which nobody talks."""
