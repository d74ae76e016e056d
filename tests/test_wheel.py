"""The wheel is the whole program: it runs where there is no checkout."""

import os
import site
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from bot import __version__

ROOT = Path(__file__).parents[1]
PATIENCE_S = 120

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Path:
    """A folder with a Python in it that has the wheel and what it depends on, and no checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    build = [*("-m", "build", "--wheel", "--no-isolation", "--outdir"), str(folder), str(ROOT)]
    subprocess.run([sys.executable, *build], check=True, capture_output=True, timeout=PATIENCE_S)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    return folder


def command(elsewhere: Path, *words: str) -> subprocess.Popen[str]:
    environ = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.Popen(
        [elsewhere / "venv" / "bin" / "python", "-m", "bot", *words],
        cwd=elsewhere,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_it_says_its_version(elsewhere):
    said, _ = command(elsewhere, "version").communicate(timeout=PATIENCE_S)

    assert said == f"chargehand {__version__}\n"


def test_it_brings_the_sandbox_with_its_page_and_its_manifest(elsewhere):
    sandbox = command(elsewhere, "sandbox")
    assert sandbox.stdout
    alarm = threading.Timer(PATIENCE_S, sandbox.kill)
    alarm.start()
    try:
        assert any("http://127.0.0.1" in line for line in sandbox.stdout)
    finally:
        alarm.cancel()
        sandbox.terminate()
        sandbox.communicate(timeout=PATIENCE_S)


def test_it_is_installed_as_a_command(elsewhere):
    (entries,) = elsewhere.glob("venv/lib/python*/site-packages/*.dist-info/entry_points.txt")

    assert "chargehand = bot.cli:main" in entries.read_text()
