"""Sound comes in here: sockets, their protocol, and what makes blocks of all tracks of it."""
