"""Every action, block and callback id, spelled once."""

from typing import Final

# Pages and forms (callback ids)
PAGE: Final = "page"  # shows something and takes nothing
REGISTER_FORM: Final = "register_form"

# A charger
CHARGER_SHOW: Final = "charger_show"
CHARGER_FACTS: Final = "charger_facts"
CHARGER_REFRESH: Final = "charger_refresh"
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
