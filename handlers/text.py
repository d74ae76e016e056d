"""What people type after a slash command, and the identities in what they paste."""

import difflib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

FILTERS = ("account", "site", "vendor", "model", "charger", "condition", "severity", "for")
"""Words that may stand before a colon; any other colon is part of the text."""
_LABEL = re.compile(
    r"(?:charger|charge ?box|charge ?point|station|evse|identity|id|serial|sn|s/n)[:=#]+(?=\S)",
    re.IGNORECASE,
)
"""What mails and tickets write before a name without a blank between."""

_PIECE = re.compile(r'(?:(?P<key>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+))')
_SHARE = re.compile(r"^(?:--|[\u2013\u2014])share$", re.IGNORECASE)
"""Phones turn two hyphens into a dash."""
_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'"})
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""What comes along from spreadsheets and web pages, and what nobody sees."""
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\uff0d", "-"))
"""Phones and word processors write them for a hyphen."""
_LONG_DASH = "\u2014"
"""Stands between a name and what is said of it, without blanks."""

_WRAPPING = "#\"'`\u00b4<>()[]{}*_~.,;:!?\u00ab\u00bb\u2039\u203a\u201a"
_AROUND = " \"'`\u00b4,;\u00ab\u00bb\u2039\u203a\u201a"
"""What no name begins or ends with."""
_SLACK_LINK = re.compile(r"<((?:https?|mailto)[^|>]*)(?:\|[^>]*)?>")
_MENTION = re.compile(r"<[@#!][^>]*>")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE_OR_TIME = re.compile(r"\d{1,4}([-/.:])\d{1,2}(?:\1\d{1,4})?(?:Z|[ap]m)?", re.IGNORECASE)
_QUANTITY = re.compile(
    r"\d{1,4}(?:[.,]\d+)?(?:h|m|s|d|min|kw|kwh|a|v|%|x|st|nd|rd|th)?", re.IGNORECASE
)
_LEAST_IDENTITY = 4
_MOST_IDENTITIES = 100


@dataclass(frozen=True)
class Subcommand:
    """One thing that a slash command can do."""

    name: str
    about: str
    """What it does, in the words of the help text."""
    usage: str = ""
    """What follows the name, e.g. `ID`."""
    is_operation: bool = False
    """Changes something, so its name is never guessed from a part of it."""
    is_for_oncall: bool = False
    """Open also to those whom alerts call and who may not look things up."""


@dataclass(frozen=True)
class Command:
    """A slash command and its subcommands, in the order of the help text."""

    name: str
    about: str
    subcommands: tuple[Subcommand, ...]
    default: str = "help"
    """What happens when nothing is typed."""
    free_text: str | None = None
    """Where set, only the exact names are subcommands and any other text goes to this one."""
    guess: str | None = None
    """What to try with a text that begins with none of our words: people leave `show` out."""
    guess_from: str = ".{3}"
    """How such a text has to begin, as a pattern, to be worth a try."""
    filtered: str | None = None
    """What filters alone are for: `/site account:nl` can only be a list."""
    filters: tuple[str, ...] = FILTERS
    """The words before a colon that it knows; others are part of the text."""


@dataclass(frozen=True)
class Order:
    """What a person asked for."""

    subcommand: str
    words: tuple[str, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    is_shared: bool = False

    @property
    def text(self) -> str:
        """The words as one text."""
        return " ".join(self.words)


@dataclass(frozen=True)
class Misread:
    """A word that is no subcommand, and those it may have meant."""

    word: str
    suggestions: tuple[str, ...]
    guess: Order | None = None
    """What it may have been the beginning of, where something is called so."""


def read(command: Command, text: str) -> Order | Misread:
    """Understand what was typed after a slash command."""
    words, filters, is_shared = _pieces(text, command.filters)
    if not words and not filters:
        return Order(command.default, is_shared=is_shared)
    named = _subcommand(command, words[0] if words else "")
    if named is not None:
        return Order(named, words[1:], filters, is_shared)
    if command.free_text is not None:
        return Order(command.free_text, words, filters, is_shared)
    if command.filtered is not None and not words:
        return Order(command.filtered, (), filters, is_shared)
    guess = _guess(command, words, filters, is_shared=is_shared)
    return Misread(words[0] if words else text.strip(), _suggestions(command, words), guess)


def _guess(
    command: Command, words: tuple[str, ...], filters: Mapping[str, str], *, is_shared: bool
) -> Order | None:
    if command.guess is None or not words or not re.match(command.guess_from, " ".join(words)):
        return None
    is_begun = any(known.name.startswith(words[0].lower()) for known in command.subcommands)
    return None if is_begun else Order(command.guess, words, filters, is_shared)


def _pieces(text: str, known: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str], bool]:
    words: list[str] = []
    filters: dict[str, str] = {}
    is_shared = False
    for piece in _PIECE.finditer(text.translate(_QUOTES)):
        key = (piece["key"] or "").lower()
        said = piece["quoted"] if piece["quoted"] is not None else piece["bare"]
        if key in known:
            filters[key] = said
        elif _SHARE.match(piece[0]):
            is_shared = True
        else:
            words.append(f"{piece['key']}:{said}" if key else said)
    return tuple(words), filters, is_shared


def _subcommand(command: Command, word: str) -> str | None:
    typed = word.lower()
    names = {known.name: known for known in command.subcommands}
    if typed in names:
        return typed
    if command.free_text is not None or not typed:
        return None
    begun = [known for name, known in names.items() if name.startswith(typed)]
    return begun[0].name if len(begun) == 1 and not begun[0].is_operation else None


def _suggestions(command: Command, words: Sequence[str]) -> tuple[str, ...]:
    typed = words[0].lower() if words else ""
    names = [known.name for known in command.subcommands]
    begun = [name for name in names if typed and name.startswith(typed)]
    close = difflib.get_close_matches(typed, names, n=3, cutoff=0.5)
    return tuple(dict.fromkeys([*begun, *close]))[:3]


def whole_number(text: str) -> int | None:
    """A number of at most nine digits; nothing where it is none, as `²` is none."""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text, re.ASCII) else None


# What people paste


def cleaned(text: str) -> str:
    """One query out of what was pasted: no quotes, no trailing comma, an address's own id."""
    plain = _UNSEEN.sub("", without_mentions(text).translate(_QUOTES)).replace(_LONG_DASH, " ")
    words = [_unwrapped(word) for word in plain.split()]
    return " ".join(word for word in words if word)


