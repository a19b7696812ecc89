"""Scrapy settings. Each one that departs from Scrapy's default says why.

What a user sets most often can also come from the environment: DATABASE_URL, CRAWLER_CONTACT, CHROMIUM.
"""

from __future__ import annotations

import os
import shutil

from scrapy.settings.default_settings import RETRY_EXCEPTIONS as _RETRY_EXCEPTIONS
from scrapy.utils.conf import closest_scrapy_cfg

from crawler import __version__

BOT_NAME = "annual-report-crawler"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "crawler.cli"

# --- who we are -----------------------------------------------------------------------------------------------------
# Honest and readable. The leading "Mozilla/5.0 (compatible; ...)" is the robot convention; gd.gov.cn resets the
# connection of agents without it (portal-families 0.8). CRAWLER_CONTACT is printed so that a portal's staff can write.
CRAWLER_CONTACT = os.environ.get("CRAWLER_CONTACT", "")
USER_AGENT = f"Mozilla/5.0 (compatible; AnnualReportCrawler/{__version__}" + (
    f"; +{CRAWLER_CONTACT})" if CRAWLER_CONTACT else ")"
)
ROBOTSTXT_USER_AGENT = "AnnualReportCrawler"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
    # Without it the CDN of jiangsu.gov.cn answers with a WAF page (portal-families 0.8).
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.3",
}

# --- politeness: one portal, one slow queue (default: no delay, 8 at once, robots.txt ignored) ----------------------
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 2.0
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CRAWL_DELAY_CAP = 30.0
# A portal that answers slowly is asked more slowly (off by default). The delay above stays the least for every host:
# `crawler.net.pace` stands in for Scrapy's own extension, which would undercut rows and robots.txt.
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = DOWNLOAD_DELAY
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
# Not to a beat, and upwards only: between the delay and half as much again (Scrapy's ±50 % would halve it).
DOWNLOAD_DELAY_JITTER = 0.2
# Seconds of `Retry-After` that are waited for. A portal that asks for more is left for this run.
RETRY_AFTER_CAP = 120.0
EXTENSIONS = {
    "scrapy.extensions.throttle.AutoThrottle": None,
    "crawler.net.pace.Pace": 0,
    "crawler.net.robots.CrawlDelay": 500,
    "crawler.guards.watch.Guards": 600,
}

# --- guards: a crawl that hangs, or takes for ever, is closed with a named reason; hours in which portals are asked ---
NO_PROGRESS_MINUTES = 15
LONGEST_CRAWL_HOURS = 24
# "22:00-06:00" (Asia/Shanghai) leaves portals to their citizens by day; "" asks at all hours.
NIGHT_HOURS = os.environ.get("NIGHT_HOURS", "")

# --- text: pages in traditional script are read in mainland script and wording; True keeps them as they are ---------
KEEP_SCRIPT = False

# --- limits: a portal must not be able to stop a crawl (defaults: 180 s, 1 GiB, no depth limit) ---------------------
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 8 * 1024 * 1024
# A page cut off in mid-way is asked for again, and in the end kept and read as far as it goes, with a finding.
DOWNLOAD_FAIL_ON_DATALOSS = False
# Pages of a list are turned one after the other: sixty of them, below three sub-columns and three clicks.
DEPTH_LIMIT = 80
REDIRECT_MAX_TIMES = 5
METAREFRESH_MAXDELAY = 10
RETRY_TIMES = 2
# A browser or one of its tabs that dies is started again (by default the page is lost).
RETRY_EXCEPTIONS = [*_RETRY_EXCEPTIONS, "playwright.async_api.Error"]

# --- TLS: modern rules first, old ones only for hosts whose registry row says `tls = "legacy"` -----------------------
DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https"), "crawler.net.handler.PortalDownloadHandler")
# Hosts of such rows; spiders set it from the registry.
LEGACY_TLS_HOSTS: list[str] = []

# --- nothing listens (telnet and RemoteControl are on by default and run code) --------------------------------------
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# --- the chain ------------------------------------------------------------------------------------------------------
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # it lets sub-domains through
    "crawler.net.hosts.AllowedHostsMiddleware": 50,
    "crawler.net.kept.KeptRobotsMiddleware": 100,
    # Beside retry (550), which never sees an answer that was cut: to Scrapy it is a good one.
    "crawler.net.cut.AskAgainWhenCut": 551,
    # Nearer to the wire than retry: it slows down, and what it lets through is asked again.
    "crawler.net.throttled.SlowDown": 552,
    "crawler.net.silent.LeaveSilent": 553,
    # Nearer to the spider than retry (550) and decompression (590): it judges what a person would see.
    "crawler.net.gates.GateMiddleware": 540,
    "crawler.net.redirects.CookieRefreshMiddleware": 580,
    "crawler.net.packed.HonestEncoding": 595,
    "crawler.net.redirects.CookieRedirectMiddleware": 600,
    # Nearest to the wire: bytes are archived as they came, robots.txt, redirects and refusals too.
    "crawler.archive.middleware.Record": 910,
}
SPIDER_MIDDLEWARES = {
    # Nearest to the spider: the others see what is left.
    "spiders.sieve.Sieve": 950,
    "crawler.net.mishaps.SpiderFaults": 40,
}
ITEM_PIPELINES = {
    "pipelines.decode.DecodePipeline": 100,
    "pipelines.parse.ParsePipeline": 200,
    "pipelines.check.CheckPipeline": 300,
    "pipelines.store.StorePipeline": 400,
}

