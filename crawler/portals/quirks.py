"""The closed sets of a registry row: families, what a column of each family may say, and the quirks.

A word that stands here is a word that a spider reads. A row with any other word is refused when the registry is loaded,
since a misspelt quirk would be a quirk silently not applied.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Closed(BaseModel):
    # Strict: "1" is not 1 and true is not 1, because a spider puts these values into addresses as they are.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class NoParams(_Closed):
    """Columns that need nothing but their address: most families."""


class GkmlptParams(_Closed):
    """A column of Guangdong's platforms: of gkmlpt (`sid`, `column_id`) or of the site itself, NFCMS (`nfcms_id`).

    Attributes:
        sid: the site's number in the platform, printed as `SID: '200025'` in `/gkmlpt/index`.
        column_id: number of the column in `/gkmlpt/api/all/{column_id}` and after `annualreport#`.
        nfcms_id: number of the column in `/postmeta/i/{nfcms_id}.json`.
    """

    sid: Annotated[str, Field(pattern=r"^\d+$")] | None = None
    column_id: Annotated[int, Field(ge=0)] | None = None
    nfcms_id: Annotated[int, Field(gt=0)] | None = None


class TrsParams(_Closed):
    """A column of TRS: `library_id` is the document library that the template asks a search service for (Fujian)."""

    library_id: Annotated[int, Field(gt=0)] | None = None


class EpointParams(_Closed):
    """A column of Epoint: `category` is its number in groups of three digits (`002005` lies in `002`)."""

    category: Annotated[str, Field(pattern=r"^(\d{3})+$")] | None = None


FAMILIES: dict[str, type[BaseModel]] = {
    "gkmlpt": GkmlptParams,
    "trs": TrsParams,
    "epoint": EpointParams,
    "vsb": NoParams,
    "changzhou": NoParams,
    "hanweb": NoParams,
    "ucap": NoParams,
    "longxun": NoParams,
    "shanghai": NoParams,
    "eportal": NoParams,
    "liaoning": NoParams,
    "henan": NoParams,
    "hebei": NoParams,
    "nantong": NoParams,
    "mongoid": NoParams,
    "dated": NoParams,
    "generic": NoParams,
}
"""Family word to what `params` of its columns may hold. A new family is one line here beside its spider.

A family may stand here before a spider reads it: its rows load, are listed and counted, and `scrapy crawl` says that
no spider reads them yet. `generic` is for portals whose software is not known: they are searched from home."""

SHAPES: dict[str, frozenset[str]] = {
    "nfcms": frozenset({"gkmlpt"}),
    "noday": frozenset({"trs"}),
    "jpaas": frozenset({"hanweb"}),
    "xxgk": frozenset({"hanweb"}),
    "hex": frozenset({"ucap"}),
    "openness": frozenset({"longxun"}),
    "ankang_content": frozenset({"generic"}),
    "article_hex": frozenset({"generic"}),
    "cms_html": frozenset({"dated"}),
    "contents": frozenset({"generic"}),
    "cmsweb": frozenset({"generic"}),
    "doc_date": frozenset({"dated"}),
    "gongkai_show": frozenset({"generic"}),
    "gov_info_pub": frozenset({"generic"}),
    "hunan_content": frozenset({"generic"}),
    "hunan_i": frozenset({"dated"}),
    "jeecms": frozenset({"generic"}),
    "kunming_c": frozenset({"dated"}),
    "liferay": frozenset({"generic"}),
    "luzhou_content": frozenset({"generic"}),
    "phpcms": frozenset({"generic"}),
    "pub_description": frozenset({"generic"}),
    "snowflake": frozenset({"generic"}),
    "webinfo": frozenset({"dated"}),
    "xxgk_show": frozenset({"generic"}),
    "ymd8_number": frozenset({"dated"}),
    "ymd_number": frozenset({"dated"}),
}
"""Shape word to the families it is a shape of: how the addresses of this portal look, where the family has several
shapes or none is known. What each looks like: `README.md`."""


class Quirks(_Closed):
    """What is odd about one portal. Every word is optional; one that is absent means the usual behaviour.

    Attributes:
        render: lists exist only after JavaScript ran; they are fetched by a browser.
        http_only: https fails (certificate, cipher, redirect loop); every address is asked by http.
        tls: "legacy" where https needs old rules (TLS 1.0, old ciphers, legacy renegotiation); they are only tried
            after the modern ones failed.
        ignore_robots: why robots.txt is not obeyed on this portal; a reason, not a switch.
        delay: seconds between two requests, where the default is too fast for this portal.
        paging_base: 1 where the second page of a TRS list is `index_2`; 0, the usual, where it is `index_1`.
        full_text_path: path of Epoint's full-text service on this host.
        wrapped: Epoint's full-text service puts its answer as a string into `content`.
    """

    render: bool = False
    http_only: bool = False
    tls: Literal["legacy"] | None = None
    ignore_robots: Annotated[str, Field(min_length=10)] | None = None
    delay: Annotated[float, Field(gt=0, le=120)] | None = None
    paging_base: Literal[0, 1] | None = None
    full_text_path: Annotated[str, Field(pattern=r"^/[\w./-]+$")] | None = None
    wrapped: bool = False


QUIRK_FAMILIES: dict[str, frozenset[str]] = {
    "paging_base": frozenset({"trs"}),
    "full_text_path": frozenset({"epoint"}),
    "wrapped": frozenset({"epoint"}),
}
"""Quirks that only some families know; the others are known to every spider."""
