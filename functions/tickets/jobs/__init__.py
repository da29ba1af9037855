"""What the sweeper and the reconciler do."""
