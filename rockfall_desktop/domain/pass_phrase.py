"""How long a pass phrase is. A module of its own: the password dialog needs it before pydantic is loaded."""

PASS_PHRASE_MINIMUM = 15
PASS_PHRASE_MAXIMUM = 1024
