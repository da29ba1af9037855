"""Caption tests talk to a Transcribe stand-in."""

from tests.stand_in import anyio_backend, certificate, serve

__all__ = ["anyio_backend", "certificate", "serve"]
