"""Files for deployment say what the commands and settings understand."""

from __future__ import annotations

import argparse
import configparser
import re
from importlib import import_module

import pytest
import yaml
from scrapy.settings import Settings

from tests.conftest import REPO

DEPLOY = REPO / "deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
SCRAPY = re.compile(r"scrapy ([a-z][a-z-]*)((?: --[a-z-]+(?: [^\s#`-][^\s`]*)?)*)")


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_can_be_read(unit):
    found = configparser.ConfigParser(strict=True, interpolation=None, comment_prefixes=("#",))
    found.optionxform = str
    found.read_string(unit.read_text(encoding="utf-8"))
    assert {"Unit", "Install"} & set(found.sections())
    assert found.sections()[1] in ("Service", "Timer")


def test_the_compose_file_names_what_is_there():
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert set(told["services"]) == {"postgres", "store", "bucket", "worker"}
    for service in told["services"].values():
        assert set(service.get("depends_on", ())) <= set(told["services"])
    worker = told["services"]["worker"]
    assert (DEPLOY / worker["build"]["context"] / worker["build"]["dockerfile"]).is_file()
    volumes = {volume.partition(":")[0] for one in told["services"].values() for volume in one.get("volumes", ())}
    assert volumes == set(told["volumes"])
    settings = import_module("crawler.settings")
    for name in worker["environment"]:
        assert hasattr(settings, name), name


def test_the_image_copies_what_the_package_needs():
    told = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = {word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", told, re.M) for word in line.split()}
    assert all((REPO / word).exists() for word in copied)
    assert {"pyproject.toml", "README.md", "LICENSE", "crawler", "spiders", "pipelines", "scrapy.cfg"} <= copied


@pytest.mark.parametrize("path", [*sorted(DEPLOY.iterdir()), REPO / "docs/cluster.md"], ids=lambda path: path.name)
def test_commands_have_the_options_that_are_named(path):
    for name, options in SCRAPY.findall(path.read_text(encoding="utf-8")):
        module = import_module(f"crawler.commands.{name.replace('-', '_')}")
        parser = argparse.ArgumentParser(conflict_handler="resolve")
        command = module.Command()
        command.settings = Settings()
        command.add_options(parser)
        known = {option for action in parser._actions for option in action.option_strings}
        for option in re.findall(r"--[a-z-]+", options):
            assert option in known, (name, option)
