"""The stand-in under test, as the caption tests have it."""

from tests.stand_in import anyio_backend, certificate, serve

__all__ = ["anyio_backend", "certificate", "serve"]
