"""Every setting, its default and what it means.

`docs/configuration.md` is made from the descriptions here. The names are those of the TOML file;
where Python has no such name (`for`, `continue`) or the value comes from the environment (`…_env`),
the alias is the file's name.
"""

from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.alerts.model import Condition
from bot.config.accounts import AccountSettings
from bot.config.values import (
    Channel,
    Duration,
    EnvironmentAddress,
    Hours,
    Mention,
    Person,
    RouteMatch,
    RuleMatch,
    Section,
    SomeTime,
    Timezone,
    UserGroup,
    parse_digest,
    parse_hours,
    parse_timezone,
)
from bot.severity import Severity

OperationKind = Literal[
    "register_charger",
    "import_chargers",
    "attach_charger",
    "detach_charger",
    "delete_charger",
    "set_reference",
    "create_site",
    "update_smart_charging",
    "create_station_model",
    "rename_station_model",
    "archive_station_model",
    "restart_charger",
]


class EnvironmentSettings(Section):
    """What the environment says: secrets and addresses."""

    slack_bot_token: SecretStr = Field(
        alias="SLACK_BOT_TOKEN", description="The bot's token, `xoxb-…`."
    )
    slack_app_token: SecretStr | None = Field(
        None, alias="SLACK_APP_TOKEN", description="The app-level token for Socket Mode, `xapp-…`."
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        alias="SLACK_SIGNING_SECRET",
        description="Proves in HTTP mode that a request is Slack's.",
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", alias="SLACK_API_URL", description="Where Slack's Web API is."
    )
    database_url: str = Field(
        "sqlite:///chargehand.db", alias="DATABASE_URL", description="Where the store is."
    )
    port: int = Field(
        3000,
        alias="PORT",
        ge=0,
        le=65_535,
        description="Of the HTTP server: health always, Slack's requests in HTTP mode.",
    )
    host: str = Field(
        "127.0.0.1",
        alias="HOST",
        description="The address it listens on; `0.0.0.0` where the platform sets `PORT`.",
    )

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _right_kind_of_token(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        prefix = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if value is not None and not value.get_secret_value().removeprefix(prefix):
            raise ValueError(f"is not filled in; {prefix} is only how it begins")
        if value is not None and not value.get_secret_value().startswith(prefix):
            raise ValueError(f"is not a token of the right kind; it begins with {prefix}")
        return value

    @field_validator("database_url")
    @classmethod
    def _sqlite(cls, value: str) -> str:
        if not value.removeprefix("sqlite:///") or not value.startswith("sqlite:///"):
            raise ValueError("is not an SQLite address; write sqlite:///path")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("is not a web address; leave it out for https://slack.com/api/")
        return value if value.endswith("/") else f"{value}/"

    @property
    def database_path(self) -> Path:
        """The file behind `DATABASE_URL`."""
        return Path(self.database_url.removeprefix("sqlite:///"))


class SlackSettings(Section):
    """How and where the bot speaks in Slack."""

    mode: Literal["socket", "http"] = Field(
        "socket", description="`socket` needs no web address; `http` takes `POST /slack/events`."
    )
    alerts_channel: Channel = Field(
        description="Where alerts go when no route says otherwise.", examples=["C0ALERTS"]
    )
    approvals_channel: Channel = Field(
        "",
        description="Where approvers decide; default: `alerts_channel`.",
        examples=["C0APPROVE"],
    )
    fallback_channel: Channel = Field(
        "",
        description="Where the bot reports its own trouble; default: `approvals_channel`.",
        examples=["C0OPS"],
    )

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, values: Any) -> Any:
        if not isinstance(values, Mapping) or "alerts_channel" not in values:
            return values
        approvals = values.get("approvals_channel", values["alerts_channel"])
        return {"fallback_channel": approvals, **values, "approvals_channel": approvals}


class AccessSettings(Section):
    """Who may do what: users (`U…`) and user groups (`S…`)."""

    support: tuple[Person, ...] = Field(
        (),
        description="May look up, ask, silence, report; empty: every full member.",
        examples=[["S0SUPPORT"]],
    )
    approvers: tuple[Person, ...] = Field(
        (),
        description="Decide, where a policy names nobody else.",
        examples=[["S0LEADS"]],
    )
    pincodes: tuple[Person, ...] = Field(
        (), description="May see pincodes; default: `approvers`.", examples=[["S0LEADS"]]
    )
    admins: tuple[Person, ...] = Field(
        (), description="May end others' silences and read the audit.", examples=[["U0ADMIN"]]
    )
    guests: bool = Field(False, description="Whether guests of the workspace count as members.")
    external: bool = Field(False, description="Whether members of other workspaces do.")

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and "approvers" in values:
            return {"pincodes": values["approvers"], **values}
        return values


class RuleSettings(Section):
    """When a condition becomes an alert, and how bad it is."""

    condition: Condition = Field(description="What was observed.", examples=["offline"])
    match: RuleMatch = Field(
        default_factory=dict,
        description="account, vendor, site, charger, power, code, vendor_code: "
        "a value or a list; `*` globs.",
        examples=[{"power": "dc"}],
    )
    hold: Duration = Field(
        timedelta(0),
        alias="for",
        description="How long it must last, from our first bad reading.",
        examples=["5m"],
    )
    severity: Severity = Field(
        description="critical, high, medium, low, or none: watched, never told.",
        examples=["high"],
    )


class EscalationStep(Section):
    """Whom to mention when nobody acknowledged for so long."""

    after: Duration = Field(description="After the first notice.", examples=["15m"])
    mention: tuple[Mention, ...] = Field(
        min_length=1, description="Users, user groups, or `oncall`.", examples=[["S0LEADS"]]
    )


