"""The folder of own rows: tried beside the others, written whole or not at all, never twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crawler.portals import own, registry
from crawler.portals.own import ADDED, append, load_own, staged
from tests.portals.conftest import ROW

OTHER = ROW.replace("www.lintian.gov.cn", "sthjj.lintian.gov.cn").replace("449900-zf", "449900-sthjj")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_row_is_tried_in_a_copy_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    with staged(folder, ROW) as tried:
        assert "www.lintian.gov.cn" in registry.load(tried, shipped=False)
    assert not tried.exists()
    assert not folder.exists()


def test_a_copy_holds_the_rows_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(ROW, encoding="utf-8")
    with staged(tmp_path, OTHER) as tried:
        assert len(registry.load(tried, shipped=False)) == 2
    assert names(tmp_path) == ["own.toml"]


def test_rows_are_appended_and_the_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "mine"
    path = append(folder, ROW, portal_id="www.lintian.gov.cn")
    append(folder, OTHER, portal_id="sthjj.lintian.gov.cn")
    assert path == folder / ADDED
    assert names(folder) == [ADDED]
    assert {"www.lintian.gov.cn", "sthjj.lintian.gov.cn"} <= {row.id for row in load_own(folder)}
    assert path.read_text(encoding="utf-8").count("# Rows that") == 1


def test_a_row_that_is_there_is_not_written_again(tmp_path: Path) -> None:
    path = append(tmp_path, ROW, portal_id="www.lintian.gov.cn")
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match=r"www\.lintian\.gov\.cn"):
        append(tmp_path, ROW, portal_id="www.lintian.gov.cn")
    assert path.read_bytes() == before


def test_of_many_that_add_at_once_none_is_lost(tmp_path: Path) -> None:
    rows = {f"h{n}.lintian.gov.cn": ROW.replace("www.lintian.gov.cn", f"h{n}.lintian.gov.cn") for n in range(6)}
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: append(tmp_path, one[1], portal_id=one[0]), rows.items()))
    assert set(rows) <= {row.id for row in load_own(tmp_path)}
    assert names(tmp_path) == [ADDED]


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = append(tmp_path, ROW, portal_id="www.lintian.gov.cn")
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(own.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        append(tmp_path, OTHER, portal_id="sthjj.lintian.gov.cn")
    assert path.read_bytes() == before
    assert names(tmp_path) == [ADDED]


def test_a_folder_that_does_not_load_is_told_with_its_faults(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[[portal]]\nid = 1\n", encoding="utf-8")
    with pytest.raises(registry.RegistryError, match=r"own\.toml"):
        append(tmp_path, ROW, portal_id="www.lintian.gov.cn")
    assert names(tmp_path) == ["own.toml"]
