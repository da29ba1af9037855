"""What lies in the tickets table, and the conditions that are rules."""
