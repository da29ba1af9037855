"""What is said on the `events` data channel, and how much of it in a tick."""
