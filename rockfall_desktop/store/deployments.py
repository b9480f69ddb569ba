"""Which model was made the active one for a site: facts in their order; the newest of a site is the active one."""

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.outbox import put_in_outbox

OUTBOX_KIND = "deployment"


class Deployments:
    """The deployments of a station."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, deployment: Deployment) -> Deployment:
        """Save a deployment, which thereby is the site's active one.

        The order is that of saving, not of the clock: a clock set back does not bring an old model to life.
        """
        fact = deployment.model_copy(update={"active": True})
        with self._store.writing() as connection:
            connection.execute(
                "insert into deployments (deployment_id, site_id, body) values (?, ?, ?)",
                (fact.deployment_id, fact.site_id, fact.model_dump_json()),
            )
            put_in_outbox(connection, OUTBOX_KIND, fact.deployment_id, 1, self._store.now())
        return fact

    def list(self, site_id: str | None = None) -> tuple[Deployment, ...]:
        """The deployments of a site, of all sites for None, newest first."""
        found = self._store.rows(
            "select body, position = (select max(position) from deployments as others"
            " where others.site_id = deployments.site_id) from deployments"
            " where ?1 is null or site_id = ?1 order by position desc",
            (site_id,),
        )
        return tuple(_deployment(body, active=bool(active)) for body, active in found)

    def active(self, site_id: str) -> Deployment | None:
        """The active deployment of a site, None when nothing was deployed for it."""
        found = self._store.rows(
            "select body from deployments where site_id = ? order by position desc limit 1", (site_id,)
        )
        return _deployment(found[0][0], active=True) if found else None


def _deployment(body: str, *, active: bool) -> Deployment:
    return Deployment.model_validate_json(body).model_copy(update={"active": active})
