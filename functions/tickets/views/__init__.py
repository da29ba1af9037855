"""What is shown on the wire."""
