"""What all planes agree on. Knows no web, no media and no environment."""
