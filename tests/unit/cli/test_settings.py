"""What is typed becomes a configuration."""

from pathlib import Path

import pytest

from rockfall_desktop.cli.settings import read_settings
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.site import KnownSite


def test_that_further_sites_join_the_first(tmp_path: Path) -> None:
    known = (KnownSite(site_id="1", name="South", folder="/sites/south", simulated=False),)
    (tmp_path / "more.toml").write_text('sites = ["South"]\n')
    first, second = str(tmp_path / "a"), str(tmp_path / "b")
    assert read_settings(first, None, [], ()).sites == (first,)
    assert read_settings(first, None, [f"sites={second}, South"], known).sites == (first, second, "/sites/south")
    assert read_settings(first, tmp_path / "more.toml", [], known).sites == (first, "/sites/south")
    with pytest.raises(WrongInput, match="sites: A site is named twice"):
        read_settings(first, None, [f"sites={first}"], ())
