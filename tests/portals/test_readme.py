from __future__ import annotations

import re
from pathlib import Path

from crawler.portals import loader, model, quirks, registry

README = (Path(loader.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_examples_of_the_readme_load(tmp_path: Path) -> None:
    for number, text in enumerate(re.findall(r"```toml\n(.*?)```", README, re.DOTALL)):
        (tmp_path / f"{number}.toml").write_text(text, encoding="utf-8")
    own = registry.load(tmp_path)
    assert own.find("林田市环保局")[0].id == "sthjj.lintian.gov.cn"
    assert own.portal("sthjj.lintian.gov.cn").columns[0].title == "政府信息公开年报"


def test_the_readme_speaks_of_every_field_family_and_parameter() -> None:
    fields = set(model.Portal.model_fields) | set(model.Agency.model_fields) | set(quirks.FAMILIES)
    params = {name for family in quirks.FAMILIES.values() for name in family.model_fields}
    assert [name for name in sorted(fields | params) if f"`{name}`" not in README] == []
