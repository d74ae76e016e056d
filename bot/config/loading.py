"""Reads the configuration, and says all that is wrong with it at once, a line for each mistake."""

import difflib
import os
import tomllib
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from dotenv import dotenv_values
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.config.settings import EnvironmentSettings, Settings

Mode = Literal["socket", "http"]
_VENDORS = ("plugchoice", "volttime", "spirii", "lynkwell")


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
    toml = _toml(environ, directory) if config is None else _read(config)
    return settings_from(toml, environ, mode=mode)


def settings_from(toml: str, environ: Mapping[str, str], *, mode: Mode | None = None) -> Settings:
    """Settings from the text of a TOML file and an environment; raises ConfigurationError."""
    # A secret that was read from a file often ends with a line break, which no header may hold.
    environ = {name: text.strip() for name, text in environ.items()}
    try:
        data = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as exc:
        raise ConfigurationError([f"the file is not TOML: {exc}"]) from None
    if mode is not None:
        data["slack"] = {**_table(data, "slack"), "mode": mode}
    try:
        settings = Settings.model_validate(
            {"approvals": {}, **data, "environment": _environment(environ)},
            context={
                "environ": environ,
                "account_names": [account.get("name") for account in _tables(data, "accounts")],
                "approvers": _table(data, "access").get("approvers", ()),
            },
        )
    except ValidationError as exc:
        lines = _lines(exc.errors(include_url=False))
        raise ConfigurationError(lines + list(_missing_for_mode(data, environ))) from None
    mistakes = [*_missing_for_mode(data, environ), *_unknown_accounts(settings)]
    if mistakes:
        raise ConfigurationError(mistakes)
    return settings


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


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = [str(field.alias) for field in EnvironmentSettings.model_fields.values()]
    found = {name: environ[name] for name in names if environ.get(name)}
    return {"HOST": "0.0.0.0", **found} if "PORT" in found else found  # noqa: S104 - a platform that sets PORT routes to all addresses


def _missing_for_mode(data: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[str]:
    mode = _table(data, "slack").get("mode", "socket")
    if mode == "socket" and not environ.get("SLACK_APP_TOKEN"):
        yield 'SLACK_APP_TOKEN is missing; mode = "socket" needs the app-level token xapp-…'
    if mode == "http" and not environ.get("SLACK_SIGNING_SECRET"):
        yield 'SLACK_SIGNING_SECRET is missing; mode = "http" checks requests with it'


def _unknown_accounts(settings: Settings) -> Iterator[str]:
    names = {account.name for account in settings.accounts}
    for position, policy in enumerate(settings.approvals.policies):
        for name in sorted(set(policy.accounts) - names):
            yield (
                f"approvals.policies[{position}].accounts: there is no account {name!r}; "
                f"there are {', '.join(sorted(names))}"
            )
    oncall_named = any(
        "oncall" in (*route.mention, *(who for step in route.escalate for who in step.mention))
        for route in settings.alerts.routes
    )
    if oncall_named and settings.oncall.group is None:
        yield 'oncall.group is missing, and a route mentions "oncall"; name one such as S0ONCALL'


def _tables(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = data.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _lines(errors: list[ErrorDetails]) -> list[str]:
    """A line for each mistake; accounts that are wrong are not also reported as too few."""
    wrong_accounts = any(error["loc"][0] == "accounts" and error["loc"][1:] for error in errors)
    return [
        _line(error)
        for error in errors
        if not (wrong_accounts and error["type"] == "too_short" and error["loc"] == ("accounts",))
    ]


def _line(error: ErrorDetails) -> str:
    location = [part for part in error["loc"] if part not in _VENDORS]
    where = _where(location)
    message = str(error["msg"]).removeprefix("Value error, ")
    match error["type"]:
        case "missing":
            return f"{where} is missing{_example(error['loc'])}"
        case "extra_forbidden":
            return f"{where} is not a setting{_suggestion(error['loc'])}"
        case "union_tag_invalid" | "union_tag_not_found":
            return f"{where}.vendor: name one of {', '.join(_VENDORS)}"
        case "too_short" if location == ["accounts"]:
            return "accounts: there are none; add one, beginning with [[accounts]]"
        case "literal_error" | "enum":
            expected = error.get("ctx", {}).get("expected", "")
            return f"{where} is {error['input']!r}; it must be {expected}"
        case "value_error" | "assertion_error":
            return f"{where} {message}" if message.startswith("is ") else f"{where}: {message}"
        case _:
            return f"{where}: {message[0].lower()}{message[1:]}{_example(error['loc'])}"


def _where(location: list[int | str]) -> str:
    if location[:1] == ["environment"]:
        location = location[1:]
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "the file"


def _section(location: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model of the table that holds the last part of a location."""
    model: type[BaseModel] | None = Settings
    for part in location[:-1]:
        if isinstance(part, int) or model is None:
            continue
        if part in _VENDORS:
            model = next(m for m in _models(Settings, "accounts") if _is_of(m, part))
            continue
        candidates = _models(model, part)
        model = candidates[0] if candidates else None
    return model


def _is_of(model: type[BaseModel], vendor: str) -> bool:
    return get_args(model.model_fields["vendor"].annotation) == (vendor,)


def _models(model: type[BaseModel], part: str) -> list[type[BaseModel]]:
    for name, field in model.model_fields.items():
        if part in (name, field.alias):
            return list(_models_in(field.annotation))
    return []


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    for part in get_args(annotation):
        yield from _models_in(part)


def _example(location: tuple[int | str, ...]) -> str:
    model, name = _section(location), location[-1]
    for field_name, field in (model.model_fields if model else {}).items():
        if name in (field_name, field.alias) and field.examples:
            return f"; write it such as {name} = {_toml_value(field.examples[0])}"
    return "; set it" if location[0] == "environment" else ""


def _toml_value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{k} = {_toml_value(v)}' for k, v in value.items())} }}"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _suggestion(location: tuple[int | str, ...]) -> str:
    model = _section(location)
    if model is None:
        return ""
    names = [str(field.alias or name) for name, field in model.model_fields.items()]
    close = difflib.get_close_matches(str(location[-1]), names, n=1)
    return f"; did you mean {close[0]}?" if close else f"; the settings are {', '.join(names)}"
