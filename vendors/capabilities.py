"""Which vendor can do what, read from the code: the table in docs/vendors.md is made from it."""

import inspect
from collections.abc import Mapping, Sequence

from vendors import ports
from vendors.client import VendorClient
from vendors.lynkwell.client import LynkwellClient
from vendors.plugchoice.client import PlugchoiceClient
from vendors.spirii.client import SpiriiClient
from vendors.volttime.client import VoltTimeClient

CLIENTS: Mapping[str, type[VendorClient]] = {
    "Plugchoice v3": PlugchoiceClient,
    "VoltTime v2": VoltTimeClient,
    "Spirii v2": SpiriiClient,
    "Lynkwell v1": LynkwellClient,
}

CAPABILITIES: Sequence[type] = tuple(
    protocol
    for protocol in vars(ports).values()
    if inspect.isclass(protocol)
    and protocol.__module__ == ports.__name__
    and protocol is not ports.Client
)
"""The protocols of `vendors.ports`, in the order in which they stand there."""


def is_capable(client: type, capability: type) -> bool:
    """Whether a class of clients has a capability; `isinstance` asks the same of one client."""
    promised = [name for name in vars(capability) if not name.startswith("_")]
    return all(hasattr(client, name) for name in promised)


def table() -> str:
    """All capabilities and who has them, in Markdown."""
    head = ["capability", "protocol", *CLIENTS]
    rows = [
        [
            _sentence(capability),
            f"`{capability.__name__}`",
            *("●" if is_capable(client, capability) else "" for client in CLIENTS.values()),
        ]
        for capability in CAPABILITIES
    ]
    ruler = ["---", "---", *(":-:" for _ in CLIENTS)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ruler, *rows))


def _sentence(capability: type) -> str:
    first, _, _ = (inspect.getdoc(capability) or "").partition("\n")
    return first.removesuffix(".")
