"""The keys of every reply, written down from the vendors' documents, not from the clouds.

A key that ends in `?` may be left out. A list means rows of that shape, `None` any value.
"""

from typing import Any

Shape = Any


def keys(text: str) -> dict[str, Shape]:
    return dict.fromkeys(text.split())


# Plugchoice v3

LICENCES = keys("smart pro")
PERMISSIONS = keys("basic sensitive full")
PC_CREATED = {
    **keys(
        "uuid id identity reference connection_status status error error_info vendor_id "
        "vendor_error_code firmware_version server last_connection_at last_disconnection_at "
        "last_heartbeat_at setup_pending setup_completed blocked max_current created_at updated_at"
    ),
    "licenses": LICENCES,
    "permissions": PERMISSIONS,
}
PC_MODEL = keys("vendor name is_dc")
PC_CONNECTOR = keys(
    "id charger_id connector_id status error error_info vendor_id vendor_error_code max_amperage "
    "max_voltage standard format power_type phase_rotation created_at updated_at"
)
PC_LISTED = {**PC_CREATED, "parsed_firmware_version": None, "model_id": None, "model": PC_MODEL}
PC_FULL = {**PC_LISTED, "pincode?": None, "connectors": [PC_CONNECTOR]}
PC_OF_SITE = {
    **{key: shape for key, shape in PC_LISTED.items() if key != "permissions"},
    "connectors": [PC_CONNECTOR],
}
PC_OF_TEAM = {
    **keys("uuid identity connection_status status"),
    "licenses": LICENCES,
    "permissions": PERMISSIONS,
    "model": PC_MODEL,
    "internal_model": keys("name sku"),
    "site": keys("uuid name"),
    "connectors": {"data": [keys("id connector_id status")]},
}
PC_TEAM_SITE = keys(
    "uuid name address street postal_code house_number house_number_addition city country "
    "smart_charging chargers_count created_at updated_at"
)
PC_SITE = {
    **PC_TEAM_SITE,
    "id": None,
    "capabilities": {
        "smart_charging": None,
        "load_management": keys("dynamic peak_shaving solar"),
    },
    "permissions": PERMISSIONS,
}
SMART_CHARGING = keys(
    "timezone smart_charging day_ahead_pricing_strategy day_ahead_pricing_threshold "
    "day_ahead_pricing_smart_mode_price off_peak_start off_peak_end"
)
POWER_USAGE = keys("timestamp L1 L2 L3 kW")
GROUP = keys(
    "id site_id group_id meter_id total_amps net_type method solar_additional_amps "
    "solar_always_charge solar_always_charge_amps smart_charging_charge_on_solar_export "
    "peak_shaving_enabled peak_shaving_threshold created_at updated_at"
)
METER = {
    **keys("uuid id type created_at updated_at"),
    "latest_data": keys("l1 l2 l3 updated_at"),
    "power": keys("total l1 l2 l3"),
}
PC_TRANSACTION = {
    **keys(
        "id charger_id charger_connector_id reservation_id id_tag meter_start meter_stop total_kwh "
        "started_at stopped_at stop_reason is_valid"
    ),
    "charger": keys("uuid identity reference"),
    "connector": keys("connector_id"),
}
PC_TEAM_TRANSACTION = {
    **keys(
        "id status connector_id id_tag started_at stopped_at meter_start meter_stop total_kwh "
        "stop_reason"
    ),
    "charger": {**keys("uuid identity reference is_mid"), "site": keys("uuid name")},
}
CONNECTOR_OF_SITE = {
    **PC_CONNECTOR,
    "charger": keys("uuid id identity connection_status status"),
}
TEAM = keys("uuid id is_personal_team name type email created_at updated_at")


def page_a(row: Shape) -> Shape:
    return {
        "data": [row],
        "links": keys("first last prev next"),
        "meta": keys("current_page current_page_url from path per_page to"),
    }


def page_b(row: Shape, filter_options: str) -> Shape:
    return {
        "data": [row],
        **keys("first_page_url from next_page_url path per_page prev_page_url to"),
        "filter_options": keys(filter_options),
    }


CHARGER_OPTIONS = "connection_statuses statuses connector_statuses vendors license_types"
ACCEPTED = keys("status")
EMPTY: Shape = {}

