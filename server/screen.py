"""Whether there is a screen on which a browser could open."""

from __future__ import annotations

import os
import sys


def has_screen() -> bool:
    """Tell whether somebody sits before this machine."""
    if os.environ.get("SSH_CONNECTION") or os.environ.get("CI"):
        return False
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
