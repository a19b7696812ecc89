"""`scrapy codebook [FOLDER]`: what every cell of the dataset means, written from the formats."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.terminal import open_output, positional
from crawler.reports import codebook, formats


class Command(ScrapyCommand):
    """Exit codes: 0 written or printed; 2 the arguments are wrong."""

    requires_project = False
    requires_crawler_process = False

    def syntax(self) -> str:
        """Arguments of the command."""
        return "[folder]"

    def short_desc(self) -> str:
        """One line for `scrapy -h`."""
        return "Write the codebook: every cell of every statutory format"

    def long_desc(self) -> str:
        """Help text."""
        return (
            "Write codebook.csv (one line a cell: address, labels in Chinese and English, unit, formula, checks, law) "
            "one page for each format and one for the findings into a folder. Without a folder the CSV is printed."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write or print."""
        args = positional(args)
        if len(args) > 1:
            raise UsageError("name one folder, or none to print the CSV: scrapy codebook docs/codebook")
        if not args:
            open_output()
            sys.stdout.write(codebook.to_csv())
            return
        for path in write(Path(args[0])):
            sys.stdout.write(f"{path}\n")


def write(folder: Path) -> list[Path]:
    """Write the codebook's files into `folder` (made where it is missing) and return them."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{form.id}.md": codebook.to_markdown(form) for form in formats.load().values()}
    pages["findings.md"] = codebook.findings_to_markdown()
    pages["codebook.csv"] = codebook.to_csv()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in sorted(pages)]
