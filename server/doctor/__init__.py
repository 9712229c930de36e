"""``calmline doctor``: what works on this machine, and what to do about what does not.

Every check does the thing itself, on a small scale, rather than look whether it could be done.
What it leaves behind are caches that a server would fill at its first start: the bundled model,
unpacked, and librosa's functions, compiled by numba.
"""

from .report import doctor

__all__ = ["doctor"]
