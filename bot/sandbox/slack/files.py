"""Files: upload in three steps, download with a token."""

from dataclasses import dataclass, field
from pathlib import PurePath

from bot.sandbox.slack.changes import Changes
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.model import Json

MIME_TYPES = {
    "csv": "text/csv",
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
}


@dataclass
class File:
    """A file; `content` is None between the request for an upload URL and the upload."""

    id: str
    name: str
    user: str
    created: int
    length: int
    alt_text: str = ""
    title: str = ""
    content: bytes | None = None
    completed: bool = False
    channels: list[str] = field(default_factory=list)

    @property
    def filetype(self) -> str:
        """The ending of the name, as Slack's filetype."""
        return PurePath(self.name).suffix.lstrip(".").lower() or "text"

    @property
    def mimetype(self) -> str:
        """What kind of content the name promises."""
        return MIME_TYPES.get(self.filetype, "application/octet-stream")

    def to_api(self, base_url: str, team_id: str) -> Json:
        """A file object (Slack docs, types/file)."""
        url = f"{base_url}/files-pri/{team_id}-{self.id}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": self.filetype,
            "user": self.user,
            "user_team": team_id,
            "size": self.length,
            "mode": "hosted",
            "is_external": False,
            "is_public": False,
            "alt_txt": self.alt_text,
            "channels": list(self.channels),
            "url_private": f"{url}/{self.name}",
            "url_private_download": f"{url}/download/{self.name}",
        }


class Files:
    """All files of the workspace."""

    def __init__(self, ids: Ids, changes: Changes) -> None:
        self._ids = ids
        self._changes = changes
        self._files: dict[str, File] = {}

    def announce(self, name: str, length: int, user: str, alt_text: str = "") -> File:
        """A file that is about to be uploaded."""
        created = int(self._ids.ts().split(".")[0])
        file = File(self._ids.new("F"), name, user, created, length, alt_text)
        self._files[file.id] = file
        return file

    def add(self, name: str, content: bytes, user: str) -> File:
        """A file as a person uploads it."""
        file = self.announce(name, len(content), user)
        file.content = content
        self.complete(file)
        return file

    def complete(self, file: File, *, title: str = "", channel: str = "") -> None:
        """The upload is over; share the file in a channel."""
        file.completed = True
        file.title = title or file.title
        if channel and channel not in file.channels:
            file.channels.append(channel)
        self._changes.publish("file", channel=channel)

    def find(self, file_id: str) -> File:
        """A file by its id.

        Raises:
            RefusedError: `file_not_found`.
        """
        file = self._files.get(file_id)
        if file is None:
            raise RefusedError("file_not_found")
        return file
