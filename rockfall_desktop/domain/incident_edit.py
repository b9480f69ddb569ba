"""What a person may change in the list of incidents: add one, correct one, exclude one, withdraw such a change."""

from datetime import UTC, datetime
from typing import Literal, Self

from pydantic import AwareDatetime, Field, field_validator, model_validator

from rockfall_desktop.domain.plain_text import Plain
from rockfall_desktop.domain.time_zone import clock_of
from rockfall_desktop.domain.value import Value

LONGEST_REASON = 500
LONGEST_WORD = 200
LARGEST_VOLUME_M3 = 1e12
Deed = Literal["add", "correct", "exclude", "withdraw"]


class IncidentFacts(Value):
    """What is known of one incident."""

    at: AwareDatetime = Field(description="From when on it may have happened; the site's time_precision says how long.")
    zone: Plain = Field(default="", max_length=64, description="Id of the zone; empty: in none.")
    volume_m3: float | None = Field(default=None, ge=0, le=LARGEST_VOLUME_M3, description="Volume; empty: unknown.")
    type: Plain = Field(default="", max_length=LONGEST_WORD, description="Type, as in the column of types.")
    cause: Plain = Field(default="", max_length=LONGEST_WORD, description="Cause, as in the column of causes.")


class IncidentChange(Value):
    """A change as it is asked for."""

    what: Deed = Field(description="What is done.")
    incident: str = Field(
        default="",
        max_length=64,
        description="Key of the incident: a hash of its row, or the id of the edit that added it.",
    )
    withdraws: str = Field(default="", max_length=64, description="Id of the edit that is withdrawn.")
    before: IncidentFacts | None = Field(default=None, description="What was known of it before.")
    after: IncidentFacts | None = Field(default=None, description="What is to be known of it.")
    reason: Plain = Field(default="", max_length=LONGEST_REASON, description="Why, in one line.")

    @field_validator("reason", mode="before")
    @classmethod
    def _in_one_line(cls, value: object) -> object:
        return " ".join(value.split()) if isinstance(value, str) and len(value) <= 4 * LONGEST_REASON else value

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        wanted = {
            "add": (False, False, False, True),
            "correct": (True, False, True, True),
            "exclude": (True, False, True, False),
            "withdraw": (False, True, False, False),
        }[self.what]
        given = (bool(self.incident), bool(self.withdraws), self.before is not None, self.after is not None)
        if given != wanted:
            raise ValueError(f"what: '{self.what}' does not go with these incident, withdraws, before and after")
        if self.what != "withdraw" and not self.reason:
            raise ValueError("reason: say why")
        if self.what == "correct" and self.before == self.after:
            raise ValueError("after: nothing is corrected")
        return self


class IncidentEdit(IncidentChange):
    """A change that was saved: one line of incident-edits.csv."""

    edit_id: str = Field(pattern=r"^[0-9a-f-]{36}$", description="UUIDv7.")
    at: AwareDatetime = Field(description="When it was saved, UTC.")
    user_id: str = Field(max_length=64, description="Who saved it.")
    user: Plain = Field(max_length=64, description="Name of the user then.")


def local_moment(text: str, time_zone: str) -> datetime:
    """The moment at which the clock of a place shows a time; of a repeated hour the first pass.

    Args:
        text: e.g. 2024-05-01 or 2024-05-01 13:30.
        time_zone: IANA name of the place.

    Raises:
        ValueError: when the text is no such time, or one that the clock skipped.
    """
    place = clock_of(time_zone)
    try:
        naive = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"'{text.strip()[:40]}' is no time; write e.g. 2024-05-01 or 2024-05-01 13:30") from None
    if naive.tzinfo is not None or not 1900 <= naive.year <= 2100:
        raise ValueError("write the local time of the site, between 1900 and 2100, without an offset")
    moment = naive.replace(tzinfo=place)
    shown = moment.astimezone(UTC).astimezone(place).replace(tzinfo=None)
    if shown != naive and (naive.hour, naive.minute, naive.second) != (0, 0, 0):
        raise ValueError(f"the clock of {time_zone} skipped {text.strip()[:40]}")
    return moment
