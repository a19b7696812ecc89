"""Troubles on the way to a portal: time-outs, resets, answers that come too slowly or not whole.

A trouble is laid over a country (`Country.with_troubles`) and played by whichever mount serves it: as Scrapy's own
exceptions by the download handler, for real by the loopback server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crawler.demo.portal import FakeResponse

TroubleKind = Literal["timeout", "reset", "refused", "dns", "cut", "slow", "chunked", "short", "busy", "unavailable"]

_STATUS = {"busy": 429, "unavailable": 503}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble.

    Attributes:
        kind: `timeout` no answer comes; `reset` the connection is torn down; `refused` it is not accepted; `dns` the
            name does not resolve; `cut` the body ends half-way (fewer bytes than announced); `slow` it drips;
            `chunked` it comes in chunks without a length; `short` more bytes come than were announced; `busy` 429 and
            `unavailable` 503 come in place of the page.
        times: how many requests for the same address meet it, from the first on; None for all.
        seconds: for `slow`, how long the body takes altogether.
        retry_after: for `busy` and `unavailable`, the header of that name; "" for none.
    """

    kind: TroubleKind
    times: int | None = None
    seconds: float = 0.5
    retry_after: str = ""

    @property
    def refusal(self) -> FakeResponse | None:
        """What is answered in place of the page; None for a trouble on the wire."""
        if self.kind not in _STATUS:
            return None
        told = (("Retry-After", self.retry_after),) if self.retry_after else ()
        lines = (("Content-Type", "text/html; charset=utf-8"), *told)
        return FakeResponse(_STATUS[self.kind], lines, "<html><body>访问过于频繁，请稍后再试。</body></html>".encode())
