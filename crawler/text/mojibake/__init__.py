"""Text that was read in a wrong encoding, put back: 鏀垮簻 and æ”¿åºœ are 政府."""

from __future__ import annotations

from crawler.text.model import Repair
from crawler.text.mojibake import gate, lost
from crawler.text.mojibake.undoing import Undoing

__all__ = ["undo"]


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
    new, repairs = text, list[Repair]()
    if gate.may_hold(text):
        undoing = Undoing(html=html)
        new = undoing.run(text)
        repairs = undoing.repairs()
    if gate.lost_signs(new):
        new = lost.marked(new)
        entry = lost.tell(new, sum(repair.lost for repair in repairs), text)
        repairs += [entry] if entry else []
    return new, repairs
