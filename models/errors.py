"""What this room raises."""


class ModelError(Exception):
    """A model is missing, damaged, or not the one that was meant; the text says what to do."""
