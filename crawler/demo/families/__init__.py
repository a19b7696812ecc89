"""The five families' fake portals, one file a family: plain functions from request to response."""

from __future__ import annotations

from collections.abc import Callable

from crawler.demo.truth import Built


def builders() -> list[Callable[[], list[Built]]]:
    """One function a family that builds its portals."""
    from crawler.demo.families import changzhou, epoint, gates, guangdong, trs_portals, vsb

    return [guangdong.portals, trs_portals.portals, epoint.portals, vsb.portals, changzhou.portals, gates.portals]
