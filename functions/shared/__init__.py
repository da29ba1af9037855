"""What every door needs and no feature owns."""
