"""Whether the parts of a configuration agree: what no table can see alone.

It works on what was written, so that it finds its mistakes also where a value is wrong in itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from bot.config.settings import OperationKind
from bot.config.values import meets_any


class Tables(NamedTuple):
    """The file as it was written, and the environment."""

    data: Mapping[str, Any]
    environ: Mapping[str, str]

    def table(self, name: str) -> Mapping[str, Any]:
        """A table; empty where it is missing, or no table."""
        return _mapping(self.data.get(name))

    def within(self, name: str, part: str) -> Sequence[Mapping[str, Any]]:
        """The tables of a list in a table, such as `alerts.rules`."""
        return _mappings(self.table(name).get(part))

    @property
    def account_names(self) -> list[str]:
        """In their order, also those that stand there twice."""
        accounts = _mappings(self.data.get("accounts"))
        return [account["name"] for account in accounts if isinstance(account.get("name"), str)]


def disagreements(tables: Tables) -> list[str]:
    """A line for each."""
    return [
        *_stray_environment(tables),
        *_names_twice(tables),
        *_missing_for_mode(tables),
        *_unknown_accounts(tables),
        *_oncall_of_nobody(tables),
        *_nobody_approves(tables),
    ]


def is_inherited(location: Sequence[int | str], tables: Tables) -> bool:
    """Whether what is wrong there was not written there: built in, or from `access.approvers`."""
    match list(location):
        case ["approvals", "policies", *_] if "policies" not in tables.table("approvals"):
            return True
        case ["access", "pincodes", *_]:
            return "pincodes" not in tables.table("access")
        case ["approvals", "policies", int(position), "approvers", *_]:
            policies = tables.within("approvals", "policies")
            return position >= len(policies) or "approvers" not in policies[position]
    return False


def _stray_environment(tables: Tables) -> Iterator[str]:
    if "environment" in tables.data:
        yield "environment is not a table of the file; secrets and addresses are set outside of it"


def _names_twice(tables: Tables) -> Iterator[str]:
    names = tables.account_names
    for name in sorted({name for name in names if names.count(name) > 1}):
        last = len(names) - 1 - names[::-1].index(name)
        yield f"accounts[{last}].name is {name!r} again; each account needs a name of its own"


def _missing_for_mode(tables: Tables) -> Iterator[str]:
    mode = tables.table("slack").get("mode", "socket")
    if mode == "socket" and not tables.environ.get("SLACK_APP_TOKEN"):
        yield 'SLACK_APP_TOKEN is missing; mode = "socket" needs the app-level token xapp-…'
    if mode == "http" and not tables.environ.get("SLACK_SIGNING_SECRET"):
        yield 'SLACK_SIGNING_SECRET is missing; mode = "http" checks requests with it'


def _unknown_accounts(tables: Tables) -> Iterator[str]:
    """A policy, rule or route about an account that is not there would never be used."""
    names = sorted(set(tables.account_names))
    for where, patterns in _named_accounts(tables):
        for pattern in patterns if names else ():
            if not meets_any(pattern, names):
                yield f"{where}: there is no account {pattern!r}; there are {', '.join(names)}"


def _named_accounts(tables: Tables) -> Iterator[tuple[str, list[str]]]:
    for position, policy in enumerate(tables.within("approvals", "policies")):
        yield f"approvals.policies[{position}].accounts", _texts(policy.get("accounts"))
    for part in ("rules", "routes"):
        for position, one in enumerate(tables.within("alerts", part)):
            account = _mapping(one.get("match")).get("account")
            yield f"alerts.{part}[{position}].match.account", _texts(account)


def _oncall_of_nobody(tables: Tables) -> Iterator[str]:
    if "group" in tables.table("oncall"):
        return
    routes = tables.within("alerts", "routes")
    steps = [step for route in routes for step in _mappings(route.get("escalate"))]
    if any("oncall" in _texts(one.get("mention")) for one in (*routes, *steps)):
        yield 'oncall.group is missing, and a route mentions "oncall"; name one such as S0ONCALL'


def _nobody_approves(tables: Tables) -> Iterator[str]:
    """What no policy is about needs an approval of `access.approvers`."""
    if tables.table("access").get("approvers"):
        return
    if "policies" not in tables.table("approvals"):
        yield (
            "access.approvers names nobody, and the built-in policies need an approval;"
            ' write it such as approvers = ["S0LEADS"]'
        )
        return
    policies = tables.within("approvals", "policies")
    always = [one for one in policies if not (one.get("accounts") or one.get("min_chargers"))]
    covered = {kind for policy in always for kind in _texts(policy.get("operations"))}
    if left := [kind for kind in get_args(OperationKind) if kind not in covered]:
        yield (
            f"access.approvers names nobody, and no policy is always about {', '.join(left)};"
            " nobody could ever approve them"
        )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return list(map(_mapping, value)) if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]