PLUGCHOICE: dict[tuple[str, str], Shape] = {
    ("GET", "/user"): keys("uuid id name email avatar created_at updated_at"),
    ("GET", "/teams"): {"data": [TEAM]},
    ("GET", "/teams/{team}/chargers"): page_b(PC_OF_TEAM, CHARGER_OPTIONS),
    ("GET", "/teams/{team}/sites"): page_b(PC_TEAM_SITE, "countries"),
    ("GET", "/teams/{team}/transactions"): page_b(PC_TEAM_TRANSACTION, "statuses"),
    ("GET", "/chargers"): page_a(PC_LISTED),
    ("POST", "/chargers"): {"data": PC_CREATED},
    ("GET", "/chargers/{charger}"): {"data": PC_FULL},
    ("PUT", "/chargers/{charger}"): {"data": PC_CREATED},
    ("GET", "/chargers/{charger}/transactions"): {"data": [PC_TRANSACTION]},
    ("POST", "/chargers/{charger}/actions/restart"): ACCEPTED,
    ("GET", "/chargers/{charger}/connectors/{connector}/power-usage"): POWER_USAGE,
    ("GET", "/sites"): page_a(PC_SITE),
    ("POST", "/sites"): {"data": PC_SITE},
    ("GET", "/sites/{site}"): {"data": PC_SITE},
    ("PUT", "/sites/{site}"): {"data": PC_SITE},
    ("GET", "/sites/{site}/chargers"): page_a(PC_OF_SITE),
    ("POST", "/sites/{site}/chargers"): {"data": PC_CREATED},
    ("DELETE", "/sites/{site}/chargers/{charger}"): None,
    ("GET", "/sites/{site}/connectors"): page_a(CONNECTOR_OF_SITE),
    ("GET", "/sites/{site}/smart-charging"): {"data": SMART_CHARGING},
    ("PUT", "/sites/{site}/smart-charging"): {"data": SMART_CHARGING},
    ("GET", "/sites/{site}/groups"): {"data": [GROUP]},
    ("GET", "/sites/{site}/groups/{group}/meter"): {"data": METER},
    ("GET", "/sites/{site}/transactions"): {"data": [PC_TRANSACTION]},
}

# VoltTime v2

VT_CHARGER = keys(
    "deprecation uuid id identity reference connection_status status error error_info created_at "
    "updated_at"
)
VT_SITE = keys(
    "id name street postal_code house_number house_number_addition city country phase "
    "main_fuse_amperage load_management net_type"
)
VT_TRANSACTION = keys(
    "id charger_id charger_connector_id reservation_id id_tag meter_start meter_stop total_kwh "
    "start_cost kwh_cost total_kwh_cost total_cost started_at stopped_at stop_reason created_at "
    "updated_at"
)
VT_SITES = "/teams/{team}/sites"
VT_ONE_SITE = "/teams/{team}/sites/{site}"

VOLTTIME: dict[tuple[str, str], Shape] = {
    ("GET", VT_ONE_SITE + "/transactions"): page_a(VT_TRANSACTION),
    ("GET", VT_SITES): page_a(VT_SITE),
    ("POST", VT_SITES): {"data": VT_SITE},
    ("GET", VT_ONE_SITE): {"data": VT_SITE},
    ("GET", VT_ONE_SITE + "/chargers"): page_a(VT_CHARGER),
    ("POST", VT_ONE_SITE + "/chargers"): {"data": VT_CHARGER},
    ("DELETE", VT_ONE_SITE + "/chargers/{charger}"): None,
    ("GET", VT_ONE_SITE + "/connectors"): page_a(CONNECTOR_OF_SITE),
    ("GET", VT_ONE_SITE + "/smart-charging"): {"data": SMART_CHARGING},
    ("PUT", VT_ONE_SITE + "/smart-charging"): {"data": SMART_CHARGING},
    ("POST", VT_ONE_SITE + "/attach-charger"): EMPTY,
    ("GET", VT_ONE_SITE + "/connectors/{connector}/power-usage"): POWER_USAGE,
    ("GET", VT_ONE_SITE + "/groups"): {"data": [GROUP]},
    ("GET", VT_ONE_SITE + "/groups/{group}/meter"): {"data": METER},
    ("GET", "/user"): keys("id name email"),
    ("GET", "/teams"): {"data": [TEAM]},
    ("GET", "/teams/{team}/chargers"): {"data": [VT_CHARGER]},
    ("POST", "/teams/{team}/chargers"): {"data": VT_CHARGER},
    ("GET", "/teams/{team}/chargers/{charger}"): {
        "data": {**VT_CHARGER, "model": PC_MODEL, "connectors": [PC_CONNECTOR]}
    },
}

# Spirii v2

SP_CONNECTOR = {
    **keys(
        "id standard format powerType maxElectricPower maxAmperage maxVoltage tariffIds deletedAt?"
    ),
    "error?": keys("errorCode info vendorErrorCode"),
}
SP_EVSE = {**keys("uid evseId chargeboxId status"), "connectors": [SP_CONNECTOR]}
SP_MODEL = keys(
    "id vendor name plugAndChargeValidated firmwareManagementValidated updatedAt createdAt "
    "description"
)
SP_BOX = {
    **keys(
        "id chargeBoxIdentity serialNumber isOnline locationId updatedAt createdAt "
        "firmwareVersion? lastConnectionEventAt? deletedAt?"
    ),
    "evses": [SP_EVSE],
    "model": SP_MODEL,
    "customer?": keys("id"),
}
SP_LOCATION = {
    **keys(
        "id name address postalCode city countryCode partyId publish lastUpdated "
        "allowPriorityCharging parkingType facilities directions owner"
    ),
    "coordinates": keys("latitude longitude"),
    "evses": [SP_EVSE],
    "operator": keys("name website"),
    "openingTimes": keys("twentyFourSeven regularHours"),
}
SP_COMMAND = {**keys("status"), "error?": keys("message")}


