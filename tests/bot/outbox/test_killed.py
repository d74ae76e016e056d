"""A process that is killed at any moment, and started again, has said the same in the end."""

import json
import multiprocessing
import random
import signal
from pathlib import Path

from tests.bot.outbox import mortal

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([mortal.__name__])


def life(folder: Path, last: int | None) -> int | None:
    process = FORKS.Process(target=mortal.live, args=(folder, last))
    process.start()
    process.join(60)
    return process.exitcode


def said(folder: Path) -> tuple[list[tuple[str, str | None]], dict[str, str]]:
    """What was posted in which thread, in order, and what each message says in the end."""
    lines = [json.loads(line) for line in (folder / "chat.jsonl").read_text().splitlines()]
    posts = [line for line in lines if line["verb"] == "post"]
    keys = {line["ts"]: line["key"] for line in posts}
    texts = {line["key"]: line["text"] for line in lines if line["verb"] == "edit"}
    return [(line["key"], keys.get(line["thread"])) for line in posts], texts


def test_ten_deaths_change_nothing(tmp_path):
    """Each store write and each outgoing call is a moment to die at."""
    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    assert life(undisturbed, None) == 0
    moments = int((undisturbed / "moments").read_text())
    expected = said(undisturbed)
    assert expected == (
        [("card 0", None), ("line 0", "card 0"), ("card 1", None), ("line 1", "card 1")],
        {"card 0": "hour 4", "card 1": "hour 5"},
    )

    for moment in random.Random(7).sample(range(1, moments + 1), 10):
        folder = tmp_path / str(moment)
        folder.mkdir()
        assert life(folder, moment) == -signal.SIGKILL
        assert life(folder, None) == 0
        assert said(folder) == expected, f"killed at moment {moment} of {moments}"
