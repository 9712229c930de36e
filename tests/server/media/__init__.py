"""The media plane: aligner, protocol, sockets, client."""
