"""The routes: parse, one action, show."""