# Scrapy starts a hundred tasks for each answer to carry its items (its default), and reads a callback's source again
# for each answer to warn of a `return` in it: a tenth of the time of a crawl. An answer of ours gives few items.
CONCURRENT_ITEMS = 8
WARN_ON_GENERATOR_RETURN_VALUE = False

# --- the second path: a portal that gave less than its floor is searched from home, as one of unknown software -------
SECOND_PATH = True

# --- the scheduled crawl tells how it went (see crawler/jobs/notify.py); nothing is told by default -------------------
CRAWL_DUE_WEBHOOK = os.environ.get("CRAWL_DUE_WEBHOOK", "")
CRAWL_DUE_MAIL = os.environ.get("CRAWL_DUE_MAIL", "")
CRAWL_DUE_NOTIFY = os.environ.get("CRAWL_DUE_NOTIFY", "trouble")
HEARTBEAT_FILE = os.environ.get("HEARTBEAT_FILE", "")
HEARTBEAT_URL = os.environ.get("HEARTBEAT_URL", "")

# --- a cluster of workers (crawler/cluster; scrapy worker) ------------------------------------------------------------
# Seconds between two signs of life of a worker, and how old the last one is when others take its portals. It ends
# itself at half of that.
CLUSTER_HEARTBEAT = 10
CLUSTER_STALLED = 60
# Seconds between two looks for work; what running portals are given to end when a worker is to stop.
CLUSTER_POLL = 3
CLUSTER_DRAIN = 600
# First wait before a portal whose crawl did not reach its end is tried again; each further one is four times as long.
CLUSTER_RETRY_SECONDS = 60
# When workers plan the scheduled crawl and put it into the queue, as cron says it (UTC): "15 */6 * * *". "": never.
CLUSTER_CRAWL_DUE = os.environ.get("CLUSTER_CRAWL_DUE", "")

# --- incremental: known pages, and lists with nothing new, are not read again until they are due; False reads all -----
INCREMENTAL = True
# A robots.txt is good for a day (RFC 9309 §2.4) and is kept for as long; 0 asks for it in every crawl.
ROBOTS_KEPT_HOURS = 24

# --- where the data lies --------------------------------------------------------------------------------------------
# Beside scrapy.cfg, wherever in the project a command is given: a second database would else begin in a sub-folder.
_CONFIG = closest_scrapy_cfg()
DATA_DIR = os.environ.get("DATA_DIR") or (os.path.join(os.path.dirname(_CONFIG), "data") if _CONFIG else "data")
DATABASE_URL = os.environ.get("DATABASE_URL", f"sqlite:///{os.path.join(DATA_DIR, 'reports.db')}")
SPOOL_DIR = os.path.join(DATA_DIR, "spool")
# Every answer goes to WARC files, bytes first, before anything rests on it (crawler/archive). A file is sealed and the
# next begun when it holds this many bytes: small enough to copy, large enough that a year of crawls is a few files.
ARCHIVE_ENABLED = True
ARCHIVE_DIR = os.environ.get("ARCHIVE_DIR") or None
"""None: the folder `archive` beside SPOOL_DIR, so that a crawl that keeps its data elsewhere keeps all of it there. A
folder, or s3://bucket/prefix for any store that speaks S3 (the extra `cluster`)."""
ARCHIVE_ROTATE_BYTES = 256 * 1024 * 1024
# Of a store: endpoint_url, key, secret … as fsspec has them, a dict or one as JSON. What is left out, the environment
# says in fsspec's way (FSSPEC_S3_ENDPOINT_URL) or botocore's (AWS_ACCESS_KEY_ID). From the environment and never on a
# command line, which every user of a machine may read.
ARCHIVE_STORAGE_OPTIONS = os.environ.get("ARCHIVE_STORAGE_OPTIONS", "")
# What a store holds cannot be added to: files are written here (None: `archive-staging` beside SPOOL_DIR) and go up
# when they are full, or so many seconds after the first page began to wait for it. Longer: fewer, larger objects.
ARCHIVE_STAGING_DIR = os.environ.get("ARCHIVE_STAGING_DIR") or None
ARCHIVE_UPLOAD_SECONDS = 10
# Seconds for which a store that does not take a file is asked again; then the crawl ends as no_archive.
ARCHIVE_RETRY_SECONDS = 120
# True: a past crawl runs again from the archive, without the network (crawler/archive/replay.py says how).
REPLAY = False
ADDONS = {"crawler.archive.replay.Replay": 100}
PORTALS_DIR = None
"""A folder with own registry rows (TOML), read after the ones that are installed."""

# --- pages that exist only after their scripts ran (scrapy-playwright; only for registry rows that say `render`) ----
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PLAYWRIGHT_LAUNCH_OPTIONS = {
    **({"executable_path": CHROMIUM} if CHROMIUM else {}),
    "args": [
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        # Chromium refuses to start its sandbox as root, which is how containers run it.
        *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ],
}
# One that serves, and one that is still being emptied.
PLAYWRIGHT_MAX_CONTEXTS = 2
# Pages at once, in all contexts together.
PLAYWRIGHT_MAX_PAGES_PER_CONTEXT = 4
PLAYWRIGHT_BROWSER_PROVIDER = "crawler.net.browser.Provider"
# Pages that a context serves before it is closed: what it remembers of them would fill the memory.
RENDER_PAGES_PER_CONTEXT = 50
# Seconds: for a page as a whole, and for its own requests to end once it is there.
RENDER_TIMEOUT = 75
RENDER_SETTLE = 8
PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT = 30_000

# --- log ------------------------------------------------------------------------------------------------------------
LOG_LEVEL = "INFO"
# Whole items hold whole pages; one line a page is enough.
LOG_FORMATTER = "crawler.net.logs.ShortItems"
