"""The sites that were opened on this station, the last one first."""

from datetime import UTC

from rockfall_desktop.domain.site import KnownSite
from rockfall_desktop.store.database import Store


class KnownSites:
    """The known sites of a station."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def remember(self, site: KnownSite) -> None:
        """Note that a site was opened just now, with the name and folder that it has now."""
        opened_at = self._store.now().astimezone(UTC).isoformat(timespec="microseconds")
        with self._store.writing() as connection:
            connection.execute(
                "insert into known_sites (site_id, name, folder, simulated, opened_at) values (?, ?, ?, ?, ?)"
                " on conflict (site_id) do update set name = excluded.name, folder = excluded.folder,"
                " simulated = excluded.simulated, opened_at = excluded.opened_at",
                (site.site_id, site.name, site.folder, int(site.simulated), opened_at),
            )

    def list(self) -> tuple[KnownSite, ...]:
        """All of them, the last opened first."""
        found = self._store.rows(
            "select site_id, name, folder, simulated from known_sites order by opened_at desc, site_id"
        )
        return tuple(
            KnownSite(site_id=site_id, name=name, folder=folder, simulated=bool(simulated))
            for site_id, name, folder, simulated in found
        )
