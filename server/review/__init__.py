"""Reviews: a recording or a stored call becomes a report that people read, hear and answer."""
