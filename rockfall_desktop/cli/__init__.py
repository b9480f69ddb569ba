"""The terminal: the same operations without a window. typer and rich live here."""
