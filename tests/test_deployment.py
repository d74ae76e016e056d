"""What the pages and files about running it say is what the program does."""

import configparser
import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import app, cli
from tests.generated_docs import pages

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def unit() -> configparser.SectionProxy:
    (text,) = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(text)
    return parser["Service"]


def test_what_the_image_copies_is_there_and_not_ignored():
    """`.dockerignore` leaves out all but what it names, so that no secret gets into an image."""
    copied = [line.split()[1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    let_in = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }

    assert set(copied) == let_in
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_image_writes_to_its_volume_only_and_as_nobody_in_particular():
    (volume,) = re.findall(r"^VOLUME (\S+)", DOCKERFILE, re.MULTILINE)

    assert f"DATABASE_URL=sqlite:///{volume}/" in DOCKERFILE
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", DOCKERFILE, re.MULTILINE)


def test_the_health_check_of_the_image_is_a_program():
    (words,) = re.findall(r"^HEALTHCHECK .*?CMD (\[.*\])", DOCKERFILE, re.MULTILINE)

    code = json.loads(words)[-1]

    compile(code, "HEALTHCHECK", "exec")
    assert "/healthz" in code


def test_the_service_is_not_started_again_for_a_wrong_configuration(unit):
    assert int(unit["RestartPreventExitStatus"]) == cli.WRONG_CONFIGURATION


def test_the_service_has_time_for_its_last_words(unit):
    assert float(unit["TimeoutStopSec"]) > app.LAST_WORDS_S + 5


def commands() -> list[list[str]]:
    """What follows `python -m bot` on any page and in the Procfile, each once."""
    texts = [page.read_text(encoding="utf-8") for page in (*pages(), ROOT / "Procfile")]
    found = re.findall(r"python -m bot ([a-z][^`;\"$\n]*)", "\n".join(texts))
    return [shlex.split(words) for words in sorted(set(found))]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_that_is_named_is_one(words):
    answer = CliRunner().invoke(cli.main, [*words, "--help"])

    assert answer.exit_code == 0, answer.output
