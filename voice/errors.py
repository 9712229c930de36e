"""What this room raises."""


class AudioError(Exception):
    """Sound that cannot be used; the text says why and what to do, in one line."""
