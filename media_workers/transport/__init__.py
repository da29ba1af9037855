"""What lies between a UDP socket and a peer: STUN, DTLS, SCTP and SDP. Knows nothing of rooms."""
