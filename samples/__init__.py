"""Six synthetic calls with labels, and the script that makes them. Not installed."""
