"""Buttons, light enough for the password dialog."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton


def push_button(text: str, name: str, role: str = "") -> QPushButton:
    """A button with a verb, an object name and a role of the style sheet."""
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    if role:
        button.setProperty("role", role)
    return button


def asked_twice(second: QPushButton, *first: QPushButton) -> QHBoxLayout:
    """The buttons of a dialog that asks once more: a double click on the first must not answer the second question."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(second)
    row.addStretch()
    for button in first:
        row.addWidget(button)
    return row
