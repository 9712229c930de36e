"""Facts -> advice. Pure: the same ordered facts give the same advice, always."""
