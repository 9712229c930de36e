"""What the control plane needs to know before it starts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
ANY = "*"
"""As a host: every name is right. Only a token makes that safe."""

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")  # RFC 6750, section 2.1
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")
_ORIGIN = re.compile(r"https?://(\*\.)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Settings of the control plane.

    Attributes
    ----------
    token
        Who does not present it is refused; without one everybody who reaches the port is let in,
        so that the port must be on loopback.
    hosts
        Names, without a port, by which this server may be called besides those of loopback; ``*``
        for any, which needs a token. A page elsewhere whose name is made to point here (DNS
        rebinding) is told apart by this.
    origins
        Origins (``https://calmline.example``) that are taken for this server's own, besides the
        name it was called by: that of a reverse proxy which changes ``Host``.
    frame_ancestors
        Origins of pages that may hold the console in a frame: a CRM. The sign-in cookie then
        crosses sites, which browsers allow over HTTPS only.
    recordings
        Folder of the calls' recordings; ``None`` if none are kept.
    static
        Folder of the console's files, served under ``/static``.
    send_s
        A console that does not take a hundred frames within so long is closed.

    Raises
    ------
    ValueError
        If a value could not mean what it should.
    """

    token: str | None = None
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    frame_ancestors: tuple[str, ...] = ()
    recordings: Path | None = None
    static: Path | None = None
    send_s: float = 10.0

    def __post_init__(self) -> None:
        if self.token is not None and not _TOKEN.fullmatch(self.token):
            raise ValueError("token: only letters, digits and ._~+/=- may stand in it")
        if ANY in self.hosts and self.token is None:
            raise ValueError("hosts: '*' needs a token")
        for host in self.hosts - {ANY}:
            if not _HOST.fullmatch(host):
                raise ValueError(f"hosts: {host!r} is no host name without a port")
        for origin in self.origins:
            if not _ORIGIN.fullmatch(origin) or "*" in origin:
                raise ValueError(
                    f"origins: {origin!r} is no origin such as https://calmline.example"
                )
        for ancestor in self.frame_ancestors:
            if not _ORIGIN.fullmatch(ancestor):
                raise ValueError(
                    f"frame_ancestors: {ancestor!r} is no origin such as https://crm.example"
                )

    @property
    def names(self) -> frozenset[str]:
        """All names by which this server may be called."""
        return LOOPBACK | self.hosts
