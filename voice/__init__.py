"""Sound -> facts about speech. Pure: no clock, no socket, no thread, no environment."""
