"""The dashboard as a file."""


def write_dashboard() -> None: ...
