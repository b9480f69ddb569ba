"""How site.toml describes the list of recorded rockfalls."""

from datetime import date
from typing import Self

from pydantic import Field, field_validator, model_validator

from rockfall_desktop.domain.duration import DAY_S, duration_s, length_text
from rockfall_desktop.domain.plain_text import Plain
from rockfall_desktop.domain.site_table import ColumnName, Text, TimedTable, checked_length
from rockfall_desktop.domain.time_format import told_span_s
from rockfall_desktop.domain.value import Value


class IncidentRule(Value):
    """Incidents that follow from a measured channel instead of a list."""

    channel: Plain = Field(min_length=1, max_length=64, description="Name of the measured channel.")
    above: float = Field(description="An incident is each step at which the channel is higher, in its unit as kept.")


class Incidents(TimedTable):
    """The list of recorded rockfalls."""

    time_precision: str | None = Field(
        default=None,
        description="Span from the written time in which it may have happened.",
    )
    zone_column: ColumnName | None = Field(default=None, description="Column with the zone's id.")
    x_column: ColumnName | None = Field(default=None, description="Column with the easting, in the crs.")
    y_column: ColumnName | None = Field(default=None, description="Column with the northing, in the crs.")
    volume_column: ColumnName | None = Field(default=None, description="Column with the volume, m3.")
    minimum_volume_m3: float | None = Field(
        default=None,
        gt=0,
        description="Smaller incidents, and those of unknown volume, do not count.",
    )
    type_column: ColumnName | None = Field(default=None, description="Column with the type.")
    types: tuple[Text, ...] = Field(default=(), description="Types that count; empty: all.")
    cause_column: ColumnName | None = Field(default=None, description="Column with the cause.")
    causes: tuple[Text, ...] = Field(default=(), description="Causes that count; empty: all.")
    recorded_from: date | None = Field(
        default=None,
        description="First day of recording; empty: the day of the first row.",
    )
    recorded_until: date | None = Field(
        default=None, description="Last day of recording; empty: the end of the series."
    )

    @property
    def precision_s(self) -> int:
        """Seconds from the written time in which the incident may have happened."""
        if self.time_precision is not None:
            return max(1, duration_s(self.time_precision))
        return told_span_s(self.time_format)

    @field_validator("time_precision")
    @classmethod
    def _precision_is_a_length(cls, value: str | None) -> str | None:
        return None if value is None else checked_length(value)

    @model_validator(mode="after")
    def _precision_fits_the_format(self) -> Self:
        if not self.time_format:
            if self.time_precision is None:
                raise ValueError("time_precision: is needed without time_format; write e.g. time_precision = '1d'")
            return self
        told_s = told_span_s(self.time_format)
        remedy = f"write time_precision = '{length_text(told_s)}' or longer"
        if self.time_precision is None and told_s > DAY_S:
            raise ValueError(f"time_precision: is needed, because time_format names no day; {remedy}")
        if told_s > 60 and self.precision_s < told_s:
            raise ValueError(f"time_precision: {self.time_precision} is less than time_format tells apart; {remedy}")
        return self

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        pairs = (("types", "type_column"), ("causes", "cause_column"), ("minimum_volume_m3", "volume_column"))
        for choice, column in pairs:
            if getattr(self, choice) and getattr(self, column) is None:
                raise ValueError(f"{column}: name the column that {choice} is about")
        if (self.x_column is None) != (self.y_column is None):
            raise ValueError("x_column: give both x_column and y_column, or neither")
        if self.recorded_from and self.recorded_until and self.recorded_from > self.recorded_until:
            raise ValueError("recorded_until: must not be earlier than recorded_from")
        return self
