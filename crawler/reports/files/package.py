"""Zip packages with an end: what is unpacked is counted, and members are read one by one."""

from __future__ import annotations

import io
import zipfile

import lxml.etree as etree

from crawler.reports.files.model import MAX_INFLATED, TooMuch, Unreadable, unreadable

_MOST_MEMBERS = 4_000
_READ = 1 << 20


class Package:
    """A zip file in memory. `names` are its members."""

    def __init__(self, source: bytes) -> None:
        # The directory is read whole before anything can be counted: a million entries take a minute.
        if source.count(b"PK\x01\x02") > _MOST_MEMBERS:
            raise TooMuch(f"the archive has more than {_MOST_MEMBERS} members")
        if b"PK\x05\x06" not in source[-70_000:]:  # the directory stands at the end, behind a comment at most
            raise Unreadable("cut", "the archive ends before its list of contents: a transfer that was cut, or damage")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source))
        except Exception as error:
            raise unreadable(error, "the archive") from error
        # Damage can leave a member without a name, which `is_dir` does not expect.
        self.infos = {info.filename: info for info in self._zip.infolist() if info.filename and not info.is_dir()}
        self._left = MAX_INFLATED

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the members, in order."""
        return tuple(self.infos)

    def read(self, name: str) -> bytes:
        """One member, unpacked; b"" for one that is not there.

        Raises:
            Unreadable: it is damaged or encrypted.
            TooMuch: the archive unpacks to more than any document.
        """
        info = self.infos.get(name)
        if info is None:
            return b""
        if info.flag_bits & 1:
            raise Unreadable("encrypted", "the archive is encrypted; its members need a password")
        out: list[bytes] = []
        try:
            with self._zip.open(info) as member:
                while piece := member.read(_READ):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise TooMuch("the archive unpacks to more than any document: a bomb")
                    out.append(piece)
        except Unreadable:
            raise
        except Exception as error:  # each of its decompressors (deflate, bzip2, LZMA) has errors of its own
            raise unreadable(error, f"{name} of the archive") from error
        return b"".join(out)

    def xml(self, name: str) -> etree._Element | None:
        """The root of an XML member; None where it is not there or is no XML."""
        return parse_xml(self.read(name))


def parse_xml(source: bytes) -> etree._Element | None:
    """XML without entities from outside or inside (they can grow without end), or None. Damaged XML as far as it
    goes."""
    if not source.strip():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if isinstance(root, etree._Element) else None


def local(element: etree._Element) -> str:
    """An element's name without its namespace ("" for comments): strict and transitional OOXML differ only there."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element | None, name: str) -> str | None:
    """An attribute by its local name."""
    if element is None:
        return None
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first child of that local name, and so on down the path."""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if local(one) == name), None)
    return element
