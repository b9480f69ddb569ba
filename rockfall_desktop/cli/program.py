"""The program rockfall-desktop: its commands and what they have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from rockfall_desktop import __version__
from rockfall_desktop.cli import deployments as deployment_commands
from rockfall_desktop.cli import jobs as jobs_commands
from rockfall_desktop.cli.account import account
from rockfall_desktop.cli.entering import Terminal
from rockfall_desktop.cli.keys import keys
from rockfall_desktop.cli.mongodb import mongodb
from rockfall_desktop.cli.office import office
from rockfall_desktop.cli.printing import say
from rockfall_desktop.cli.resume import resume
from rockfall_desktop.cli.score import score
from rockfall_desktop.cli.search import search
from rockfall_desktop.cli.self_test import self_test
from rockfall_desktop.cli.setup import setup
from rockfall_desktop.cli.site import site
from rockfall_desktop.cli.sync import sync
from rockfall_desktop.cli.training import train
from rockfall_desktop.cli.work import work
from rockfall_desktop.operations.station import Station


def program(
    make_station: Callable[[Path | None], Station], open_window: Callable[[Path | None, Path | None], int]
) -> typer.Typer:
    """The commands.

    Args:
        make_station: gives the station of a home folder.
        open_window: shows the window on a home folder and a site, either of them None; gives the exit status.
    """
    commands = typer.Typer(
        name="rockfall-desktop",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Train, judge and deploy rockfall forecasting networks. Without a command the window opens.",
    )

    @commands.callback()
    def start(
        context: typer.Context,
        home: Annotated[Path | None, typer.Option(envvar="ROCKFALL_HOME", help="Home folder.")] = None,
        user: Annotated[str, typer.Option(help="User; the only one by default.")] = "",
        *,
        version: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version.")] = False,
    ) -> None:
        if version:
            say(__version__)
            raise typer.Exit
        context.obj = Terminal(home, user, make_station, open_window)

    _add_to(commands)
    return commands


def _add_to(commands: typer.Typer) -> None:
    commands.command()(window)
    commands.command()(setup)
    commands.command()(train)
    commands.command()(resume)
    commands.command()(search)
    for command in (
        jobs_commands.status, jobs_commands.cancel, jobs_commands.jobs, jobs_commands.report,
        deployment_commands.deploy, deployment_commands.deployments, deployment_commands.rollback,
        deployment_commands.deploy_again, deployment_commands.leave, deployment_commands.give_up,
        deployment_commands.export,
    ):  # fmt: skip
        commands.command()(command)
    commands.command("import")(deployment_commands.take_in)
    commands.command()(score)
    commands.command()(sync)
    commands.command("self-test")(self_test)
    commands.command("work", hidden=True)(work)
    commands.add_typer(site, name="site")
    commands.add_typer(mongodb, name="mongodb")
    commands.add_typer(keys, name="keys")
    commands.add_typer(account, name="account")
    commands.add_typer(office, name="office")


def window(
    context: typer.Context,
    site: Annotated[Path | None, typer.Option(help="Site to open after signing in.")] = None,
) -> None:
    """Open the window, which also opens when no command is given."""
    terminal: Terminal = context.obj
    raise typer.Exit(terminal.open_window(terminal.home, site))
