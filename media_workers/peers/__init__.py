"""A client's connection, from its handshake to its farewell."""
