"""What a user may type to name a portal or an agency, and what it finds.

A query is tried rule after rule; the first rule that matches anything decides, so that `gz` is 广州 (a label of its
hosts) although 贵州 has the same initials. What one rule finds comes in a stable order, best first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

from opencc import OpenCC
from rapidfuzz import fuzz, process

from crawler.portals.errors import UnknownAgency, UnknownPortal
from crawler.portals.forms import Forms, forms
from crawler.portals.model import LEVELS, Agency, Portal
from crawler.portals.names import core, key, place_key, shown

_NEAREST = 5
_LONGEST_QUERY = 200
_DUMB_LABELS = frozenset({"www", "gov", "cn"})
_CHINESE = re.compile(r"[㐀-鿿]")
_CODE = re.compile(r"\d{2}|\d{4}|\d{6}")


def agency_place(agency: Agency, portal: Portal) -> tuple[str, ...]:
    """The agency's place from the prefecture down, as far as the portal's place tells it."""
    place = tuple(portal.place.split())
    if agency.code == portal.code:
        return place
    return place[:1] if agency.code[:4] == portal.code[:4] else ()


@lru_cache(maxsize=65536)
def pinyin_of(text: str) -> tuple[str, str]:
    """Full pinyin and initials of a Chinese name: 许昌 -> xuchang, xc. 绿 is `lu` here, as in addresses."""
    # Imported here: its dictionaries take longer to load than all the rest, and a host or a Chinese name needs none.
    from pypinyin import Style, lazy_pinyin

    full = "".join(lazy_pinyin(text, style=Style.NORMAL)).replace("v", "u")
    return full.lower(), "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()


@lru_cache(maxsize=1)
def _mainland() -> OpenCC:
    return OpenCC("t2s")


def simplified(query: str) -> str:
    """A query in simplified script without blanks: people outside the mainland type 廣州."""
    folded = shown(query[:_LONGEST_QUERY])
    return _mainland().convert(folded) if _CHINESE.search(folded) else folded.lower()


class _Table:
    """One rule: words to the things they mean."""

    def __init__(self) -> None:
        self._things: dict[str, list[str]] = defaultdict(list)

    def add(self, words: Iterable[str], thing: str) -> None:
        for word in words:
            if word and thing not in self._things[word]:
                self._things[word].append(thing)

    def get(self, word: str) -> list[str]:
        return self._things.get(word, [])

    def words(self) -> Iterator[tuple[str, list[str]]]:
        return iter(self._things.items())


class PortalSearch:
    """Finds portals. The rules, in order:

    1. the portal's id; 2. an address: portals of its host, those first under whose entry or column it lies;
    3. a host, with or without `www.`; then every host below it (`gz.gov.cn`);
    4. a division code: the portals with an agency of exactly this code (520000: the provincial ones), now or formerly;
       two or four digits, or a code that no agency has: everything within the division;
    5. a place, with or without 市, 省, 县; 6. a name or alias of an agency, in any form that is accepted anywhere;
    7. a row's own `pinyin`, or a label of its hosts or its path (`gz`, `sthjj`, `hbj`); 8. pinyin of the place;
    9. pinyin of the name; 10. initials of the place; 11. initials of the name; 12. a part of a name, of a host or of
    the name of the prefecture.
    """

    def __init__(self, portals: Iterable[Portal]) -> None:
        self._portals = {portal.id: portal for portal in portals}

    def find(self, query: str, family: str | None) -> list[Portal]:
        """Portals of the first rule that finds any; raises `UnknownPortal`."""
        found = self._first(query, family)
        if not found:
            raise self.unknown(query, family)
        return found

    def unknown(self, query: str, family: str | None) -> UnknownPortal:
        """The error for a query: what comes nearest, and the command to try."""
        other = self._first(query, None) if family else []
        if other:
            note = f" in the family {family}; it is of the family {other[0].family}"
            return UnknownPortal(query, tuple(map(_label, other[:_NEAREST])), _command(other[0]), note)
        near = self._nearest(query, family)
        note = f" in the family {family}" if family else ""
        return UnknownPortal(query, tuple(map(_label, near)), _command(near[0]) if near else "", note)

    def _first(self, query: str, family: str | None) -> list[Portal]:
        wanted = simplified(query)
        if not wanted:
            return []
        for rule in self._rules:
            found = [self._portals[one] for one in dict.fromkeys(rule(wanted))]
            found = [portal for portal in found if family is None or portal.family == family]
            if found:
                return found
        return []

    @cached_property
    def _rules(self) -> tuple[Callable[[str], Iterable[str]], ...]:
        return (
            lambda query: [query] if query in self._portals else [],
            self._by_address,
            self._by_host,
            self._by_code,
            lambda query: self._sorted(self._places.get(place_key(query)), query),
            lambda query: self._sorted(self._names.get(key(query)), query) if _CHINESE.search(query) else [],
            lambda query: self._sorted(self._labels.get(query), query),
            lambda query: self._sorted(self._place_pinyin.get(_latin(query)), query),
            lambda query: self._sorted(self._name_pinyin.get(_latin(query)), query),
            lambda query: self._sorted(self._place_initials.get(query), query),
            lambda query: self._sorted(self._name_initials.get(query), query),
            self._by_part,
        )

    def _sorted(self, ids: Iterable[str], query: str = "") -> list[str]:
        """Best first: the portal called so, then from the province down, governments first, by code and id."""
        wanted = key(query)

        def rank(portal_id: str) -> tuple[bool, int, bool, str, str]:
            portal = self._portals[portal_id]
            first = portal.agencies[0] if portal.agencies else None
            level = min((LEVELS.index(one.level) for one in portal.agencies), default=len(LEVELS))
            is_government = first is not None and any(one.type == "government" for one in portal.agencies)
            is_its_name = key(portal.name) == wanted or (
                query.isalpha() and query.isascii() and query in pinyin_of(portal.name)
            )
            return not is_its_name, level, not is_government, portal.code, portal.id

        return sorted(ids, key=rank)

    def _by_address(self, query: str) -> list[str]:
        host, path = _address(query)
        if not path:
            return []

        def depth(portal: Portal) -> int:
            entries = (portal.base, *(column.url for column in portal.columns))
            return max((len(own) for _, own in map(_address, entries) if path.startswith(own)), default=0)

        fitting = [self._portals[one] for one in self._hosts.get(_bare(host))]
        return [portal.id for portal in sorted(fitting, key=lambda one: (-depth(one), one.id))]

    def _by_host(self, query: str) -> list[str]:
        host = _bare(query)
        if "." not in host:
            return []
        if (same := self._hosts.get(host)) or host.count(".") < 2:
            return self._sorted(same)
        return self._sorted(
            dict.fromkeys(one for name, ids in self._hosts.words() if name.endswith("." + host) for one in ids)
        )

    def _by_code(self, query: str) -> list[str]:
        if not _CODE.fullmatch(query):
            return []
        if exact := self._codes.get(query):
            return self._sorted(exact)
        prefix = re.sub(r"(?:00){1,2}$", "", query)
        return self._sorted(
            dict.fromkeys(one for code, ids in self._codes.words() if code.startswith(prefix) for one in ids)
        )

    def _by_part(self, query: str) -> list[str]:
        if len(query) < 2 or (query.isascii() and len(query) < 4):
            return []
        if query.isascii():
            return self._sorted(one.id for one in self._portals.values() if any(query in host for host in one.hosts))
        part = key(query)
        named = {one for name, ids in self._names.words() if part in name for one in ids}
        placed = {one.id for one in self._portals.values() if query in one.place.replace(" ", "")}
        return self._sorted((named if part else set()) | placed)

    @cached_property
    def _hosts(self) -> _Table:
        table = _Table()
        for portal in self._portals.values():
            table.add(map(_bare, portal.hosts), portal.id)
        return table

    @cached_property
    def _codes(self) -> _Table:
        table = _Table()
        for portal in self._portals.values():
            table.add(_codes(portal), portal.id)
        return table

    @cached_property
    def _places(self) -> _Table:
        table = _Table()
        for portal in self._portals.values():
            table.add(_place_words(portal), portal.id)
        return table

    @cached_property
    def _names(self) -> _Table:
        table = _Table()
        for portal in self._portals.values():
            table.add([key(portal.name)], portal.id)
            for agency in portal.agencies:
                table.add(forms(agency, agency_place(agency, portal)).full, portal.id)
        return table

    @cached_property
    def _labels(self) -> _Table:
        table = _Table()
        for portal in self._portals.values():
            labels = {label for host in portal.hosts for label in host.split(".")} - _DUMB_LABELS
            path = portal.id.partition("/")[2]
            own = (word for agency in portal.agencies for word in agency.pinyin)
            table.add([*portal.pinyin, *own, *labels, *path.split("/")], portal.id)
        return table

    @cached_property
    def _place_pinyin(self) -> _Table:
        return self._pinyin_table(_place_words, 0)

    @cached_property
    def _place_initials(self) -> _Table:
        return self._pinyin_table(_place_words, 1)

    @cached_property
    def _name_pinyin(self) -> _Table:
        return self._pinyin_table(_name_words, 0)

    @cached_property
    def _name_initials(self) -> _Table:
        return self._pinyin_table(_name_words, 1)

    def _pinyin_table(self, words: Callable[[Portal], Iterable[str]], which: int) -> _Table:
        table = _Table()
        for portal in self._portals.values():
            table.add([pinyin_of(word)[which] for word in words(portal)], portal.id)
        return table

    def _nearest(self, query: str, family: str | None) -> list[Portal]:
        words = [one for one in self._spellings if family is None or self._portals[one[1]].family == family]
        return [self._portals[one] for one in _closest(simplified(query), words)]

    @cached_property
    def _spellings(self) -> list[tuple[str, str]]:
        """Words that a mistyped query may have meant, each with its portal."""
        found: list[tuple[str, str]] = []
        for portal in self._portals.values():
            # No two-letter pinyin here: it is a part of almost any query.
            words = {portal.id, *portal.hosts, *_place_words(portal), *_name_words(portal)}
            words |= {pinyin_of(word)[0] for word in (*_place_words(portal), portal.name)}
            found += [(word, portal.id) for word in sorted(words)]
        return found


class AgencySearch:
    """Finds agencies among some. The rules, in order: id; name, alias or bare form; division code; slug, sector or the
    agency's own `pinyin`; pinyin; initials; a part of a name."""

    def __init__(self, agencies: Iterable[Agency], portals: Iterable[Portal] = ()) -> None:
        self._agencies = {agency.id: agency for agency in agencies}
        self._forms: dict[str, list[Forms]] = defaultdict(list)
        for portal in portals:
            for agency in portal.agencies:
                self._forms[agency.id].append(forms(agency, agency_place(agency, portal)))
        self._hint = next((f"scrapy crawl {one.family} -a portal={one.id}" for one in portals), "")

    def find(self, query: str) -> list[Agency]:
        """Agencies of the first rule that finds any, in the registry's order; raises `UnknownAgency`."""
        wanted = simplified(query)
        for rule in (self._exact, self._named, self._worded, self._spelt, self._partly):
            found = [agency for agency in self._agencies.values() if wanted and rule(wanted, agency)]
            if found:
                return found
        raise self.unknown(query, wanted)

    def unknown(self, query: str, wanted: str) -> UnknownAgency:
        """The error for a query: what comes nearest, and the command to try."""
        words = [(name, one.id) for one in self._agencies.values() for name in (*one.names, one.id)]
        words += [(pinyin_of(one.name)[0], one.id) for one in self._agencies.values()]
        near = [self._agencies[one] for one in _closest(wanted or simplified(query), words)]
        hint = f"{self._hint} -a agency={near[0].id}" if self._hint and near else ""
        return UnknownAgency(query, tuple(f"{one.name} ({one.id})" for one in near), hint)

    @staticmethod
    def _exact(query: str, agency: Agency) -> bool:
        return query in {agency.id, agency.code}

    def _named(self, query: str, agency: Agency) -> bool:
        if not _CHINESE.search(query):
            return False
        known = self._forms.get(agency.id) or [forms(agency, ())]
        wanted = key(query)
        return any(wanted in one.full or (bool(self._forms) and wanted in one.local) for one in known)

    @staticmethod
    def _worded(query: str, agency: Agency) -> bool:
        return query in {agency.id.partition("-")[2], agency.sector, *agency.pinyin}

    @staticmethod
    def _spelt(query: str, agency: Agency) -> bool:
        return any(_latin(query) in pinyin_of(name) for name in agency.names)

    @staticmethod
    def _partly(query: str, agency: Agency) -> bool:
        part = key(query)
        return len(part) >= 2 and any(part in key(name) for name in agency.names)


