"""What is decided, and on what: pure."""
