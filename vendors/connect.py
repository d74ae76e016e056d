"""From an account's settings to a client that can be called."""

import asyncio
import random
import time
from collections.abc import Mapping

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

from vendors.auth import ClientCredentials, StaticBearer
from vendors.client import Now, utc_now
from vendors.http import ApiClient
from vendors.limits import Buckets, Clock, Sleep
from vendors.lynkwell import wire as lynkwell
from vendors.lynkwell.client import LynkwellClient
from vendors.models import Vendor
from vendors.pacing import Observer, nobody
from vendors.plugchoice import wire as plugchoice
from vendors.plugchoice.client import PlugchoiceClient
from vendors.ports import Client
from vendors.spirii import wire as spirii
from vendors.spirii.client import SpiriiClient
from vendors.volttime.client import VoltTimeClient

BASE_URLS: Mapping[Vendor, str] = {
    Vendor.PLUGCHOICE: "https://app.plugchoice.com/api/v3",
    Vendor.VOLTTIME: "https://cloud.volttime.com/api/v2",
    Vendor.SPIRII: "https://api.spirii.com/v2",
    Vendor.LYNKWELL: "https://api.lynkwell.com",
}

REQUESTS_PER_MINUTE: Mapping[Vendor, int] = {
    Vendor.PLUGCHOICE: 500,  # Plugchoice docs, guides/rate-limiting
    Vendor.VOLTTIME: 60,  # nothing documented
    Vendor.SPIRII: 120,  # the stricter of two documents (developer.spirii.com, docs/rate-limits)
    Vendor.LYNKWELL: 60,  # nothing documented
}

FIELD_NAMES: Mapping[Vendor, Mapping[str, str]] = {
    Vendor.PLUGCHOICE: plugchoice.FIELD_NAMES,
    Vendor.SPIRII: spirii.FIELD_NAMES,
    Vendor.LYNKWELL: lynkwell.FIELD_NAMES,
}
"""Vendors' names of fields that our forms call otherwise, for RejectedError."""

COMMANDS_PER_MINUTE = 30
"""Resets at Spirii (docs.spirii.com, errors-and-limits/rate-limits)."""

AUDIENCE = "https://api.lynkwell.com"
"""Lynkwell's, whatever the base address is."""

TOKEN_URL = "https://lynkwell-prod.us.auth0.com/oauth/token"  # noqa: S105 - an address, no secret

CONCURRENCY = 4


class AccountSpec(BaseModel):
    """What is needed to call one account."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str
    vendor: Vendor
    base_url: str | None = None
    token: SecretStr | None = None
    client_id: SecretStr | None = None
    client_secret: SecretStr | None = None
    token_url: str | None = None
    audience: str | None = None
    team: str | None = None
    sites: tuple[str, ...] = ()
    requests_per_minute: int | None = None
    commands_per_minute: int | None = None

    @model_validator(mode="after")
    def _has_what_the_vendor_asks_for(self) -> "AccountSpec":
        if self.vendor is Vendor.LYNKWELL:
            if self.client_id is None or self.client_secret is None:
                raise ValueError("lynkwell needs client_id and client_secret")
        elif self.token is None:
            raise ValueError(f"{self.vendor} needs a token")
        if self.vendor in {Vendor.PLUGCHOICE, Vendor.VOLTTIME} and not self.team:
            raise ValueError(f"{self.vendor} needs a team")
        return self

    @property
    def address(self) -> str:
        """The base address that paths are appended to."""
        return self.base_url or BASE_URLS[self.vendor]

    @property
    def credential(self) -> SecretStr:
        """What the vendor counts requests by."""
        return _given(self.client_id if self.vendor is Vendor.LYNKWELL else self.token)


def connect(
    spec: AccountSpec,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    buckets: Buckets | None = None,
    sleep: Sleep = asyncio.sleep,
    clock: Clock = time.monotonic,
    now: Now = utc_now,
    rng: random.Random | None = None,
    observe: Observer = nobody,
) -> Client:
    """A client for one account; nothing is sent yet.

    Accounts that share a credential share its limit if they are given the same `buckets`.
    `observe` is told of each request once it is answered, or will not be.
    """
    buckets = buckets or Buckets(clock=clock)
    credential = spec.credential.get_secret_value()
    per_minute = spec.requests_per_minute or REQUESTS_PER_MINUTE[spec.vendor]
    api = ApiClient(
        vendor=spec.vendor,
        base_url=spec.address,
        auth=_auth(spec, transport, clock, sleep, rng),
        bucket=buckets.bucket(spec.address, credential, per_minute),
        concurrency=CONCURRENCY,
        transport=transport,
        field_names=FIELD_NAMES.get(spec.vendor),
        sleep=sleep,
        clock=clock,
        rng=rng,
        observe=observe,
    )
    if spec.vendor is Vendor.PLUGCHOICE:
        return PlugchoiceClient(spec.name, api, team=spec.team or "", sites=spec.sites, now=now)
    if spec.vendor is Vendor.VOLTTIME:
        return VoltTimeClient(spec.name, api, team=spec.team or "", sites=spec.sites, now=now)
    if spec.vendor is Vendor.SPIRII:
        per_minute = spec.commands_per_minute or COMMANDS_PER_MINUTE
        commands = buckets.bucket(spec.address, credential, per_minute, purpose="commands")
        return SpiriiClient(spec.name, api, commands=commands, sites=spec.sites, now=now)
    return LynkwellClient(spec.name, api, sites=spec.sites, now=now)


def _auth(
    spec: AccountSpec,
    transport: httpx.AsyncBaseTransport | None,
    clock: Clock,
    sleep: Sleep,
    rng: random.Random | None,
) -> httpx.Auth:
    if spec.vendor is not Vendor.LYNKWELL:
        return StaticBearer(spec.credential)
    return ClientCredentials(
        vendor=spec.vendor,
        token_url=spec.token_url or TOKEN_URL,
        client_id=_given(spec.client_id),
        client_secret=_given(spec.client_secret),
        audience=spec.audience or AUDIENCE,
        transport=transport,
        clock=clock,
        sleep=sleep,
        rng=rng,
    )


def _given(secret: SecretStr | None) -> SecretStr:
    if secret is None:  # AccountSpec has seen to it
        raise ValueError("a credential is missing")
    return secret
