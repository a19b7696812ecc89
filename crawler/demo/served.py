"""A download handler for crawls whose fake portals are played by a server process: the whole HTTP stack is used."""

from __future__ import annotations

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Request, Response


class ServedDownloadHandler(HTTP11DownloadHandler):
    """Sends every request to the server at DEMO_PROXY (`crawler.demo.server`) as to a proxy; https as plain http, which
    a proxy can read."""

    async def download_request(self, request: Request) -> Response:
        """Fetch by way of the server; the response keeps the address that was asked for."""
        proxy = self.crawler.settings["DEMO_PROXY"]
        plain = request.replace(
            url=request.url.replace("https://", "http://", 1), meta={**request.meta, "proxy": proxy}
        )
        response = await super().download_request(plain)
        request.meta["download_latency"] = plain.meta.get("download_latency", 0)
        return response.replace(url=request.url)
