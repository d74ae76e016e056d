"""Reads the configuration, and says all that is wrong with it at once, a line for each mistake."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import ValidationError

from bot.config.agreement import Tables, disagreements, is_inherited
from bot.config.mistakes import lines_for
from bot.config.settings import EnvironmentSettings, Settings

Mode = Literal["socket", "http"]


class ConfigurationError(Exception):
    """The configuration is wrong; `mistakes` has a line for each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def load(
    directory: Path | None = None, *, mode: Mode | None = None, config: Path | None = None
) -> Settings:
    """Read the process's environment, `.env` and the file that `CHARGEHAND_CONFIG` names.

    `mode` overrules the file's `[slack].mode`; `config` is read instead of that file. Raises
    ConfigurationError.
    """
    directory = directory or Path.cwd()
    written = dotenv_values(directory / ".env")
    environ = {name: text for name, text in written.items() if text} | dict(os.environ)
    try:
        toml = _toml(environ, directory) if config is None else _read(config)
    except ConfigurationError as error:
        raise ConfigurationError([*error.mistakes, *_without_a_file(environ)]) from None
    return settings_from(toml, environ, mode=mode)


def settings_from(toml: str, environ: Mapping[str, str], *, mode: Mode | None = None) -> Settings:
    """Settings from the text of a TOML file and an environment; raises ConfigurationError."""
    # A secret that was read from a file often ends with a line break, which no header may hold.
    environ = {name: text.strip() for name, text in environ.items()}
    try:
        data = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as exc:
        mistakes = [f"the file is not TOML: {exc}", *_without_a_file(environ)]
        raise ConfigurationError(mistakes) from None
    tables = Tables(data, {name: text.strip() for name, text in environ.items()})
    if mode is not None:
        data["slack"] = {**tables.table("slack"), "mode": mode}
    settings, mistakes = _read_through(tables)
    mistakes += disagreements(tables)
    if settings is None or mistakes:
        raise ConfigurationError(mistakes)
    return settings


def _read_through(tables: Tables) -> tuple[Settings | None, list[str]]:
    """The settings, or a line for each mistake in them."""
    environment = _environment(tables.environ)
    approvers = tables.table("access").get("approvers", ())
    try:
        settings = Settings.model_validate(
            {"approvals": {}, **tables.data, "environment": environment},
            context={"environ": tables.environ, "approvers": approvers},
        )
    except ValidationError as exc:
        errors = exc.errors(include_url=False)
        return None, lines_for([one for one in errors if not is_inherited(one["loc"], tables)])
    return settings, []


def _toml(environ: Mapping[str, str], directory: Path) -> str:
    if text := environ.get("CHARGEHAND_CONFIG_TOML"):
        return text
    return _read(directory / environ.get("CHARGEHAND_CONFIG", "chargehand.toml"))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(
            [f"{path} is not there; copy chargehand.example.toml, or set CHARGEHAND_CONFIG"]
        ) from None
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigurationError([f"{path} cannot be read: {exc}"]) from None


def _without_a_file(environ: Mapping[str, str]) -> list[str]:
    """What is wrong with the environment, whatever the file says."""
    try:
        EnvironmentSettings.model_validate(_environment(environ))
    except ValidationError as exc:
        return lines_for(exc.errors(include_url=False), within=("environment",))
    return []


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = [str(field.alias) for field in EnvironmentSettings.model_fields.values()]
    found = {name: environ[name] for name in names if environ.get(name)}
    return {"HOST": "0.0.0.0", **found} if "PORT" in found else found  # noqa: S104 - a platform that sets PORT routes to all addresses
