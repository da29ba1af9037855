"""The deeds: load, decide, save."""
