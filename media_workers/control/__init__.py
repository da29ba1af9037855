"""The worker's private HTTP side."""
