"""What several deeds have in common."""
