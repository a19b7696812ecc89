"""Time of `crawler.text.decode` and `crawler.text.repair` on clean and damaged pages, beside plain `bytes.decode`.

Run with `python -m benchmarks.text` or `python benchmarks/text.py`. Each figure is the best of several rounds; the
first call, which loads tables, is shown apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from crawler.text import decode, repair

SENTENCE = "2023年，我局认真听取群众意见，通过门户网站主动公开信息三百余条，收到申请十七件，均按时办结。"
DAMAGED = "2023年，我局認真聽取群眾意見，通過門戶網(wǎng)站主動公開信息三百餘條，收到申請十七件，均按時辦結(jié)。"
ROUNDS = 15


def page(sentence: str, size: int, encoding: str) -> bytes:
    """An HTML page of about `size` bytes."""
    row = f'<p class="MsoNormal" style="text-indent:2em">{sentence}&nbsp;</p>\n'
    rows = size // len(row.encode(encoding)) + 1
    return ('<html><head><meta charset="gb2312"></head><body>' + row * rows + "</body></html>").encode(encoding)


def best(work: Callable[[], object]) -> float:
    """Shortest of some rounds, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def line(name: str, milliseconds: float, plain: float) -> None:
    """One row of the table."""
    print(f"{name:44} {milliseconds:9.3f} ms   {milliseconds / plain:8.1f} x bytes.decode")


def main() -> None:
    """Print the table."""
    size = 100_000
    body = page(SENTENCE, size, "gb18030")
    for name, work in (("first decode of a GBK page", lambda: decode(body)), ("first repair", lambda: repair(DAMAGED))):
        start = time.perf_counter()
        work()
        print(f"{name:44} {(time.perf_counter() - start) * 1000:9.1f} ms")
    print(f"\npages of {size // 1000} kB")
    for encoding in ("utf-8", "gb18030"):
        body = page(SENTENCE, size, encoding)
        text = body.decode(encoding)
        plain = best(lambda body=body, encoding=encoding: body.decode(encoding))  # type: ignore[misc]
        line(f"bytes.decode, {encoding}", plain, plain)
        line(f"decode, {encoding}", best(lambda body=body: decode(body, "text/html; charset=utf-8")), plain)  # type: ignore[misc]
        line(f"repair, clean, {encoding}", best(lambda text=text: repair(text)), plain)  # type: ignore[misc]
    damaged = page(DAMAGED, size, "utf-8").decode("utf-8")
    line("repair, traditional with pinyin", best(lambda: repair(damaged)), plain)


if __name__ == "__main__":
    main()
