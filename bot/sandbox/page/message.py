"""Draws one message: who, when, what, and what can be done with it."""

from html import escape

from bot.sandbox.page.blocks import draw_blocks
from bot.sandbox.page.dates import clock_time, day_name, near_day
from bot.sandbox.page.emoji import EMOJI, QUICK
from bot.sandbox.page.history import Row, moment
from bot.sandbox.page.seat import SLACKBOT, Seat
from bot.sandbox.page.tags import Tag, button, markup, shown, tag
from bot.sandbox.page.words import emoji
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.model import Json

AVATAR_HUES = 360
COLOURS = {"good": "#2f8f5b", "warning": "#d9a514", "danger": "#c8372d"}


def signature(seat: Seat, row: Row, *, in_thread: bool) -> str:
    """What is shown of a message; it is redrawn when this changes."""
    replies = () if in_thread else [reply.ts for reply in _replies(seat, row.message)]
    return shown(row.message.to_api(), row.compact, row.day, replies)


def draw_message(seat: Seat, row: Row, *, in_thread: bool) -> None:
    """One message with the day above it, if it is the first of its day."""
    message = row.message
    if row.day:
        today = seat.words.now().astimezone(seat.zone).date()
        with tag("div", "day", role="separator"):
            tag("span", text=day_name(row.day, today))
    name = author_name(seat, message)
    looks = f"message{' compact' if row.compact else ''}{' told' if message.is_ephemeral else ''}"
    with tag("article", looks, aria_label=f"{name}, {clock_time(row.at)}", tabindex="-1"):
        if message.is_ephemeral:
            tag("div", "only-you", "👁 Only visible to you")
        with tag("div", "message-row"):
            _draw_gutter(seat, row)
            with tag("div", "message-body"):
                if not row.compact:
                    _draw_author(row, name)
                _draw_content(seat, message)
                _draw_reactions(seat, message)
                if not in_thread:
                    _draw_replies(seat, message)
        _draw_toolbar(seat, message, in_thread=in_thread)


def author_name(seat: Seat, message: Message) -> str:
    """Who wrote it."""
    if message.user == SLACKBOT:
        return "Slackbot"
    user = seat.workspace.users.get(message.user)
    profile = message.bot_profile or {}
    return str(profile.get("name") or (user.label if user else message.user))


def draw_avatar(name: str, *, app: bool = False, small: bool = False) -> Tag:
    """A square with initials, in a colour of its own."""
    hue = sum(ord(letter) * (at + 7) for at, letter in enumerate(name)) % AVATAR_HUES
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    looks = f"avatar{' app' if app else ''}{' small' if small else ''}"
    avatar = tag("span", looks, "⚡" if app else initials, aria_hidden="true")
    return avatar if app else avatar.style(f"background:hsl({hue} 32% 46%)")


def _draw_gutter(seat: Seat, row: Row) -> None:
    with tag("div", "gutter"):
        if row.compact:
            tag("time", "hover-time", clock_time(row.at))
        else:
            draw_avatar(author_name(seat, row.message), app=row.message.bot_profile is not None)


def _draw_author(row: Row, name: str) -> None:
    with tag("div", "author"):
        tag("span", "author-name", name)
        if row.message.bot_profile:
            tag("span", "badge", "APP")
        tag("time", "time", clock_time(row.at), title=f"{row.at:%A, %d %B %Y, %H:%M:%S}")


def _draw_content(seat: Seat, message: Message) -> None:
    canvas = seat.canvas(message)
    with tag("div", "content"):
        if message.blocks:
            draw_blocks(canvas, message.blocks)
        elif message.text:
            markup(seat.words.mrkdwn(message.text), "kit words")
        if message.edited:
            tag("span", "edited", "(edited)")
        for attachment in message.attachments:
            _draw_attachment(seat, message, attachment)
        for file in message.files:
            _draw_file(file)


def _draw_attachment(seat: Seat, message: Message, attachment: Json) -> None:
    colour = str(attachment.get("color") or "#c9d1cd")
    colour = COLOURS.get(colour, colour if colour.startswith("#") else f"#{colour}")
    with tag("div", "attachment").style(f"border-left-color:{colour}"):
        for key, looks in (
            ("pretext", "words"),
            ("author_name", "words small"),
            ("title", "title"),
        ):
            if attachment.get(key):
                markup(seat.words.mrkdwn(attachment[key]), looks)
        if attachment.get("blocks"):
            draw_blocks(seat.canvas(message), attachment["blocks"])
        elif attachment.get("text") or attachment.get("fallback"):
            markup(seat.words.mrkdwn(attachment.get("text") or attachment["fallback"]), "kit words")
        for pair in attachment.get("fields") or []:
            title, value = seat.words.mrkdwn(pair["title"]), seat.words.mrkdwn(pair["value"])
            markup(f"<strong>{title}</strong><br>{value}", "kit words")
        if attachment.get("footer"):
            markup(seat.words.mrkdwn(attachment["footer"]), "kit context words")


