"""Values that are odd, and things that have been spoilt."""

import copy
import random
from collections import deque
from collections.abc import Iterator
from typing import Any

TEXTS = (
    "",
    " ",
    "-",
    "null",
    "NL-AMS-0001",
    "nl/00000000-0000-0000-0000-000000000000",
    "nl/",
    "/",
    "a" * 5000,
    "<!channel> <@U0SUPPORT> &amp; *_~`",
    '"unclosed account:',
    "find show list register --share",
    "\N{EM DASH}share \N{LEFT DOUBLE QUOTATION MARK}x",
    "' OR 1=1 --",
    "=1+1",
    "%s %d {0} {}",
    "../../etc/passwd",
    "\x00\x01\x1b[31m",
    "\N{RIGHT-TO-LEFT OVERRIDE}abc\N{ZERO WIDTH SPACE}",
    "\N{PILE OF POO}" * 50,
    "\ud83d",
    "1e309",
    "9" * 30,
    "-1",
    "{}",
    '{"offset": -1}',
    '{"offset": "many", "account": 7}',
    "[]",
)
VALUES: tuple[Any, ...] = (None, True, 0, -1, 10**30, 1.5, 1e308, [], {}, [None], {"a": {}}, *TEXTS)


def texts(rng: random.Random) -> str:
    """One odd text, or two of them, or letters by chance."""
    match rng.randrange(3):
        case 0:
            return rng.choice(TEXTS)
        case 1:
            return f"{rng.choice(TEXTS)} {rng.choice(TEXTS)}"
        case _:
            return "".join(chr(rng.randrange(32, 0x2FF)) for _ in range(rng.randrange(40)))


def spoilt(thing: Any, rng: random.Random, *, times: int = 1) -> Any:
    """A copy in which something is gone, or is something else."""
    thing = copy.deepcopy(thing)
    for _ in range(times):
        places = list(_places(thing))
        if not places:
            return rng.choice(VALUES)
        # more often an outer place, of which there are few and on which more depends
        holder, key = places[min(rng.randrange(len(places)) for _ in range(3))]
        if rng.random() < 0.3:
            del holder[key]
        else:
            holder[key] = copy.deepcopy(rng.choice(VALUES))
    return thing


def spoilt_leaves(thing: Any, rng: random.Random) -> Any:
    """A copy of the same shape in which some values are odd ones of their own kind."""
    thing = copy.deepcopy(thing)
    leaves = [
        (holder, key) for holder, key in _places(thing) if not isinstance(holder[key], dict | list)
    ]
    for _ in range(rng.randrange(1, 6) if leaves else 0):
        holder, key = rng.choice(leaves)
        alike = [value for value in VALUES if type(value) is type(holder[key])]
        holder[key] = rng.choice(alike)
    return thing


def _places(thing: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in nested lists and objects, the outer ones first."""
    holders = deque([thing])
    while holders:
        holder = holders.popleft()
        if isinstance(holder, dict | list):
            pairs = holder.items() if isinstance(holder, dict) else enumerate(holder)
            for key, inner in list(pairs):
                yield holder, key
                holders.append(inner)