def pasted(name: str | None) -> str | None:
    """A name for a form that will be kept as it is: without the quotes and commas around it."""
    if name is None:
        return None
    seen = _UNSEEN.sub("", name.translate(_QUOTES)).translate(_DASHES)
    return seen.strip(_AROUND) or None


def without_mentions(text: str) -> str:
    """What somebody wrote to the bot, without its name."""
    return html.unescape(_MENTION.sub(" ", _SLACK_LINK.sub(r"\1", text))).strip()


def _unwrapped(word: str) -> str:
    bare = _label_off(word.strip(_WRAPPING)).strip(_WRAPPING)
    if any(letter.isdigit() for letter in bare):
        bare = bare.translate(_DASHES)
    return _from_address(bare) or bare if re.match(r"https?://", bare) else bare


def _label_off(word: str) -> str:
    label = _LABEL.match(word)
    return word[label.end() :] if label else word


def _from_address(address: str) -> str | None:
    """The id in the address of a vendor's page: the last part that looks like one."""
    parts = urlsplit(address)
    candidates = [unquote(part) for part in parts.path.split("/")]
    candidates += [value for _, value in parse_qsl(parts.query)]
    return next((part for part in reversed(candidates) if _looks_like_identity(part)), None)


def _looks_like_identity(word: str) -> bool:
    if _UUID.fullmatch(word):
        return True
    if len(word) < _LEAST_IDENTITY or not any(letter.isdigit() for letter in word):
        return False
    return not (_DATE_OR_TIME.fullmatch(word) or _QUANTITY.fullmatch(word) or "@" in word)


def identities(text: str) -> tuple[str, ...]:
    """What looks like an identity, a serial number or an id in a text."""
    parts = re.split(r"[\s,;|]+", cleaned(re.sub(r"[,;|]", " ", _without_links(text))))
    found = [part for part in parts if _looks_like_identity(part)]
    return tuple(dict.fromkeys(found))[:_MOST_IDENTITIES]


def _without_links(text: str) -> str:
    return _SLACK_LINK.sub(r"\1", text)


def is_list_of_identities(text: str) -> bool:
    """Whether somebody pasted several identities and nothing else."""
    parts = [part for part in re.split(r"[\s,;|]+", cleaned(text)) if part]
    return len(parts) > 1 and all(_looks_like_identity(part) for part in parts)
