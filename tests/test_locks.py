"""The lock files are what `make setup` installs: all that is asked for, with hashes."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN, DEV = "requirements.lock", "requirements-dev.lock"
ASKED = {
    RUN: [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["sandbox"],
    ],
    DEV: [one for group in PROJECT["dependency-groups"].values() for one in group],
}


def text(lock: str) -> str:
    return (ROOT / lock).read_text(encoding="utf-8")


def entries(lock: str) -> list[str]:
    return re.split(r"^(?=[\w.-]+==)", text(lock), flags=re.MULTILINE)[1:]


def pins(lock: str) -> list[Requirement]:
    """A package may be pinned twice, for older and newer versions of Python."""
    return [Requirement(entry.partition("\\")[0]) for entry in entries(lock)]


@pytest.mark.parametrize("lock", ASKED)
def test_what_is_asked_for_is_pinned_to_versions_that_will_do(lock):
    """Else somebody has forgotten `make lock`."""
    versions = {
        pin.name: [one.version for one in pin.specifier] for pin in pins(lock) if pin.specifier
    }

    for asked in map(Requirement, ASKED[lock]):
        assert versions[asked.name], asked
        assert all(asked.specifier.contains(version) for version in versions[asked.name]), asked


def test_the_tests_run_on_what_people_run():
    """Markers aside: the tools ask for some packages on more machines."""
    run, dev = ({f"{pin.name}{pin.specifier}" for pin in pins(lock)} for lock in (RUN, DEV))

    assert run <= dev


@pytest.mark.parametrize("lock", ASKED)
def test_each_pin_has_a_hash_and_none_an_address(lock):
    """A registry's name would bind everybody to that registry."""
    assert [entry.split("==")[0] for entry in entries(lock) if "--hash=sha256:" not in entry] == []
    assert "://" not in text(lock)
    assert "index-url" not in text(lock)


def test_the_readme_says_why_each_is_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Dependencies")[2].partition("\n## ")[0]
    told = {name for row in section.splitlines() for name in re.findall(r"[\w-]+", row[:80])}
    asked = {Requirement(one).name for each in ASKED.values() for one in each}

    assert asked - told == set()
