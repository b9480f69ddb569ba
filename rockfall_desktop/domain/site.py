"""A site as its site.toml says it, and what is told about a site that was read."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from rockfall_desktop.domain.duration import step_s
from rockfall_desktop.domain.plain_text import Plain
from rockfall_desktop.domain.quality import MarkCount
from rockfall_desktop.domain.site_derived import Derived
from rockfall_desktop.domain.site_incidents import IncidentRule, Incidents
from rockfall_desktop.domain.site_layer import Chips, CloudSets, Layer
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.domain.site_zone import Zone, ZoneFile, ZoneGrid
from rockfall_desktop.domain.time_zone import check_time_zone
from rockfall_desktop.domain.value import Value


class SiteManifest(Value):
    """Everything that site.toml says. The names of the fields are the keys of the file."""

    id: str = Field(description="UUIDv7, written once and never changed.")
    name: Plain = Field(min_length=1, max_length=120, description="Name for people.")
    crs: Plain = Field(default="", max_length=64, description="Coordinate system, e.g. EPSG:2326.")
    timezone: str = Field(description="IANA time zone in which the site's days begin, e.g. Asia/Hong_Kong.")
    step: str = Field(description="Length of a time step: 10min, 1h, 1d or another that divides the day.")
    simulated: bool = Field(default=False, description="Whether the records are made up.")
    zone: tuple[Zone, ...] = Field(default=(), description="Zones, one [[zone]] each.")
    zone_grid: ZoneGrid | None = Field(default=None, description="Zones as cells of a grid.")
    zones: ZoneFile | None = Field(default=None, description="Zones in a file.")
    channel: tuple[Channel, ...] = Field(default=(), description="Measured series, one [[channel]] each.")
    derived: tuple[Derived, ...] = Field(default=(), description="Computed series, one [[derived]] each.")
    layer: tuple[Layer, ...] = Field(default=(), max_length=1000, description="Spatial data, one [[layer]] each.")
    chips: Chips = Field(default=Chips(), description="How rasters are cut for each zone.")
    clouds: CloudSets = Field(default=CloudSets(), description="How points are picked for each zone.")
    incidents: Incidents | None = Field(default=None, description="The list of recorded rockfalls.")
    incident_rule: IncidentRule | None = Field(default=None, description="Incidents by a channel, instead of a list.")

    @property
    def step_s(self) -> int:
        """Length of a step in seconds."""
        return step_s(self.step)

    @field_validator("id")
    @classmethod
    def _is_a_uuid7(cls, value: str) -> str:
        try:
            version = UUID(value).version
        except ValueError:
            version = None
        if version != 7 or value != str(UUID(value)):
            raise ValueError(f"'{value}' is no UUID of version 7 in lower case")
        return value

    @field_validator("timezone")
    @classmethod
    def _time_zone_exists(cls, value: str) -> str:
        return check_time_zone(value)

    @field_validator("step")
    @classmethod
    def _divides_the_day(cls, value: str) -> str:
        step_s(value)
        return value

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        given = bool(self.zone) + (self.zone_grid is not None) + (self.zones is not None)
        if given != 1:
            raise ValueError("zone: give the zones in exactly one way: [[zone]], [zone_grid] or [zones]")
        if len(self.zone) > 1 and any(zone.whole for zone in self.zone):
            raise ValueError("zone: a zone with whole = true is the only one")
        _demand_once("zone", [zone.id for zone in self.zone])
        if not self.channel and not self.layer:
            raise ValueError("channel: a site has at least one [[channel]] or [[layer]]")
        ahead = [name for channel in self.channel for name in channel.ahead_names]
        _demand_once("channel", [channel.name for channel in self.channel] + [one.name for one in self.derived] + ahead)
        _demand_once("layer", [layer.name for layer in self.layer])
        labelled = self.zones is not None and self.zones.label_column is not None
        if labelled and (self.incidents is not None or self.incident_rule is not None):
            raise ValueError("zones: a site is answered by label_column or by incidents in time, not by both")
        if self.incident_rule is not None and self.incidents is not None:
            raise ValueError("incident_rule: give a list of incidents or a rule, not both")
        if self.incident_rule is not None and self.incident_rule.channel not in [one.name for one in self.channel]:
            raise ValueError(f"incident_rule: '{self.incident_rule.channel}' is no channel")
        for derived in self.derived:
            if derived.source not in [channel.name for channel in self.channel]:
                raise ValueError(f"derived: '{derived.name}' names the source '{derived.source}', which is no channel")
        return self


def _demand_once(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{what}: '{twice[0]}' is used twice; every {what} has a name of its own")


class SiteFault(Value):
    """One thing that is wrong in a site folder."""

    file: str = Field(description="File inside the site folder, or the folder itself.")
    row: int | None = Field(default=None, description="Line in the file, from 1, where there is one.")
    message: str = Field(description="What is wrong, one sentence.")
    remedy: str = Field(description="What to do, one sentence.")

    @property
    def text(self) -> str:
        """Place and message in one sentence."""
        return f"{self.file}, row {self.row}: {self.message}" if self.row else f"{self.file}: {self.message}"


class ChannelSummary(Value):
    """One channel as it was read."""

    name: str = Field(description="Name within the site.")
    kind: str = Field(description="What is measured.")
    unit: str = Field(description="Unit of the numbers.")
    zoned: bool = Field(description="Whether each zone has a series of its own.")
    missing_share: float = Field(ge=0, le=1, description="Share of steps (and zones) without a value.")
    marks: tuple[MarkCount, ...] = Field(default=(), description="What is doubtful or wrong, counted.")


class SiteSummary(Value):
    """What a site that was read holds."""

    site_id: str = Field(description="UUIDv7 of the site.")
    name: str = Field(description="Name for people.")
    simulated: bool = Field(description="Whether the records are made up.")
    folder: str = Field(description="Where the site lies.")
    step: str = Field(description="Length of a time step, as written.")
    timezone: str = Field(description="IANA time zone.")
    crs: str = Field(description="Coordinate system.")
    zones: int = Field(ge=1, description="How many zones.")
    channels: tuple[ChannelSummary, ...] = Field(description="The measured series.")
    layers: tuple[str, ...] = Field(default=(), description="Kinds of its layers, each once.")
    incidents: int = Field(ge=0, description="Incidents that count.")
    steps: int = Field(ge=0, description="Time steps.")
    first_date: date | None = Field(description="Local day of the first step; empty without any.")
    last_date: date | None = Field(description="Local day of the last step; empty without any.")
    notes: tuple[str, ...] = Field(description="What was dropped, mapped or could not be placed.")


class KnownSite(Value):
    """A site that was opened before."""

    site_id: str = Field(description="UUIDv7 of the site.")
    name: str = Field(description="Name for people.")
    folder: str = Field(description="Where it lay when it was opened last.")
    simulated: bool = Field(description="Whether the records are made up.")
