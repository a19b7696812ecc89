"""A line to Postgres that can be cut: bytes go through while it is whole, and nowhere, without an error, afterwards."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class Wire:
    """Stands between workers and a server on a Unix socket.

    Args:
        url: the server's, with `?host=` its socket's folder.
    """

    def __init__(self, url: str) -> None:
        folder = parse_qs(urlsplit(url).query)["host"][0]
        self._server = next(Path(folder).glob(".s.PGSQL.*[0-9]"))
        # Paths of sockets may be a hundred characters long at most.
        self._folder = Path(tempfile.mkdtemp(prefix="wire-"))
        self.url = url.replace(folder, str(self._folder))
        """The address by way of this wire."""
        self._whole = threading.Event()
        self._whole.set()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._folder / self._server.name))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Let nothing through any more; connections stay open."""
        self._whole.clear()

    def close(self) -> None:
        """Listen no longer."""
        self._listener.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._whole.wait()
            far = socket.socket(socket.AF_UNIX)
            far.connect(str(self._server))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                self._whole.wait()
                other.sendall(data)
        except OSError:
            pass
        finally:
            one.close()
            other.close()
