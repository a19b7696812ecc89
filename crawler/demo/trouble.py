"""Troubles on the way to a portal: time-outs, resets, answers that come too slowly or not whole.

A trouble is laid over a country (`Country.with_troubles`) and played by whichever mount serves it: as Scrapy's own
exceptions by the download handler, for real by the loopback server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TroubleKind = Literal["timeout", "reset", "refused", "dns", "cut", "slow", "chunked", "short"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble.

    Attributes:
        kind: `timeout` no answer comes; `reset` the connection is torn down; `refused` it is not accepted; `dns` the
            name does not resolve; `cut` the body ends half-way (fewer bytes than announced); `slow` it drips;
            `chunked` it comes in chunks without a length; `short` more bytes come than were announced.
        times: how many requests for the same address meet it, from the first on; None for all.
        seconds: for `slow`, how long the body takes altogether.
    """

    kind: TroubleKind
    times: int | None = None
    seconds: float = 0.5
