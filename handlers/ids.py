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
START_ATTACH: Final = "start_attach"
START_SITE: Final = "start_site"
START_MODEL: Final = "start_model"
START_SITES: Final = "start_sites"
START_MODELS: Final = "start_models"
START_REPORT: Final = "start_report"

# A request
REQUEST_SHOW: Final = "request_show"
REQUEST_DETAILS: Final = "request_details"
REQUEST_EVIDENCE: Final = "request_evidence"
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
CHARGER_FORM: Final = "charger_form"
RESET: Final = "reset"
REFERENCE: Final = "reference"

# Forms about sites
SITE_FORM: Final = "site_form"
SITE_ACCOUNT: Final = "site_account"
ATTACH_FORM: Final = "attach_form"
ATTACH_ACCOUNT: Final = "attach_account"
SMART_CHARGING_FORM: Final = "smart_charging_form"
SITE_SMART_CHARGING: Final = "site_smart_charging"
SITE_CONNECTORS: Final = "site_connectors"
SITE_GROUPS: Final = "site_groups"
SITE_TRANSACTIONS: Final = "site_transactions"
SITE_METER: Final = "site_meter"
GROUP_METER: Final = "group_meter"
SITE_CHARGERS: Final = "site_chargers"
MODE: Final = "mode"
TIMEZONE: Final = "timezone"
OFF_PEAK_START: Final = "off_peak_start"
OFF_PEAK_END: Final = "off_peak_end"
STRATEGY: Final = "strategy"
THRESHOLD: Final = "threshold"

# Silences
SILENCE_FORM: Final = "silence_form"
SILENCE_PREVIEW: Final = "silence_preview"
SILENCE_END: Final = "silence_end"
SILENCED_SITE: Final = "silenced_site"
SILENCED_ACCOUNT: Final = "silenced_account"
CONDITION: Final = "condition"
SILENCED_SEVERITY: Final = "silenced_severity"
LENGTH: Final = "length"

# A new station model
MODEL_FORM: Final = "model_form"
MODEL_ACCOUNT: Final = "model_account"
ADD_ROW: Final = "add_row"
REMOVE_ROW: Final = "remove_row"
MAKE: Final = "make"
MODEL_NAME: Final = "model_name"
POWER_TYPE: Final = "power_type"
OCPP_URL: Final = "ocpp_url"
IMAGE_URL: Final = "image_url"

# Looking up, Home
START_LOOK_UP: Final = "start_look_up"
START_IMPORT: Final = "start_import"
START_SILENCE: Final = "start_silence"
LOOK_UP_FORM: Final = "look_up_form"
TEXT: Final = "text"

# Import
IMPORT_FORM: Final = "import_form"
IMPORT_ACCOUNT: Final = "import_account"
IMPORT_PREVIEW: Final = "import_preview"
IMPORT_RESULTS: Final = "import_results"
ROWS: Final = "rows"
FILE: Final = "file"
