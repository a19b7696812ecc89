"""One crawl a host in the whole cluster: portals that share a host share a lock."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.portals.model import Portal


def host_locks(portals: Iterable[Portal]) -> dict[str, str]:
    """The lock of each portal, by its id: one for all portals that are linked by hosts which they share.

    A job has one lock, a portal may have several hosts. Portals that share one directly or over others therefore form
    one group, named by its first host; most groups are one portal.
    """
    above: dict[str, str] = {}

    def head(host: str) -> str:
        above.setdefault(host, host)
        while above[host] != host:
            above[host] = above[above[host]]
            host = above[host]
        return host

    listed = list(portals)
    for portal in listed:
        for host in portal.hosts:
            first, second = sorted((head(portal.hosts[0]), head(host)))
            above[second] = first
    return {portal.id: f"host:{head(portal.hosts[0])}" if portal.hosts else f"portal:{portal.id}" for portal in listed}
