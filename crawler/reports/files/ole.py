"""OLE files: Word 97–2003 and WPS documents, old Excel sheets, and what is only wrapped in one (encrypted Office)."""

from __future__ import annotations

import io

import olefile

from crawler.reports.files.model import Opened, Unreadable


def read(source: bytes) -> Opened:
    """What an OLE file holds.

    Raises:
        Unreadable: an encrypted document, a kind that is not read, or a damaged file.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(source)) as ole:
            streams = {"/".join(path).lower(): path for path in ole.listdir(streams=True, storages=False)[:2000]}
            if "worddocument" in streams:
                from crawler.reports.files.word import doc

                return doc.read({name: ole.openstream(streams[name]).read() for name in doc.STREAMS if name in streams})
    except (OSError, ValueError, IndexError) as error:
        raise Unreadable("damaged", f"the file is damaged ({error})") from error
    if "encryptedpackage" in streams:
        raise Unreadable("encrypted", "the Office file is encrypted; its text needs a password")
    if "workbook" in streams or "book" in streams:
        from crawler.reports.files import sheets

        return sheets.read_xls(source)
    names = ", ".join(sorted(streams)[:4])
    raise Unreadable(
        "unknown_kind", f"an OLE file that is neither Word nor Excel (it holds {names}), which is not read"
    )
