"""The shell blocks of README and tutorial are run as a newcomer would, in a fresh clone."""

import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FIRST_START_S = 90
"""From nothing to the address of the page."""
WITHOUT_TOKENS = 2
"""`check` and `run` say what is missing: a newcomer has no tokens at this point."""

pytestmark = pytest.mark.slow


def commands(page: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines()
    return [line.partition("#")[0].strip() for line in lines if line.partition("#")[0].strip()]


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("clone") / "chargehand"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", ROOT, target], check=True)
    return target


def demo(clone: Path) -> Iterator[str]:
    """Start the demo, give its lines until the address has come, and end it."""
    process = subprocess.Popen(
        ["make", "demo"], cwd=clone, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    try:
        for line in process.stdout:
            yield line
            if "http://127.0.0.1" in line:
                return
    finally:
        subprocess.run(["kill", "-INT", "--", f"-{process.pid}"], check=False)
        process.communicate(timeout=30)


def run(command: str, clone: Path) -> None:
    match shlex.split(command):
        case ["make", "demo"]:
            assert any("http://127.0.0.1" in line for line in demo(clone))
        case ["make", "test"]:  # this test is part of it: only that it is a target
            subprocess.run(["make", "-n", "test"], cwd=clone, check=True, capture_output=True)
        case [".venv/bin/python", "-m", "bot", *_] as words:
            done = subprocess.run(
                words, cwd=clone, capture_output=True, text=True, timeout=60, check=False
            )
            assert done.returncode == WITHOUT_TOKENS
            assert "SLACK_BOT_TOKEN" in done.stderr
        case ["cp", *_] as words:
            subprocess.run(words, cwd=clone, check=True)
        case words:
            raise AssertionError(f"nobody has said how to try {words}")


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md"])
def test_every_shell_block_works(page, clone, monkeypatch):
    """A page whose commands fail is worse than none."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "CHARGEHAND_CONFIG_TOML"):
        monkeypatch.delenv(name, raising=False)
    signal.alarm(FIRST_START_S * 3)
    try:
        assert commands(page)
        for command in commands(page):
            run(command, clone)
    finally:
        signal.alarm(0)
