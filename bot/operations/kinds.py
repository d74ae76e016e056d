"""Every kind of operation, and how one is read back from what was stored."""

from typing import Annotated, get_args

from pydantic import Field

from bot.operations.archive_station_model import ArchiveStationModel
from bot.operations.attach_charger import AttachCharger
from bot.operations.base import Operation
from bot.operations.create_site import CreateSite
from bot.operations.create_station_model import CreateStationModel
from bot.operations.delete_charger import DeleteCharger
from bot.operations.detach_charger import DetachCharger
from bot.operations.import_chargers import ImportChargers
from bot.operations.register_charger import RegisterCharger
from bot.operations.rename_station_model import RenameStationModel
from bot.operations.restart_charger import RestartCharger
from bot.operations.set_reference import SetReference
from bot.operations.update_smart_charging import UpdateSmartCharging

AnyOperation = Annotated[
    RegisterCharger
    | ImportChargers
    | AttachCharger
    | DetachCharger
    | DeleteCharger
    | SetReference
    | CreateSite
    | UpdateSmartCharging
    | CreateStationModel
    | RenameStationModel
    | ArchiveStationModel
    | RestartCharger,
    Field(discriminator="kind"),
]

KINDS: dict[str, type[Operation]] = {
    kind.model_fields["kind"].default: kind for kind in get_args(get_args(AnyOperation)[0])
}
