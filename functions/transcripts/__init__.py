"""Transcripts: a room's caption lines read again, put right, written by hand, taken home."""
