"""`site`: check a site folder, import files into one, write the simulated one."""

from pathlib import Path
from typing import Annotated

import typer

from rockfall_desktop.cli.entering import WRONG_CALL, sentences
from rockfall_desktop.cli.printing import say, say_json
from rockfall_desktop.cli.site_import import import_files
from rockfall_desktop.operations.sites import check_site, simulate_site

site = typer.Typer(no_args_is_help=True, help="Check a site folder, make one of files, or write the simulated one.")
site.command("import")(import_files)
_Folder = Annotated[Path, typer.Argument(help="Folder of the site.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@site.command()
def check(folder: _Folder, *, json: _Json = False) -> None:
    """List every fault of a site folder with file, row and remedy."""
    with sentences():
        faults = check_site(folder)
    if json:
        say_json(faults)
    elif not faults:
        say(f"{folder}: no fault found.")
    else:
        for fault in faults:
            say(f"{fault.text.rstrip('.')}. {fault.remedy}")
    if faults:
        raise typer.Exit(WRONG_CALL)


@site.command()
def simulate(  # noqa: PLR0913 - an option each
    folder: _Folder,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Start of the random draws.")] = 7,
    zones: Annotated[int | None, typer.Option(help="Zones on the wall, 1 to 200. [default: 16; 40 with 1h]")] = None,
    days: Annotated[int | None, typer.Option(help="Days, 30 to 20,000. [default: 2191; 365 with 1h]")] = None,
    step: Annotated[str, typer.Option(help="Length of a time step: 1d or 1h.")] = "1d",
    *,
    layers: Annotated[bool, typer.Option("--layers", help="Terrain, drone image, geology, scans.")] = False,
    blasts: Annotated[bool, typer.Option("--blasts", help="Blasts, announced ahead.")] = False,
    rain_forecast: Annotated[bool, typer.Option("--rain-forecast", help="A rain forecast, with errors.")] = False,
    futures: Annotated[bool, typer.Option("--futures", help="The forecast truth, beside the site.")] = False,
    json: _Json = False,
) -> None:
    """Write a simulated site: a pit with weather, creep, earthquakes and incidents, all made up.

    Without options it is the small one that trains in a minute. The complete pit: --step 1h --layers --blasts.
    """
    with sentences():
        pairs = simulate_site(
            folder, seed=seed, zones=zones, days=days, step=step, layers=layers, blasts=blasts,
            rain_forecast=rain_forecast, futures=futures,
        )  # fmt: skip
    if json:
        say_json({"folder": str(folder), "simulated": True, "pairs": pairs})
    else:
        say(f"Wrote a SIMULATED site to {folder}.")
        if futures:
            say(f"The forecast truth holds {pairs:,} pairs of zone and step.")
