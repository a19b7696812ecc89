"""Every fake portal there is, with its family: those of the demo's country, and those of the families' own tests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import crawler.demo
from crawler.demo.country import Country, country
from crawler.demo.families import (
    hanweb_portals,
    longxun,
    plain_dated,
    plain_eportal,
    plain_henan,
    plain_liaoning,
    plain_mongoid,
    plain_nantong,
    plain_noday,
    plain_shanghai,
    ucap_portals,
)
from crawler.demo.portal import FakeRequest, FakeResponse
from crawler.portals import registry

OWN_ROWS = Path(crawler.demo.__file__).parent / "portals"
BUILDERS = {
    "hanweb": hanweb_portals.portals,
    "ucap": ucap_portals.portals,
    "longxun": longxun.portals,
    "shanghai": plain_shanghai.portals,
    "nantong": plain_nantong.portals,
    "liaoning": plain_liaoning.portals,
    "eportal": plain_eportal.portals,
    "trs": plain_noday.portals,
    "henan": plain_henan.henan,
    "hebei": plain_henan.hebei,
    "mongoid": plain_mongoid.portals,
    "dated": plain_dated.portals,
}


@lru_cache(maxsize=1)
def lands() -> tuple[tuple[str, Country], ...]:
    """Family and country of each fake portal."""
    rows = registry.load(OWN_ROWS)
    found = [(rows.portal(built.portal_id).family, built) for built in country().built]
    found += [(family, built) for family, build in BUILDERS.items() for built in build()]
    return tuple((family, Country((built,))) for family, built in found)


def html_pages(land: Country) -> Iterator[tuple[str, FakeResponse]]:
    """Every HTML page that a portal holds at a fixed address, with its address."""
    for site in land.built[0].sites:
        scheme = "https" if "https" in site.schemes else "http"
        for path in site.pages:
            url = f"{scheme}://{site.host}{path}"
            answer = land.respond(FakeRequest("GET", url))
            if answer.status == 200 and "html" in (answer.header("content-type") or ""):
                yield url, answer
