"""Accounts: who is on the platform, whom they follow and block, and who may host."""
