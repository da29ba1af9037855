"""Realtime: who is connected over WebSocket, who is told of what, and what they missed."""
