"""Every action, block and callback id, spelled once."""

from typing import Final

# Pages and forms (callback ids)
PAGE: Final = "page"  # shows something and takes nothing
REGISTER_FORM: Final = "register_form"

# A charger
CHARGER_SHOW: Final = "charger_show"
CHARGER_FACTS: Final = "charger_facts"
CHARGER_WHY: Final = "charger_why"
CHARGER_SILENCE: Final = "charger_silence"
CHARGER_USAGE: Final = "charger_usage"
CHARGER_REFERENCE: Final = "charger_reference"
CHARGER_RESTART: Final = "charger_restart"
CHARGER_DETACH: Final = "charger_detach"
CHARGER_DELETE: Final = "charger_delete"
CHARGER_PINCODE: Final = "charger_pincode"
SHARE: Final = "share"

# Inputs (block ids; the action id of an input is the same word)
REGISTER_ACCOUNT: Final = "register_account"
IDENTITY: Final = "identity"
SERIAL_NUMBER: Final = "serial_number"
SITE: Final = "site"
STATION_MODEL: Final = "station_model"
REASON: Final = "reason"

# Station models and sites
MODEL_SHOW: Final = "model_show"
MODEL_ARCHIVE: Final = "model_archive"
MODEL_RENAME: Final = "model_rename"
ARCHIVE_FORM: Final = "archive_form"
RENAME_FORM: Final = "rename_form"
FRIENDLY_NAME: Final = "friendly_name"
SITE_SHOW: Final = "site_show"

# Buttons that start something
START_REGISTER: Final = "start_register"
START_OFFLINE: Final = "start_offline"

# A request
REQUEST_SHOW: Final = "request_show"
REQUEST_DETAILS: Final = "request_details"
APPROVE: Final = "approve"
APPROVE_ANYWAY: Final = "approve_anyway"
REJECT: Final = "reject"
REJECT_FORM: Final = "reject_form"
WITHDRAW: Final = "withdraw"
STOP: Final = "stop"
CHECK_AGAIN: Final = "check_again"
MARK_DONE: Final = "mark_done"
MARK_NOT_DONE: Final = "mark_not_done"
ASK_AGAIN: Final = "ask_again"
ENTER_PINCODE: Final = "enter_pincode"
PINCODE_FORM: Final = "pincode_form"
PINCODE: Final = "pincode"

# Shortcuts
REGISTER_SHORTCUT: Final = "register_shortcut"
LOOK_UP_SHORTCUT: Final = "look_up_shortcut"
LOOK_UP_MESSAGE: Final = "look_up_message"

# Lists
NEXT_PAGE: Final = "next_page"
PREVIOUS_PAGE: Final = "previous_page"

# An alert
ACKNOWLEDGE: Final = "acknowledge"
UNACKNOWLEDGE: Final = "unacknowledge"
ALERT_SILENCE: Final = "alert_silence"
ALERT_DETAILS: Final = "alert_details"
ALERT_RESTART: Final = "alert_restart"
ALERT_WHY: Final = "alert_why"
CHARGER: Final = "charger"
