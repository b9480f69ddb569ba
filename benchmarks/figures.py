"""How a benchmark says what it found."""


def verdict(name: str, figure: str, goal: str, *, met: bool) -> None:
    """Print a benchmark's last line."""
    print(f"{name}: {figure} (goal: {goal}) {'met' if met else 'short'}")
