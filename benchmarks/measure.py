"""How much of what a damage did is undone: measured by text, by character, by wrong changes, by time."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from benchmarks import damage
from benchmarks.damage import Damaged
from crawler.text import decode, repair

Reader = Callable[[Damaged], str]
"""Something that makes text of what arrived."""

_HANZI = re.compile("[\u3400-\u9fff]")

LONG = 3_000
"""Characters above which the distance of two texts is measured line by line."""


@dataclass(slots=True)
class Score:
    """What one reader made of one damage.

    Attributes:
        texts, exact: number of texts, and of those given back as they were (lost characters may stand as U+FFFD).
        wrong: number of texts that were changed into something that is not the clean text.
        characters, errors: of the clean texts, and the edit distance of the results.
        lost, restored: characters that the damage does not tell any more, and how many of them stand there again.
        size, seconds: bytes (text as UTF-8) read, and the processor's time that it took.
        failures: the first texts that failed: (damaged, result, clean).
    """

    texts: int = 0
    exact: int = 0
    wrong: int = 0
    characters: int = 0
    errors: int = 0
    lost: int = 0
    restored: int = 0
    size: int = 0
    seconds: float = 0.0
    failures: list[tuple[str | bytes, str, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Share of texts that were restored exactly; 1 of none."""
        return self.exact / self.texts if self.texts else 1.0

    @property
    def error_rate(self) -> float:
        """Wrong characters per character of the clean text."""
        return self.errors / self.characters if self.characters else 0.0

    @property
    def wrong_share(self) -> float:
        """Share of texts changed into something wrong."""
        return self.wrong / self.texts if self.texts else 0.0

    @property
    def speed(self) -> float:
        """Megabytes per second."""
        return self.size / self.seconds / 1e6 if self.seconds else 0.0

    def add(self, other: Score) -> None:
        """Take in the figures of another score."""
        for name in ("texts", "exact", "wrong", "characters", "errors", "lost", "restored", "size", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.failures += other.failures


def ours(done: Damaged) -> str:
    """`crawler.text` on what arrived: decoding alone where the truth is the decoded text."""
    if isinstance(done.value, str):
        return repair(done.value, keep_script=done.keep_script).text
    text = decode(done.value, done.content_type).text
    return text if done.read == done.clean else repair(text, keep_script=done.keep_script).text


def right(result: str, done: Damaged) -> bool:
    """True if `result` is the clean text, but for lost characters that stand as U+FFFD."""
    if _same(result, done.clean):
        return True
    if isinstance(done.value, str) and done.clean == done.value and done.lost:
        return _nothing_invented(result, done.value)
    return bool(done.lost) and _fits(result, done)


def _same(result: str, clean: str) -> bool:
    """True if two texts say the same: whether a blank may break, or how a page spells a character, does not matter."""
    if damage.is_page(clean) and result.count("<") == clean.count("<"):
        result, clean = html.unescape(result), html.unescape(clean)
    return result.replace("\xa0", " ") == clean.replace("\xa0", " ")


def _nothing_invented(result: str, value: str) -> bool:
    """True if all that stands in `result` stood in `value`, in this order; the rest is U+FFFD."""
    place = 0
    for char in result.replace("\ufffd", ""):
        place = value.find(char, place) + 1
        if not place:
            return False
    return True


def _fits(result: str, done: Damaged) -> bool:
    """Whether `result` is the clean text, where each lost character may be U+FFFD, of neighbours one for all (for a
    swallowed sign also `?`).

    All places of the clean text that a character of the result may be at are followed at once: a pattern with as many
    choices would be tried for ever.
    """
    lost, clean = set(done.lost), done.clean
    # Nobody can tell whether a `?` stands for half a character or for that and the sign behind it.
    more = "?" in str(done.value)
    here = _reached({0}, clean, lost)
    for char in result:
        after: set[int] = set()
        for state in here:
            at, behind = divmod(state, 2)
            if behind:
                if more and at in lost and char == "\ufffd":
                    after.add(2 * at + 2)
            elif at < len(clean) and (char == clean[at] or (at in lost and char in _marks(clean[at]))):
                after.add(2 * at + 1)
        here = _reached(after, clean, lost)
        if not here:
            return False
    return 2 * len(clean) in here


def _marks(char: str) -> str:
    return "\ufffd" if char > "\x7f" else "?\ufffd"


def _reached(states: set[int], clean: str, lost: set[int]) -> set[int]:
    """The states with those that need no further character: `2 * place`, plus 1 behind the character at that place."""
    open_ = list(states)
    while open_:
        at, behind = divmod(open_.pop(), 2)
        skipped = at in lost and (at - 1 in lost or clean[at] <= "\x7f")
        if not behind and not skipped:
            continue
        further = 2 * at + 2 if behind else 2 * at + 1
        if further not in states:
            states.add(further)
            open_.append(further)
    return states


def _distance(result: str, clean: str) -> int:
    if result == clean:
        return 0
    if len(clean) <= LONG:
        return int(Levenshtein.distance(result, clean))
    ours_, theirs = result.split("\n"), clean.split("\n")
    if len(ours_) != len(theirs):
        return int(Levenshtein.distance(result, clean))
    return sum(int(Levenshtein.distance(a, b)) for a, b in zip(ours_, theirs, strict=True) if a != b)


def _counts(done: Damaged) -> int:
    """Characters that an error rate is a share of: the damaged part; of a page its Chinese characters."""
    if done.counts is not None:
        return done.counts
    return len(_HANZI.findall(done.clean)) or len(done.clean) if damage.is_page(done.clean) else len(done.clean)


def _size(value: str | bytes) -> int:
    return len(value) if isinstance(value, bytes) else len(value.encode("utf-8", "surrogatepass"))


def score(done: Damaged, reader: Reader = ours) -> Score:
    """What `reader` makes of one damaged text."""
    start = time.process_time()  # of this process: what else the machine does is not measured
    result = reader(done)
    seconds = time.process_time() - start
    good = right(result, done)
    errors = 0 if good else _distance(result, done.clean)
    # Bytes have to be read as something; text can be left alone.
    wrong = not good and (isinstance(done.value, bytes) or result != done.value)
    restored = sum(result[i] == done.clean[i] for i in done.lost) if good and len(result) == len(done.clean) else 0
    return Score(
        texts=1,
        exact=int(good),
        wrong=int(wrong),
        characters=_counts(done),
        errors=errors,
        lost=len(done.lost),
        restored=restored,
        size=_size(done.value),
        seconds=seconds,
        failures=[] if good else [(done.value, result, done.clean)],
    )


def measure(cases: Iterable[Damaged], reader: Reader = ours, *, keep: int = 5) -> Score:
    """Scores of many texts together; the first `keep` failures are kept."""
    total = Score()
    for done in cases:
        one = score(done, reader)
        if len(total.failures) >= keep:
            one.failures.clear()
        total.add(one)
    return total


def cases(names: str | tuple[str, str], texts: Sequence[str], seed: int = 0) -> list[Damaged]:
    """The texts, damaged; those to which it cannot happen are left out. `names` is one damage or a pair."""
    if isinstance(names, str):
        done = [damage.apply(names, text, seed) for text in texts]
    else:
        done = [damage.apply_pair(*names, text, seed) for text in texts]
    return [each for each in done if each is not None]