class RouteSettings(Section):
    """Where matching alerts are told, to whom, and how often."""

    match: RouteMatch = Field(
        default_factory=dict,
        description="The keys of a rule, and condition and severity.",
        examples=[{"severity": ["critical", "high"]}],
    )
    channel: Channel = Field(description="The channel.", examples=["C0NIGHT"])
    mention: tuple[Mention, ...] = Field(
        (), description="Users, user groups, or `oncall`.", examples=[["S0ONCALL"]]
    )
    group_wait: Duration | None = Field(
        None,
        description="How long the first message waits for company; default 30s, critical 0s.",
        examples=["30s"],
    )
    group_interval: Duration | None = Field(
        None,
        description="How often a message tells of more of its group; default 5m.",
        examples=["5m"],
    )
    repeat_interval: SomeTime | None = Field(
        None,
        description="How often an open alert is told again; default 4h, critical 1h.",
        examples=["4h"],
    )
    escalate: tuple[EscalationStep, ...] = Field(
        (),
        description="Steps while nobody acknowledges.",
        examples=[[{"after": "15m", "mention": ["S0LEADS"]}]],
    )
    hours: Annotated[Hours | None, BeforeValidator(parse_hours)] = Field(
        None,
        description="When the route is open; outside, the next one is asked.",
        examples=["Mon-Fri 08:00-18:00"],
    )
    webhook_url: EnvironmentAddress | None = Field(
        None,
        alias="webhook_url_env",
        description="Environment variable with an address that takes Alertmanager's webhook.",
        examples=["PAGER_WEBHOOK"],
    )
    continues: bool = Field(
        False, alias="continue", description="Whether the next route is asked as well."
    )


class AlertSettings(Section):
    """What is told, where and when."""

    digest: Annotated[time | None, BeforeValidator(parse_digest)] = Field(
        time(8), description="When the daily digest is posted; empty: never.", examples=["08:00"]
    )
    rules: tuple[RuleSettings, ...] = Field(
        (), description="First match wins; the built-in rules follow."
    )
    routes: tuple[RouteSettings, ...] = Field(
        (), description="First match wins unless it continues; last of all `alerts_channel`."
    )


class OncallSettings(Section):
    """Who is on call."""

    group: UserGroup | None = Field(
        None, description="The user group that `oncall` stands for.", examples=["S0ONCALL"]
    )


class PolicySettings(Section):
    """Who must agree before an operation runs."""

    operations: tuple[OperationKind, ...] = Field(
        min_length=1, description="The kinds it is about.", examples=[["archive_station_model"]]
    )
    accounts: tuple[str, ...] = Field((), description="Only these accounts; empty: all.")
    min_chargers: int | None = Field(
        None, ge=1, description="Only where at least so many chargers are concerned."
    )
    approvals_needed: int = Field(
        1, ge=0, description="How many must approve; 0: it runs at once, and is audited."
    )
    approvers: tuple[Person, ...] = Field(
        (), description="Who may; default: `[access].approvers`.", examples=[["S0LEADS"]]
    )
    expires: SomeTime = Field(timedelta(hours=24), description="When the request lapses.")
    remind_after: Duration | None = Field(
        timedelta(hours=1), description="When approvers are reminded."
    )
    self_approval: bool = Field(False, description="Whether the requester may approve too.")
    reason: Literal["required", "optional"] = Field(
        "optional", description="Whether the requester must say why."
    )

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, values: Any, info: ValidationInfo) -> Any:
        if isinstance(values, Mapping):
            return {"approvers": (info.context or {}).get("approvers", ()), **values}
        return values

    @model_validator(mode="after")
    def _enough_approvers(self) -> Self:
        named = len(set(self.approvers))
        only_users = not any(person.startswith("S") for person in self.approvers)
        if self.approvals_needed > named and only_users:
            raise ValueError(
                f"needs {self.approvals_needed} approvals and names {named or 'no'} approvers; "
                "name more in approvers or in [access], such as a user group S0LEADS"
            )
        return self


DEFAULT_POLICIES: tuple[dict[str, Any], ...] = (
    {
        "operations": (
            "archive_station_model",
            "create_station_model",
            "detach_charger",
            "delete_charger",
            "update_smart_charging",
            "import_chargers",
        ),
        "approvals_needed": 1,
        "reason": "required",
    },
    {
        "operations": (
            "register_charger",
            "attach_charger",
            "set_reference",
            "create_site",
            "rename_station_model",
            "restart_charger",
        ),
        "approvals_needed": 0,
    },
)


class ApprovalSettings(Section):
    """Which operations need whose agreement."""

    policies: tuple[PolicySettings, ...] = Field(
        description="First match wins; none matches: one approval. None given: the two below."
    )

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, values: Any) -> Any:
        return {"policies": DEFAULT_POLICIES, **values} if isinstance(values, Mapping) else values


class Settings(Section):
    """Everything that is configured, read once."""

    timezone: Timezone = Field(
        parse_timezone("UTC"),
        description="For digests and hours.",
        examples=["Europe/Amsterdam"],
    )
    heartbeat_url: EnvironmentAddress | None = Field(
        None,
        alias="heartbeat_url_env",
        description="Environment variable with an address that is pinged while all is well.",
        examples=["HEARTBEAT_URL"],
    )
    slack: SlackSettings
    access: AccessSettings = Field(default_factory=AccessSettings)
    accounts: tuple[AccountSettings, ...] = Field(min_length=1)
    alerts: AlertSettings = Field(default_factory=AlertSettings)
    oncall: OncallSettings = Field(default_factory=OncallSettings)
    approvals: ApprovalSettings
    environment: EnvironmentSettings
