"""Which of our listeners gets a payload, found in a table.

Bolt asks its listeners one after the other whether a payload is theirs. With the ninety that we
have this costs more than all else before an acknowledgement, so Bolt knows one listener for each
kind of payload, and that one knows ours by their ids.
"""

import inspect
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from handlers.payloads import Payload

Listener = Callable[..., Awaitable[Any]]
Attach = Callable[[Listener], Listener]
ANYTHING: Final = re.compile(".*", re.DOTALL)


class Listeners:
    """Takes listeners as a Bolt app does; what they ask for by name is Bolt's too.

    An id may be a pattern; patterns are tried where no listener has exactly this id, in order.
    """

    def __init__(self, app: AsyncApp) -> None:
        self._app = app
        self.action = self._table(app.action, _action_id)
        self.view = self._table(app.view, _view_id)
        self.view_closed = self._table(app.view_closed, _view_id)
        self.options = self._table(app.options, lambda body: body.get("action_id"))
        self.shortcut = self._table(app.shortcut, lambda body: body.get("callback_id"))
        self.command = self._table(app.command, lambda body: body.get("command"))
        self.event = app.event
        self.error = app.error

    def _table(
        self, kind: Callable[..., Any], id_of: Callable[[Payload], object]
    ) -> Callable[[str | re.Pattern[str]], Attach]:
        table = _Table(id_of)
        kind(ANYTHING)(table.listen)
        return table.attaching


class _Table:
    """The listeners of one kind of payload."""

    def __init__(self, id_of: Callable[[Payload], object]) -> None:
        self._id_of = id_of
        self._exact: dict[str, _Injected] = {}
        self._patterns: list[tuple[re.Pattern[str], _Injected]] = []

    def attaching(self, wanted: str | re.Pattern[str]) -> Attach:
        """For `table(id)(listener)`; whoever comes first gets what is wanted twice."""

        def attach(listener: Listener) -> Listener:
            injected = _Injected(listener)
            if isinstance(wanted, str):
                self._exact.setdefault(wanted, injected)
            else:
                self._patterns.append((wanted, injected))
            return listener

        return attach

    async def listen(self, args: AsyncArgs) -> None:
        """Bolt's one listener for this kind."""
        if listener := self._listener(str(self._id_of(args.body) or "")):
            await listener(args)

    def _listener(self, wanted: str) -> "_Injected | None":
        if exact := self._exact.get(wanted):
            return exact
        fitting = (each for pattern, each in self._patterns if pattern.fullmatch(wanted))
        return next(fitting, None)


class _Injected:
    """A listener that is given what its parameters name, as Bolt does it."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._names = tuple(inspect.signature(listener).parameters)

    async def __call__(self, args: AsyncArgs) -> None:
        await self._listener(**{name: getattr(args, name) for name in self._names})


def _action_id(body: Payload) -> object:
    """Bolt takes the first of a payload's actions too; Slack sends one."""
    actions = body.get("actions") or [{}]
    return actions[0].get("action_id")


def _view_id(body: Payload) -> object:
    return (body.get("view") or {}).get("callback_id")
