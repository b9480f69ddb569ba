"""`resume`: a job that was interrupted or failed goes on where its last checkpoint stands."""

from typing import Annotated

import typer

from rockfall_desktop.cli.entering import Terminal, signed_in
from rockfall_desktop.cli.training import to_the_end
from rockfall_desktop.operations.resuming import resume_training


def resume(
    context: typer.Context,
    job: Annotated[str, typer.Argument(help="Id of the job.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="Print nothing but the last line.")] = False,
) -> None:
    """Let an interrupted or failed job go on, to the end. The last line is one JSON object.

    It ends with the same weights to the last bit as if nothing had happened, where the machine and the program are the
    same; where they are not, the log says so. A job whose site's files have changed is refused.
    """
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        found = resume_training(session, station=terminal.station, job_id=job)
        to_the_end(session, terminal.station, found, quiet=json)
