"""Create a site; the vendors take two of the same name."""

from dataclasses import replace
from typing import ClassVar, Literal

from bot.operations.base import (
    Description,
    Finding,
    Line,
    Operation,
    Precheck,
    Result,
    Verdict,
    World,
    capability,
)
from bot.operations.reading_back import one_new
from vendors.models import NewSite, Site
from vendors.ports import CreatesSites, ListsSites


class CreateSite(Operation):
    """Plugchoice `POST /sites`, VoltTime `POST /teams/{team}/sites`."""

    noun: ClassVar[str] = "create a site"

    kind: Literal["create_site"] = "create_site"
    site: NewSite

    @property
    def target(self) -> str:
        """Its name."""
        return self.site.name

    @property
    def size(self) -> int | None:
        """None yet."""
        return 0

    def describe(self, precheck: Precheck | None) -> Description:
        """Name and address."""
        number = f"{self.site.house_number}{self.site.house_number_addition or ''}"
        place = f"{self.site.postal_code} {self.site.city}, {self.site.country}"
        return Description(
            title=f"Create site {self.site.name} at {self.account}",
            lines=(
                Line(name="Name", after=self.site.name),
                Line(name="Address", after=f"{self.site.street} {number}, {place}"),
            ),
            warnings=precheck.warnings if precheck else (),
        )

    async def precheck(self, world: World) -> Precheck:
        """Look for sites of the same name."""
        capability(world, self.account, CreatesSites)
        alike = await self._alike(world)
        warning = f"{self.account} has {len(alike)} site(s) of this name already."
        return Precheck(
            checked_at=world.now(),
            state={"alike": sorted(site.id for site in alike)},
            warnings=(warning,) if alike else (),
            chargers=0,
        )

    async def execute(self, world: World) -> Result:
        """Write once."""
        site = await capability(world, self.account, CreatesSites).create_site(self.site)
        return Result(f"Site {site.name} is made at {self.account}.", seen=site)

    async def reconcile(self, world: World, asked_on: Precheck) -> Finding:
        """List and match; two new ones alike cannot be told apart."""
        known = asked_on.state.get("alike", [])
        finding = one_new(await self._alike(world), known, f"site {self.target}")
        if isinstance(finding.seen, Site) and not self._is_there(finding.seen):
            because = f"There is a new site {self.target}, but at another address."
            return replace(finding, verdict=Verdict.CANNOT_TELL, because=because)
        return finding

    def _is_there(self, site: Site) -> bool:
        """Whether nothing that the vendor says of its address is against it."""
        pairs = ((site.postal_code, self.site.postal_code), (site.city, self.site.city))
        return all(_bare(theirs) in ("", _bare(ours)) for theirs, ours in pairs)

    async def _alike(self, world: World) -> list[Site]:
        client = capability(world, self.account, ListsSites)
        return [
            site async for page in client.sites() for site in page if site.name == self.site.name
        ]


def _bare(text: str | None) -> str:
    """Without what people write now so, now otherwise."""
    return "".join((text or "").split()).casefold()
