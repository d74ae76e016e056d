"""A bot that is killed at any moment, and started again, has done and said the same in the end."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_ten_deaths_spoil_nothing():
    """In a process of its own: only one that has begun nothing yet may be copied by a fork."""
    command = [sys.executable, "-m", "tests.crash", "--points", "10"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith("10 points"), result.stdout
    assert "0 double writes, 0 lost outcomes" in result.stdout