def _place_words(portal: Portal) -> list[str]:
    """广州市, 广州; for 深圳市 南山区: 南山区, 南山, 深圳市南山区, 深圳南山."""
    parts = [place_key(part) for part in portal.place.split()]
    if not parts:
        return []
    words = [parts[-1], core(parts[-1]), "".join(parts), "".join(map(core, parts)), "".join(portal.place.split())]
    return list(dict.fromkeys(words))


def _name_words(portal: Portal) -> list[str]:
    names = [portal.name, *(name for agency in portal.agencies for name in agency.names)]
    return list(dict.fromkeys(names))


def _codes(portal: Portal) -> set[str]:
    former = {old.code for agency in portal.agencies for old in agency.former_codes}
    return {agency.code for agency in portal.agencies} | former


def _latin(query: str) -> str:
    return re.sub(r"[\s'’_-]", "", query).replace("ü", "u").replace("v", "u")


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _address(query: str) -> tuple[str, str]:
    """Host, and path with query, of an address with or without scheme; empty when it has no path or is none."""
    if "/" not in query:
        return "", ""
    try:
        parts = urlsplit(query if "://" in query else f"//{query}")
        # One page may show the list of each of many bodies, told apart by its query alone.
        return (parts.hostname or ""), (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    except ValueError:
        return "", ""


def _closest(wanted: str, choices: list[tuple[str, str]]) -> list[str]:
    """Ids of the words that come nearest to what was asked, best first, each id once."""
    ranked = process.extract(
        wanted, [word for word, _ in choices], scorer=fuzz.WRatio, limit=_NEAREST * 6, score_cutoff=40
    )
    ids = dict.fromkeys(choices[index][1] for _, _, index in ranked)
    return list(ids)[:_NEAREST]


def _label(portal: Portal) -> str:
    return f"{portal.name} ({portal.id})"


def _command(portal: Portal) -> str:
    return f"scrapy crawl {portal.family} -a portal={portal.id} -a sample=3"
