"""The common shape of every value of the domain."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen pydantic value that refuses unknown keys and is built on first use only."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, allow_inf_nan=False)
