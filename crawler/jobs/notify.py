"""Telling others how a scheduled crawl went: a webhook, a mail, and a heartbeat whose absence says that nothing ran.

Settings, all empty by default:
    CRAWL_DUE_WEBHOOK: URL that gets the summary as a JSON POST.
    CRAWL_DUE_MAIL: addresses, comma-separated; sent by way of Scrapy's MAIL_HOST, MAIL_PORT, MAIL_USER, MAIL_PASS,
        MAIL_TLS, MAIL_SSL, MAIL_FROM. (Scrapy's own MailSender is deprecated and has no successor.)
    CRAWL_DUE_NOTIFY: `always`, or `trouble` (default): only when the exit code is not 0 or something new was stored.
    HEARTBEAT_FILE: written at the end of each run that came to its end, with the summary.
    HEARTBEAT_URL: asked for (GET) at the same moment: the address of a dead-man check such as healthchecks.io.

What cannot be told is a line in the log and in the result; it never changes what the crawl itself came to.
"""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

TIMEOUT = 20.0
"""Seconds that a webhook, a heartbeat or a mail server may take."""


def check_channels(settings: BaseSettings) -> None:
    """See whether the settings make sense before anything depends on them.

    Raises:
        ValueError: naming the setting.
    """
    wish = settings.get("CRAWL_DUE_NOTIFY")
    if wish not in ("always", "trouble"):
        raise ValueError(f"CRAWL_DUE_NOTIFY={wish!r}: write always or trouble")
    for name in ("CRAWL_DUE_WEBHOOK", "HEARTBEAT_URL"):
        if (url := settings.get(name)) and not str(url).startswith(("http://", "https://")):
            raise ValueError(f"{name}={url!r}: write an address that begins with http:// or https://")


def notify(settings: BaseSettings, summary: dict[str, Any], text: str) -> list[str]:
    """Tell everybody who is to be told. Returns a sentence for each who could not be.

    Args:
        settings: see the module's text.
        summary: JSON values; `exit_code` and `new` decide whether there is trouble or news.
        text: the same for people.
    """
    channels: list[tuple[str, Callable[[], None]]] = []
    if settings.get("CRAWL_DUE_NOTIFY") == "always" or summary["exit_code"] or summary["new"] or summary["changed"]:
        if webhook := settings.get("CRAWL_DUE_WEBHOOK"):
            channels.append((f"the webhook {webhook}", lambda: _post(webhook, summary | {"text": text})))
        if settings.getlist("CRAWL_DUE_MAIL"):
            channels.append(("the mail", lambda: _mail(settings, summary, text)))
    return _try(channels)


def beat(settings: BaseSettings, summary: dict[str, Any]) -> list[str]:
    """Leave the sign that a run came to its end. Returns a sentence for each that could not be left."""
    channels: list[tuple[str, Callable[[], None]]] = []
    if file := settings.get("HEARTBEAT_FILE"):
        channels.append((f"the heartbeat file {file}", lambda: _write(Path(file), summary)))
    if url := settings.get("HEARTBEAT_URL"):
        channels.append((f"the heartbeat {url}", lambda: _open(url)))
    return _try(channels)


def _try(channels: list[tuple[str, Callable[[], None]]]) -> list[str]:
    failed = []
    for name, act in channels:
        try:
            act()
        except (OSError, ValueError, smtplib.SMTPException) as error:
            failed.append(f"{name} could not be reached: {type(error).__name__}: {error}")
    return failed


def _post(url: str, summary: dict[str, Any]) -> None:
    body = json.dumps(summary, ensure_ascii=False).encode()
    _open(url, body, {"Content-Type": "application/json; charset=utf-8"})


def _open(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> None:
    """GET, or POST with a body. Raises ValueError for what is no web address: urllib would also open files and ftp."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url!r} is no http or https address")
    request = urllib.request.Request(url, data=body, headers=headers or {})  # noqa: S310  judged above
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
        answer.read(1)


def _write(path: Path, summary: dict[str, Any]) -> None:
    """Whole or not at all: whoever watches the file must not read half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}")
    half.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    half.replace(path)


def _mail(settings: BaseSettings, summary: dict[str, Any], text: str) -> None:
    message = EmailMessage()
    message["Subject"] = f"scrapy crawl-due: {summary['headline']}"
    message["From"] = settings["MAIL_FROM"]
    message["To"] = ", ".join(settings.getlist("CRAWL_DUE_MAIL"))
    message.set_content(text)
    host, port = settings["MAIL_HOST"], settings.getint("MAIL_PORT")
    if settings.getbool("MAIL_SSL"):
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    with server:
        if settings.getbool("MAIL_TLS"):
            server.starttls(context=ssl.create_default_context())
        if settings.get("MAIL_USER"):
            server.login(settings["MAIL_USER"], settings["MAIL_PASS"])
        server.send_message(message)
