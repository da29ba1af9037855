"""The media door: WHIP and WHEP between clients and the worker that runs a room."""
