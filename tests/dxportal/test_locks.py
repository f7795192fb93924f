"""The locks: every package pinned and hashed, from wherever the machine gets its packages."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def pins(name):
    text = (ROOT / name).read_text()
    assert "://" not in text, f"{name} names a host"
    blocks = re.split(r"^(?=\S)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)
    found = {}
    for block in filter(str.strip, blocks):
        pinned = re.match(r"([a-z0-9-]+(?:\[[a-z,]+\])?==\S+)", block)
        assert pinned, f"{name} has a line that pins nothing: {block!r}"
        assert "--hash=sha256:" in block, f"{pinned[1]} has no hash"
        package, version = re.sub(r"\[.*\]", "", pinned[1]).split("==")
        found.setdefault(package, set()).add(version)
    return found


def test_the_tools_are_locked_on_top_of_the_very_packages_that_production_runs():
    production, tools = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: tools.get(name) for name in production} == production


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_direct_dependency_is_locked(name):
    direct = re.findall(r"^([a-z0-9][a-z0-9-]*)", (ROOT / name).read_text(), re.MULTILINE)
    assert set(direct) <= set(pins(name.replace(".in", ".txt")))


def test_the_npm_lock_has_digests_and_no_download_addresses():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package
        assert name == "" or package["integrity"].startswith("sha512-")
