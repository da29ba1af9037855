"""What was sent, for a person to look at and for tests to ask: e-mails, and pushes to phones."""
