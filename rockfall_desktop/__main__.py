"""`python -m rockfall_desktop`: the window without a command, the terminal with one."""

import sys

from rockfall_desktop.app import main


def terminal() -> None:
    """Start as rockfall-desktop."""
    main(sys.argv[1:])


def window() -> None:
    """Start as rockfall-desktop-gui."""
    main(["window", *sys.argv[1:]])


if __name__ == "__main__":
    terminal()
