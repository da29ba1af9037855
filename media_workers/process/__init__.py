"""What a worker's process stands on: its beat, its tasks, its memory, its way to AWS."""
