"""Text that was read in a wrong encoding, put back: 鏀垮簻 and æ”¿åºœ are 政府."""

from __future__ import annotations

from crawler.text.model import Repair
from crawler.text.mojibake import gate, lost, references, utf8_as_latin1
from crawler.text.mojibake.undoing import Undoing

told = lost.told

__all__ = ["told", "undo"]


def undo(text: str, *, html: bool) -> tuple[str, list[Repair]]:
    """Put back what was read in a wrong encoding.

    Args:
        text: HTML source or plain text. All of it is repaired, tags and scripts too: the damage knew no markup.
        html: whether it is HTML source; then markup that a lost byte swallowed is put back.

    Returns:
        The text (the very same object if nothing was wrong) and one entry for each kind of damage.
    """
    if text.isascii():
        return text, []
    spelled = references.spelled(text)
    if spelled is not text:
        new, repairs = _undone(spelled, html=html)
        if any(repair.kind in (utf8_as_latin1.KIND.name, utf8_as_latin1.KIND.twice) for repair in repairs):
            return new, repairs
    return _undone(text, html=html) if gate.may_hold(text) else (text, [])


def _undone(text: str, *, html: bool) -> tuple[str, list[Repair]]:
    undoing = Undoing(html=html)
    new, entry = lost.marked(undoing.run(text))
    repairs = undoing.repairs()
    return new, [*repairs, entry] if entry else repairs
