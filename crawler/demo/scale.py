"""A country of any size: copies of the fake country's portals, each on a host of its own with an agency of its own.

For measurements and for crawls of hundreds of portals in one process. What such a portal says is what its model says,
but for the host name in its addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import rtoml

from crawler.demo.country import Country, country
from crawler.demo.portal import FakeRequest, FakeResponse, Site
from crawler.demo.truth import Built
from crawler.portals import registry
from crawler.portals.model import Agency, Portal

MODELS = (
    "sthjj.gz.gov.cn", "sthj.guizhou.gov.cn", "sthjj.xuchang.gov.cn", "sthjt.hunan.gov.cn", "sthjt.shaanxi.gov.cn",
    "rsj.zunyi.gov.cn", "rsj.km.gov.cn", "fushun.gov.cn", "sthjj.ezhou.gov.cn", "whly.gd.gov.cn",
)  # fmt: skip
"""Sound portals of one host each, of several families and encodings, that ask for no cookie; copied in turn."""


def scaled(number: int, folder: Path) -> Country:
    """A country of `number` portals; their registry rows are written to `folder` (for the setting PORTALS_DIR).

    The same number gives the same country. Each copy costs a few kilobytes: pages are made when they are asked for,
    once for all copies of a model.
    """
    rows, built = [], []
    made: _Made = {}
    known, models = registry.shared(), {one.portal_id: one for one in country().built}
    for index in range(number):
        model = models[MODELS[index % len(MODELS)]]
        row = known.portal(model.portal_id)
        rows.append(_row(row, index))
        built.append(_built(model, index, made))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scaled.toml").write_text(rtoml.dumps({"portal": rows}), encoding="utf-8")
    return Country(tuple(built))


def _host(host: str, index: int) -> str:
    return f"n{index:04d}.{host}"


def _agency_id(agency_id: str, index: int) -> str:
    return f"{agency_id}-n{index:04d}"


def _row(row: Portal, index: int) -> dict[str, Any]:
    """The model's row as TOML values, with the copy's host and agencies."""

    def moved(text: str) -> str:
        return text.replace(row.id, _host(row.id, index))

    values = row.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    values["id"], values["base"] = moved(row.id), moved(row.base)
    values["hosts"] = [moved(host) for host in row.hosts]
    values["agencies"] = [_agency(agency, index) for agency in row.agencies]
    for column in values.get("columns", []):
        column["url"] = moved(column["url"])
        if "agencies" in column:
            column["agencies"] = [_agency_id(one, index) for one in column["agencies"]]
    values["checked"] = row.checked
    values.pop("sample_urls", None)
    return values


def _agency(agency: Agency, index: int) -> dict[str, Any]:
    values = agency.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    return {key: value for key, value in values.items() if key != "parent"} | {"id": _agency_id(agency.id, index)}


_Made = dict[tuple[str, str, bytes], FakeResponse]
"""Answers of the models by method, address and body."""


def _built(model: Built, index: int, answers: _Made) -> Built:
    host = model.sites[0].host
    made = Built(_host(model.portal_id, index), [_site(model.sites[0], index, answers)])
    for one in model.reports:
        made.reports.append(
            replace(
                one,
                portal_id=made.portal_id,
                agency_id=_agency_id(one.agency_id, index),
                url=one.url.replace(host, _host(host, index)),
                also=tuple(url.replace(host, _host(host, index)) for url in one.also),
            )
        )
    return made


def _site(site: Site, index: int, answers: _Made) -> Site:
    return Site(_host(site.host, index), schemes=site.schemes, gate=_echo(site, _host(site.host, index), answers))


def _echo(site: Site, own: str, answers: _Made) -> Callable[[FakeRequest], FakeResponse]:
    """Answers as the model does, under the copy's host name. Host names are ASCII in every encoding that is played."""
    old, new = site.host.encode(), own.encode()

    def answer(request: FakeRequest) -> FakeResponse:
        parts = urlsplit(request.url)
        asked = urlunsplit(parts._replace(netloc=parts.netloc.replace(own, site.host)))
        key = (request.method, asked, request.body)
        given = answers.get(key)
        if given is None:
            given = answers[key] = site(replace(request, url=asked))
        headers = tuple((name, value.replace(site.host, own)) for name, value in given.headers)
        return FakeResponse(given.status, headers, given.body.replace(old, new))

    return answer
