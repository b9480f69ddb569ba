"""Every hostile spatial file at every door: told in a sentence, without a call, another file, a wait or much memory."""

import json
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.sites.corpus.hostile_layers import LAYERS, SECRET, Hostile, write_trap
from tests.unit.sites.made_ground import NORTH, UTM, WEST
from tests.unit.sites.made_site import SITE_ID

MEMORY_BYTES = 3 * 1024**3
SECONDS = 120
CORNERS = f"[[{WEST}, {NORTH - 90}], [{WEST + 90}, {NORTH - 90}], [{WEST + 90}, {NORTH}]]"
ZONE = f'[[zone]]\nid = "A"\npolygon = {CORNERS}\n'
KINDS = {".tif": "drone_imagery", ".las": "elevation", ".laz": "lidar"}
DOORS = {
    "layers": "from rockfall_desktop.sites.read_layers import read_layers\n"
    "def door(folder, name):\n    return failing(lambda: read_layers(folder))\n",
    "map": "from rockfall_desktop.sites.site_map import read_site_map\n"
    "def door(folder, name):\n    return read_site_map(folder, folder / 'cache').layers[0].fault\n",
    "picture": "from rockfall_desktop.sites.site_map import draw_layer, prepare_layer\n"
    f"BOUNDS = ({WEST}, {NORTH - 100}, {WEST + 100}, {NORTH})\n"
    "def door(folder, name):\n"
    "    if name.endswith(('.las', '.laz')):\n"
    "        return failing(lambda: list(prepare_layer(folder, folder / 'cache', 'layer')))\n"
    "    return failing(lambda: draw_layer(folder, folder / 'cache', 'layer', BOUNDS, (50, 50)))\n",
    "proposal": "from rockfall_desktop.sites.importing.propose import propose_file\n"
    "def door(folder, name):\n    file = propose_file(folder / name)\n"
    "    return file.remarks[0] if file.use == 'skip' else ''\n",
    "zones": "from rockfall_desktop.sites.site_map import read_site_map\n"
    "def door(folder, name):\n    return failing(lambda: read_site_map(folder, folder / 'cache'))\n",
}
RUN = (
    "import json, sys\nfrom pathlib import Path\nfrom rockfall_desktop.domain.errors import WrongInput\n"
    "def failing(read):\n    try:\n        read()\n    except WrongInput as error:\n"
    "        return f'{error.message} {error.hint}'\n    return ''\n"
)
LOOP = "for folder, name in json.loads(sys.argv[1]):\n    print(json.dumps(door(Path(folder), name)), flush=True)\n"


def write_hostile_site(folder: Path, hostile: Hostile, door: str) -> None:
    head = f'id = "{SITE_ID}"\nname = "n"\ncrs = "{UTM}"\ntimezone = "Etc/UTC"\nstep = "1h"\n'
    keys = f'kind = "{KINDS.get(Path(hostile.name).suffix, "geology")}"\nfile = "{hostile.name}"\n'
    keys += "" if hostile.name.startswith("a.") else 'column = "unit"\n'
    zones = f'[zones]\nfile = "{hostile.name}"\n' if door == "zones" else ZONE
    manifest = f'{head}{zones}[[layer]]\nname = "layer"\ntimeless = true\n{keys}'
    (folder / "site.toml").write_text(manifest, encoding="utf-8")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.parametrize("door", DOORS)
def test_that_no_hostile_layer_does_harm_at_any_door(tmp_path: Path, door: str) -> None:
    meant = [
        one for one in LAYERS if door not in one.harmless_at and (door != "zones" or not one.name.startswith("a."))
    ]
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        trap = write_trap(tmp_path / "trap", server.getsockname()[1])
        asked = []
        for place, hostile in enumerate(meant):
            folder = tmp_path / f"{place}"
            folder.mkdir()
            hostile.write(folder / hostile.name, trap)
            write_hostile_site(folder, hostile, door)
            asked.append([str(folder), hostile.name])
        done = subprocess.run(
            [sys.executable, "-c", RUN + DOORS[door] + LOOP, json.dumps(asked)],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES)),
        )
        with pytest.raises(BlockingIOError):
            server.accept()
    assert (done.returncode, done.stderr) == (0, "")
    told = dict(zip([one.about for one in meant], map(json.loads, done.stdout.splitlines()), strict=True))
    assert not [about for about, sentence in told.items() if not sentence.endswith(".") or SECRET in sentence], told
