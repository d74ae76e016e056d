"""What an account is configured with: one class for each vendor."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator

from bot.config.values import Duration, EnvironmentSecret, Section


class Account(Section):
    """One credential at one vendor."""

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,30}$",
        description="Short, unique, shown to people.",
        examples=["nl"],
    )
    poll: Duration = Field(
        timedelta(seconds=60), description="How often the chargers are looked at."
    )
    monitor: bool = Field(True, description="Whether they are looked at at all.")
    sites: tuple[str, ...] = Field((), description="Only these sites.", examples=[["34", "35"]])
    requests_per_minute: int | None = Field(
        None, ge=1, description="The vendor's limit, where it differs from the documented one."
    )

    @field_validator("poll")
    @classmethod
    def _not_a_hammer(cls, value: timedelta) -> timedelta:
        if value < timedelta(seconds=1):
            raise ValueError("is shorter than a second; write 60s or so")
        return value

    @field_validator("base_url", "token_url", check_fields=False)
    @classmethod
    def _a_web_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("is not a web address; it begins with https://")
        return value

    @field_validator("base_url", check_fields=False)
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")


class PlugchoiceAccount(Account):
    """An account at Plugchoice."""

    vendor: Literal["plugchoice"]
    token: EnvironmentSecret = Field(
        alias="token_env",
        description="Environment variable with the personal access token.",
        examples=["PLUGCHOICE_TOKEN"],
    )
    team: str = Field(
        description="The team's uuid.", examples=["a4855dc5-0acb-33c3-b921-f4291f719ca0"]
    )
    base_url: str = Field("https://app.plugchoice.com/api/v3", description="Where its API is.")


class VolttimeAccount(Account):
    """An account at VoltTime."""

    vendor: Literal["volttime"]
    token: EnvironmentSecret = Field(
        alias="token_env",
        description="Environment variable with the token.",
        examples=["VOLTTIME_TOKEN"],
    )
    team: str = Field(description="The team's number or uuid.", examples=["12"])
    base_url: str = Field("https://cloud.volttime.com/api/v2", description="Where its API is.")


class SpiriiAccount(Account):
    """An account at Spirii."""

    vendor: Literal["spirii"]
    token: EnvironmentSecret = Field(
        alias="token_env",
        description="Environment variable with the API key.",
        examples=["SPIRII_API_KEY"],
    )
    base_url: str = Field("https://api.spirii.com/v2", description="Where its API is.")


class LynkwellAccount(Account):
    """An account at Lynkwell."""

    vendor: Literal["lynkwell"]
    client_id: EnvironmentSecret = Field(
        alias="client_id_env",
        description="Environment variable with the API client's id.",
        examples=["LYNKWELL_CLIENT_ID"],
    )
    client_secret: EnvironmentSecret = Field(
        alias="client_secret_env",
        description="Environment variable with the API client's secret.",
        examples=["LYNKWELL_CLIENT_SECRET"],
    )
    base_url: str = Field("https://api.lynkwell.com", description="Where its API is.")
    token_url: str = Field(
        "https://lynkwell-prod.us.auth0.com/oauth/token", description="Where tokens come from."
    )
    audience: str = Field(
        "https://api.lynkwell.com", description="What the token is for, whatever `base_url` is."
    )


AccountSettings = Annotated[
    PlugchoiceAccount | VolttimeAccount | SpiriiAccount | LynkwellAccount,
    Field(discriminator="vendor"),
]
