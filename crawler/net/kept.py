"""robots.txt kept for a day (RFC 9309 §2.4 allows no more), so that a second crawl on the same day need not ask for it.

One small file a host, in a folder beside the spool and so beside the database that it belongs to. Losing the folder
costs one request a host.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import os
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from crawler.clock import now
from crawler.net.robots import WaitingRobotsMiddleware

logger = logging.getLogger(__name__)

LARGEST = 512 * 1024
"""Bytes of a robots.txt that are kept: a crawler must read 500 KiB of it (RFC 9309 §2.5)."""


class RobotsFolder:
    """The files of one folder. What cannot be read or written is as if it were not there.

    Args:
        folder: made when the first file is written.
        keep: how long a file is good for.
    """

    def __init__(self, folder: Path, keep: timedelta) -> None:
        self.folder = folder
        self.keep = keep

    def get(self, host: str, moment: datetime) -> bytes | None:
        """The robots.txt of a host as it was fetched within the time; None for one that is older or not there."""
        try:
            told = json.loads(self._file(host).read_text(encoding="utf-8"))
            age = moment - datetime.fromisoformat(told["at"])
            return base64.b64decode(told["body"], validate=True) if timedelta(0) <= age < self.keep else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, binascii.Error) as error:
            logger.warning("the robots.txt kept of %s cannot be read (%s): it is fetched", host, error)
            return None

    def put(self, host: str, body: bytes, moment: datetime) -> None:
        """Keep what a host answered; whole or not at all."""
        told = {"host": host, "at": moment.isoformat(), "body": base64.b64encode(body).decode("ascii")}
        file = self._file(host)
        made = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            made.write_text(json.dumps(told), encoding="utf-8")
            made.replace(file)
        except OSError as error:
            logger.warning("the robots.txt of %s cannot be kept (%s): the next crawl fetches it again", host, error)

    def _file(self, host: str) -> Path:
        return self.folder / f"{quote(host, safe='')[:200]}.json"


class KeptRobotsMiddleware(WaitingRobotsMiddleware):
    """As its base; what a host answered within the last `ROBOTS_KEPT_HOURS` is not asked for again.

    Settings: `ROBOTS_KEPT_HOURS` (0 keeps nothing), `ROBOTS_DIR` (by default beside `SPOOL_DIR`, under
    its name: a demo must not keep what it plays for real hosts).
    Stats: `robotstxt/kept`: hosts that were not asked.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        hours = crawler.settings.getfloat("ROBOTS_KEPT_HOURS")
        named = crawler.settings.get("ROBOTS_DIR")
        spool = Path(crawler.settings.get("SPOOL_DIR") or "data/spool")
        folder = Path(named) if named else spool.with_name(f"{spool.name}-robots")
        self._kept = RobotsFolder(folder, timedelta(hours=hours)) if hours > 0 else None

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host, kept or fetched."""
        host = urlparse_cached(request).netloc
        if self._kept is not None and host not in self._parsers:
            body = self._kept.get(host, now(self.crawler.settings))
            if body is not None:
                await self._use(body, host, request)
        return await super().robot_parser(request)

    async def _use(self, body: bytes, host: str, request: Request) -> None:
        """The rules in a kept file, told to whoever listens, as if they had come just now."""
        parser = build_from_crawler(self._parserimpl, self.crawler, body)
        self._parsers[host] = parser
        self._stats.inc_value("robotstxt/kept")
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        """Keep what came. An answer that is no answer (5xx) is asked for again the next time."""
        if self._kept is not None and response.status < 500 and len(response.body) <= LARGEST:
            self._kept.put(netloc, response.body, now(self.crawler.settings))
        await super()._parse_robots(response, netloc, request)
