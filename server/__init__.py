"""Everything that touches the world: command line, files, sockets, clocks."""
