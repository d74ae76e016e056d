"""Methods for files."""

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.files import File
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.webapi.chat import Content, check_blocks, post_as_app, read_list
from bot.sandbox.slack.webapi.registry import Context, method, ok

ALT_TEXT_LIMIT = 1000


@method("files.getUploadURLExternal", tier=4, scopes=("files:write",))
def upload_url(context: Context, arguments: Arguments) -> Json:
    """Where to send the bytes of a file."""
    name = arguments.required("filename")
    length = arguments.number("length", 0)
    alt_text = arguments.text("alt_txt")
    if length <= 0 or len(alt_text) > ALT_TEXT_LIMIT:
        raise RefusedError("invalid_arguments")
    file = context.workspace.files.announce(name, length, context.app.bot_user_id, alt_text)
    return ok(upload_url=f"{context.base_url}/upload/v1/{file.id}", file_id=file.id)


@method("files.completeUploadExternal", tier=4, scopes=("files:write",))
def complete_upload(context: Context, arguments: Arguments) -> Json:
    """End an upload, and share the files if a channel is named."""
    wanted = arguments.structure("files")
    is_list = isinstance(wanted, list) and all(isinstance(entry, dict) for entry in wanted)
    if not wanted or not is_list:
        raise RefusedError("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [_uploaded(context, str(entry.get("id", ""))) for entry in wanted]
    channel_id = arguments.text("channel_id")
    if channel_id:
        context.own_channel(channel_id)
    for file, entry in zip(files, wanted, strict=True):
        context.workspace.files.complete(
            file, title=str(entry.get("title", "")), channel=channel_id
        )
    if channel_id:
        _share(context, arguments, channel_id, files)
    return ok(files=[_shown(context, file) for file in files])


def _uploaded(context: Context, file_id: str) -> File:
    file = context.workspace.files.find(file_id)
    if file.content is None or file.completed:
        raise RefusedError("file_not_found")
    return file


def _share(context: Context, arguments: Arguments, channel_id: str, files: list[File]) -> None:
    content = Content(
        text=arguments.text("initial_comment"),
        blocks=read_list(arguments, "blocks", "invalid_blocks_format"),
    )
    check_blocks(content)
    post_as_app(
        context,
        context.workspace.channel(channel_id),
        content,
        thread_ts=arguments.text("thread_ts"),
        files=[_shown(context, file) for file in files],
    )


def _shown(context: Context, file: File) -> Json:
    return file.to_api(context.base_url, context.workspace.team_id)


@method("files.info", tier=4, scopes=("files:read",))
def file_info(context: Context, arguments: Arguments) -> Json:
    """One file."""
    file = context.workspace.files.find(arguments.required("file", "file_not_found"))
    return ok(file=_shown(context, file), comments=[])
