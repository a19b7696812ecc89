"""How much of damaged Chinese text `crawler.text` gives back, beside ftfy, chardet, charset-normalizer and Scrapy.

    python -m benchmarks.repair [--quick] [--only NAME] [--failures 3] [--json]

Clean texts of `benchmarks/corpus` are damaged in every way that `benchmarks.damage` knows and in pairs of them; each
row of the table is one damage: texts restored exactly (of headings, of prose, of pages with one damaged part, of whole
pages), character error rate, texts changed into something wrong, megabytes in a second of the processor (on pages, or
the longest texts there are), and the aim. The other libraries read each fourth of the same texts in the same run.
Behind that: clean text, and times.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import aims, damage, speed
from benchmarks.measure import Score
from benchmarks.trials import FULL, QUICK, UNITS, Names, Trial, everything, total, trial

GROUPS = {
    "bytes": "Bytes undeclared or declared wrongly",
    "codec": "Text that was misread",
    "shift": "Runs read one byte off",
    "content": "Script, pronunciations, entities, look-alikes",
    "pair": "Pairs of damages",
}


def group(names: Names) -> str:
    """Which table a damage stands in."""
    if isinstance(names, tuple):
        return "pair"
    return damage.REGISTRY[names].group if names in damage.REGISTRY else "bytes"


def judged(done: Trial) -> list[tuple[str, aims.Aim, bool]]:
    """(unit, aim, whether it is met) of a trial."""
    named = [(unit, aims.of(done.names, unit), score) for unit, score in done.units.items()]
    return [(unit, aim, aim.met(score)) for unit, aim, score in named]


# --- for programs ------------------------------------------------------------------------------------------------


def _figures(score: Score) -> dict[str, Any]:
    return {
        "texts": score.texts,
        "exact": round(score.share, 5),
        "character_error_rate": round(score.error_rate, 6),
        "wrong": score.wrong,
        "lost": score.lost,
        "lost_restored": score.restored,
        "mb_s": round(score.speed, 2),
    }


def _row(done: Trial) -> dict[str, Any]:
    return {
        "damage": done.names if isinstance(done.names, str) else list(done.names),
        "group": group(done.names),
        "units": {unit: _figures(score) for unit, score in done.units.items()},
        "aims": [{"unit": unit, "aim": str(aim), "met": met} for unit, aim, met in judged(done)],
        "fast_enough": _fast(done),
        "others": {name: _figures(score) for name, score in done.others.items()},
    }


def _pace(done: Trial) -> float:
    """MB/s on the longest texts there are: on headings, a call costs more than its text."""
    return next(done.units[unit].speed for unit in ("page", "part", "prose", "heading") if unit in done.units)


def _fast(done: Trial) -> bool:
    return _pace(done) >= aims.DAMAGED_MB_S


# --- for people --------------------------------------------------------------------------------------------------


def _percent(share: float) -> str:
    """Rounded down, so that 100 means all."""
    return f"{int(share * 10_000) / 100:g}"


def _cells(done: Trial) -> list[str]:
    whole = total(done.units.values())
    names = done.names if isinstance(done.names, str) else " + ".join(done.names)
    exact = [_percent(done.units[unit].share) if unit in done.units else "" for unit in UNITS]
    said = " / ".join(dict.fromkeys(str(aim) for _, aim, _ in judged(done)))
    unmet = [unit for unit, _, met in judged(done) if not met]
    answer = f"[red]no[/] ({', '.join(unmet)})" if unmet else "[green]yes[/]"
    pace = f"{_pace(done):.1f}" if _fast(done) else f"[red]{_pace(done):.2f}[/]"
    rest = [_percent(score.share) for score in done.others.values()]
    return [names, str(whole.texts), *exact, f"{whole.error_rate:.4f}", str(whole.wrong), pace, said, answer, *rest]


def _table(title: str, trials: list[Trial]) -> Table:
    others = list(dict.fromkeys(name for done in trials for name in done.others))
    table = Table(title=title, title_justify="left", caption_justify="left")
    columns = ("damage", "texts", *UNITS, "CER", "wrong", "MB/s", "aim", "met", *others)
    for column in columns:
        table.add_column(column, justify="left" if column in ("damage", "aim") else "right", overflow="fold")
    for done in trials:
        cells = _cells(done)
        fixed, rest = (
            cells[: len(columns) - len(others)],
            dict(zip(done.others, cells[-len(done.others) :], strict=True)),
        )
        table.add_row(*fixed, *(rest.get(name, "") for name in others))
    return table


def _show_failures(console: Console, done: Trial, count: int) -> None:
    for unit, score in done.units.items():
        for value, result, clean in score.failures[:count]:
            at = next((i for i, (a, b) in enumerate(zip(result, clean, strict=False)) if a != b), 0)
            cut = slice(max(0, at - 20), at + 60)
            console.print(
                f"{done.names} ({unit})\n  arrived {value[:80]!r}\n  result  {result[cut]!r}\n  clean   {clean[cut]!r}",
                markup=False,
            )


def _show(console: Console, trials: list[Trial], failures: int) -> None:
    for name, title in GROUPS.items():
        chosen = [done for done in trials if group(done.names) == name and done.units]
        if chosen:
            console.print(_table(f"{title}: per cent of texts restored exactly", chosen))
            for done in chosen:
                _show_failures(console, done, failures)


def _show_rest(console: Console, alarms: speed.Alarms, paces: list[speed.Pace]) -> None:
    answer = "[green]yes[/]" if not alarms.changed and not alarms.together else "[red]no[/]"
    console.print(
        f"Clean text: {alarms.changed} of {alarms.paragraphs} paragraphs changed, {alarms.together} of their lots as "
        f"one text (aim 0: {answer}), {alarms.mb_s:.0f} MB/s; "
        f"ftfy changes {alarms.ftfy_changed} of {alarms.ftfy_tried}."
    )
    for before, after in alarms.samples:
        console.print(f"  {before[:60]!r}\n  {after[:60]!r}", markup=False)
    table = Table(title="Times on one page of 100 kB", title_justify="left")
    for column in ("", "ms", "MB/s", "of lxml's parse", "aim", "met"):
        table.add_column(column, justify="left" if column in ("", "aim") else "right")
    for pace in paces:
        met = "" if pace.met is None else "[green]yes[/]" if pace.met else "[red]no[/]"
        table.add_row(pace.what, f"{pace.milliseconds:.2f}", f"{pace.mb_s:.0f}", f"{pace.of_parse:.2f}", pace.aim, met)
    console.print(table)


def _run(names: list[Names], *, quick: bool, jobs: int) -> list[Trial]:
    work = partial(trial, sizes=QUICK if quick else FULL)
    if jobs < 2:
        return [work(each) for each in names]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(work, names))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small part of the texts")
    parser.add_argument(
        "--only", default="", metavar="NAME", help="damages whose name holds NAME; no clean text, no times"
    )
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="show N failures of each damage and unit")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--json", action="store_true", help="figures as JSON on standard output")
    options = parser.parse_args()
    console = Console(stderr=options.json, width=None if sys.stdout.isatty() else 190)
    start = time.perf_counter()
    chosen = [names for names in everything() if options.only in str(names)]
    trials = _run(chosen, quick=options.quick, jobs=options.jobs)
    _show(console, trials, options.failures)
    figures: dict[str, Any] = {"damages": [_row(done) for done in trials if done.units]}
    if not options.only:
        alarms = speed.false_alarms(5_000 if options.quick else aims.CLEAN_PARAGRAPHS, 200 if options.quick else 2_000)
        paces = speed.paces()
        _show_rest(console, alarms, paces)
        figures |= {"clean": vars_of(alarms), "times": [pace.as_json() for pace in paces]}
    console.print(f"{time.perf_counter() - start:.0f} s")
    if options.json:
        print(json.dumps(figures, ensure_ascii=False, indent=1))


def vars_of(alarms: speed.Alarms) -> dict[str, Any]:
    """Figures on clean text as plain values."""
    return {name: getattr(alarms, name) for name in alarms.__slots__}


if __name__ == "__main__":
    main()
