"""The fact that a model was made the active one for a site."""

from datetime import datetime

from pydantic import Field

from rockfall_desktop.domain.value import Value


class DeploymentRequest(Value):
    """What is to be deployed, and why where the report alone does not carry it."""

    job_id: str = Field(description="Completed job whose weights are to be deployed.")
    reason: str = Field(default="", max_length=2000, description="Why, in words; needed against the report.")


class Deployment(Value):
    """One entry of a site's history; the newest of a site is the active one."""

    deployment_id: str = Field(description="UUIDv7.")
    job_id: str = Field(description="Job whose weights are deployed.")
    site_id: str = Field(description="Site that it is deployed for.")
    site_name: str = Field(description="Name of the site.")
    deployed_by: str = Field(description="User id.")
    deployed_by_name: str = Field(description="Name of the user at that time.")
    deployed_at: datetime = Field(description="When, UTC.")
    reason: str = Field(description="Why, in words.")
    active: bool = Field(description="Whether it is the site's active one.")
