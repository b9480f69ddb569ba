"""The home folder and the encrypted database in it. The one room that knows SQLite."""