def _draw_file(file: Json) -> None:
    address, name = f"/files/{file['id']}", file["title"]
    if file["mimetype"].startswith("image/"):
        with tag("figure", "kit image"):
            tag("figcaption", text=name)
            tag("img", "picture", src=address, alt=file.get("alt_txt") or name)
        return
    with tag("a", "file", href=address, download=file["name"]):
        tag("span", "file-icon", "📄", aria_hidden="true")
        with tag("span", "file-words"):
            tag("span", "file-name", name)
            tag("span", "file-kind", f"{file['filetype'].upper()} · {_size(file['size'])}")


def _size(count: int) -> str:
    return f"{count} B" if count < 1024 else f"{count / 1024:.1f} kB"


# Reactions and replies


def _draw_reactions(seat: Seat, message: Message) -> None:
    if not message.reactions:
        return
    with tag("div", "reactions"):
        for name, users in message.reactions.items():
            mine = " mine" if seat.person.id in users else ""
            label = f"{name}, {len(users)}"
            with button(
                "",
                lambda name=name: react(seat, message, name),
                f"reaction{mine}",
                aria_label=label,
            ):
                markup(f"{emoji(name)} {len(users)}", name="span")


def reply_count(count: int) -> str:
    """`1 reply`, `2 replies`."""
    return f"{count} repl{'y' if count == 1 else 'ies'}"


def react(seat: Seat, message: Message, name: str) -> None:
    """Add an emoji, or take it back."""
    seat.slack.posts.react(seat.person, message, name)


def _replies(seat: Seat, message: Message) -> list[Message]:
    if not message.thread_ts or message.is_reply:
        return []
    return seat.workspace.messages.seen_by(seat.person.id, message.channel, message.ts)[1:]


def _draw_replies(seat: Seat, message: Message) -> None:
    replies = _replies(seat, message)
    if not replies:
        return
    last = moment(replies[-1].ts, seat.zone)
    today = seat.words.now().astimezone(seat.zone).date()
    day = near_day(last.date(), today) or f"{last:%d %B}"
    count = reply_count(len(replies))
    with button("", lambda: seat.open_thread(message.ts), "replies", aria_label=count):
        for name in dict.fromkeys(author_name(seat, reply) for reply in replies[-3:]):
            bot = any(reply.bot_profile for reply in replies if author_name(seat, reply) == name)
            draw_avatar(name, app=bot, small=True)
        tag("span", "reply-count", count)
        markup(escape(f"Last reply {day.lower()} at {clock_time(last)}"), "last-reply", "span")


# What can be done with it


def _draw_toolbar(seat: Seat, message: Message, *, in_thread: bool) -> None:
    if message.user == SLACKBOT:
        return
    with tag("div", "toolbar", role="toolbar", aria_label="Message actions"):
        if message.is_ephemeral:
            button("Dismiss", lambda: _delete(seat, message), "icon-button")
            return
        for name in QUICK[:3]:
            button(
                EMOJI[name],
                lambda name=name: react(seat, message, name),
                "icon-button",
                aria_label=f"React with {name}",
            )
        if not in_thread:
            start = message.thread_ts or message.ts
            button(
                "💬",
                lambda: seat.open_thread(start),
                "icon-button",
                aria_label="Reply in thread",
                title="Reply in thread",
            )
        _draw_menu(seat, message)


def _draw_menu(seat: Seat, message: Message) -> None:
    shortcuts = [s for s in seat.workspace.app.shortcuts.values() if s.type == "message"]
    own = message.user == seat.person.id or seat.person.is_admin
    if not shortcuts and not own:
        return
    with tag("details", "menu"):
        tag("summary", "icon-button", "⋯", role="button", aria_label="More actions")
        with tag("div", "menu-list", role="menu"):
            for shortcut in shortcuts:
                _draw_shortcut(seat, message, shortcut.name, shortcut.callback_id)
            if own:
                button(
                    "Delete message", lambda: _delete(seat, message), "menu-item", role="menuitem"
                )


def _draw_shortcut(seat: Seat, message: Message, name: str, callback_id: str) -> None:
    async def run() -> None:
        await seat.slack.interactions.message_shortcut(seat.person, callback_id, message)

    with button("", run, "menu-item", role="menuitem"):
        tag("span", text=name)
        tag("span", "description", seat.workspace.app.name)


def _delete(seat: Seat, message: Message) -> None:
    try:
        seat.slack.posts.delete(seat.person, message)
    except RefusedError:
        seat.say("You cannot delete this message.")
