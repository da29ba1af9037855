"""A room's speech to the caption plane, and its lines back."""
