"""The event loop under many crawls: that of Scrapy's own process, with a coroutine in charge instead of one spider."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from scrapy.crawler import AsyncCrawlerProcess

T = TypeVar("T")


def run_in(
    process: AsyncCrawlerProcess,
    main: Callable[[], Coroutine[Any, Any, T]],
    on_signal: Callable[[], None],
    on_second: Callable[[], None] | None = None,
) -> T:
    """Start the process's reactor, run a coroutine in it to its end, and return what it returns. Once a process.

    Args:
        main: makes the coroutine, with the loop running.
        on_signal: called at the first SIGINT or SIGTERM.
        on_second: called at the second one; without it the coroutine is cancelled.

    Raises:
        asyncio.CancelledError: after the second signal.
        whatever the coroutine raises.
    """
    from twisted.internet import reactor as made

    reactor: Any = made

    tasks: list[asyncio.Task[T]] = []
    heard: list[int] = []

    def hear() -> None:
        heard.append(1)
        if len(heard) == 1:
            on_signal()
        elif on_second is not None:
            on_second()
        else:
            tasks[0].cancel()

    def begin() -> None:
        loop = asyncio.get_event_loop()
        tasks.append(loop.create_task(main()))
        tasks[0].add_done_callback(lambda _: reactor.stop())
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, hear)

    reactor.callWhenRunning(begin)
    process.start(stop_after_crawl=False, install_signal_handlers=False)
    return tasks[0].result()
