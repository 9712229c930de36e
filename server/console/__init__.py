"""The console: pages for agents, and the routes that give them out."""
