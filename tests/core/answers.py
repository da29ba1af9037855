"""What a worker answers that is asked whether it lives."""


def dead(_worker):
    """Nobody answers."""
    return False
