"""How the media plane listens, and how much it puts up with."""

from __future__ import annotations

from dataclasses import dataclass

from ..loopback import is_loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSettings:
    """Settings of the media plane.

    Attributes
    ----------
    host, port
        Where it listens; port 0 takes a free one.
    tokens
        Any of them opens the door; none: everybody may, on loopback only.
    origins
        Web pages that may connect, as ``https://host``; programs, which name none, always may.
    public_url
        Where a client resumes (``resume_url``); ``None``: at the address it came by.
    grace_s
        A call waits so long for its client to come back.
    start_within_s
        The first message must come by then.
    ack_s
        Acknowledgements come this often; in lockstep also after each second of media.
    ping_interval_s, ping_timeout_s
        A socket that answers no ping is taken for gone.
    idle_s
        A client that sends nothing for so long is closed.
    send_timeout_s
        A client that takes nothing for so long is closed.
    close_timeout_s
        For the closing handshake.
    backlog_s, room_s
        Reading stops when a call has more sound waiting than ``backlog_s``, until it has
        ``room_s``.
    most_pending
        Sockets without a call yet, of one address.
    most_sockets
        In all.

    Raises
    ------
    ValueError
        If it would listen beyond loopback and let everybody in.
    """

    host: str = "127.0.0.1"
    port: int = 8701
    tokens: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    public_url: str | None = None
    grace_s: float = 30.0
    start_within_s: float = 5.0
    ack_s: float = 1.0
    ping_interval_s: float = 10.0
    ping_timeout_s: float = 10.0
    idle_s: float = 120.0
    send_timeout_s: float = 5.0
    close_timeout_s: float = 2.0
    backlog_s: float = 2.0
    room_s: float = 1.0
    most_pending: int = 50
    most_sockets: int = 2000

    def __post_init__(self) -> None:
        if not self.tokens and not is_loopback(self.host):
            raise ValueError(f"{self.host} can be reached from elsewhere: a token is needed")