def cursor_page(row: Shape) -> Shape:
    return {"data": [row], "nextPageCursor?": None, "previousPageCursor?": None}


SPIRII: dict[tuple[str, str], Shape] = {
    ("GET", "/chargeboxes"): cursor_page(SP_BOX),
    ("POST", "/chargeboxes"): {**SP_BOX, "evses": None},
    ("GET", "/chargeboxes/models"): cursor_page(SP_MODEL),
    ("GET", "/chargeboxes/{id}"): SP_BOX,
    ("DELETE", "/chargeboxes/{id}"): None,
    ("POST", "/chargeboxes/{id}/reset"): SP_COMMAND,
    ("POST", "/chargeboxes/{id}/reboot"): SP_COMMAND,
    ("GET", "/evses"): cursor_page(SP_EVSE),
    ("GET", "/evses/{uid}"): SP_EVSE,
    ("GET", "/locations"): cursor_page(SP_LOCATION),
}

# Lynkwell

LW_MODEL = {
    **keys("id vendor model friendlyName? powerType imageUrl? isArchived createdAt updatedAt"),
    "connectors": [keys("id connectionType format maxAmperage maxVoltage maxPowerWatts")],
    "configurationKeys": keys("ocppUrl"),
}
LW_ASSET = {
    **keys("id type createdAt updatedAt"),
    "network": keys("id"),
    "sitePartners": [keys("id")],
    "assetGroup": keys("id"),
    "chargingStation": {
        **keys(
            "serialNumber name rate status protocol powerType localAuthorization "
            "supportsSimultaneousCharging sortOrder images directionHint?"
        ),
        "geoLocation?": keys("longitude latitude"),
        "connectors": [
            keys(
                "id status rawStatus isActive connectionType format maxAmperage maxVoltage "
                "updatedAt"
            )
        ],
        "manufacturingInfo": keys(
            "chargePointVendor chargePointModel chargePointSerialNumber chargeBoxSerialNumber "
            "firwareVersion imsi? meterType? meterSerialNumber?"
        ),
        "simInfo?": keys("iccid fleet createdAt"),
        "paymentTerminal?": None,
    },
}
LW_GROUP = {
    **keys("id type metadata createdAt updatedAt"),
    "location": {
        **keys("name visibility timezone parkingType"),
        "physicalAddress": keys(
            "streetNumber streetName streetDetails? city state postalCode countryCode"
        ),
        "hours": keys("twentyfourseven"),
        "geoLocation": keys("longitude latitude"),
    },
}
MODELS = "/asset-management/v1/charging-station-models"


def items(row: Shape) -> Shape:
    return {"data": {"hasMore": None, "items": [row]}}


LYNKWELL: dict[tuple[str, str], Shape] = {
    ("POST", "/oauth/token"): keys("access_token token_type expires_in scope"),
    ("GET", MODELS): items(LW_MODEL),
    ("POST", MODELS): {"data": LW_MODEL},
    ("GET", MODELS + "/{model}"): LW_MODEL,
    ("PATCH", MODELS + "/{model}"): {"data": LW_MODEL},
    ("POST", MODELS + "/{model}/archive"): {"data": LW_MODEL},
    ("GET", "/asset-management/v1/assets"): items(LW_ASSET),
    ("GET", "/asset-management/v1/asset-groups"): items(LW_GROUP),
}

DOCUMENTED = {
    "plugchoice": PLUGCHOICE,
    "volttime": VOLTTIME,
    "spirii": SPIRII,
    "lynkwell": LYNKWELL,
}


def differences(shape: Shape, value: Any, where: str = "") -> list[str]:
    """How a reply departs from its documented keys."""
    if shape is None or value is None:
        return []
    if isinstance(shape, list):
        if not isinstance(value, list) or not value:
            return [f"{where}: a list with rows was expected"]
        return [text for row in value for text in differences(shape[0], row, where + "[]")]
    if not isinstance(value, dict):
        return [f"{where}: an object was expected"]
    known = {key.removesuffix("?"): inner for key, inner in shape.items()}
    required = {key for key in shape if not key.endswith("?")}
    found = [f"{where}.{key}: not documented" for key in value.keys() - known.keys()]
    found += [f"{where}.{key}: missing" for key in required - value.keys()]
    for key in value.keys() & known.keys():
        found += differences(known[key], value[key], f"{where}.{key}")
    return found
