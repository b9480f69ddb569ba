"""Buttons, light enough for the password dialog."""

from PySide6.QtWidgets import QPushButton


def push_button(text: str, name: str, role: str = "") -> QPushButton:
    """A button with a verb, an object name and a role of the style sheet."""
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    if role:
        button.setProperty("role", role)
    return button
