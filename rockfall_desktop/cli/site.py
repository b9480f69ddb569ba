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
def simulate(
    folder: _Folder,
    seed: Annotated[int, typer.Option(min=0, help="Start of the random draws.")] = 7,
    *,
    json: _Json = False,
) -> None:
    """Write a small simulated site: rain, pore pressure, displacement and incidents, all made up."""
    with sentences():
        simulate_site(folder, seed=seed)
    if json:
        say_json({"folder": str(folder), "simulated": True})
    else:
        say(f"Wrote a SIMULATED site to {folder}.")
