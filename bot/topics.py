"""What a message can be about: the topic says how its text is made, the subject of what record."""

from typing import Final

ALERT_GROUP: Final = "alert_group"  # subject: the group's id
ALERT_LINE: Final = "alert_line"  # a line in the group's thread; subject: the timeline row's id
BASELINE: Final = "baseline"  # what was already bad at the start; subject: the account
REQUEST_CARD: Final = "request_card"  # subject: the request's id
REQUEST_LINE: Final = "request_line"  # a line in the card's thread; subject: the request's id
REQUEST_OUTCOME: Final = "request_outcome"  # to the requester alone; subject: the request's id
SILENCE_WARNING: Final = "silence_warning"  # to its author; subject: the silence's id
DIGEST: Final = "digest"  # subject: the day
FIRST_CONNECTION: Final = "first_connection"  # subject: the watch's id
TROUBLE: Final = "trouble"  # the bot's own trouble; subject: what it is about
WEBHOOK: Final = "webhook"  # for a pager; subject: the group's id
