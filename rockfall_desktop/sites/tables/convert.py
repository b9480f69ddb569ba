"""Columns into numbers and times, for rooms that read a whole table at once."""

from rockfall_desktop.sites.tables.numbers import read_numbers
from rockfall_desktop.sites.tables.times import Times, read_times

__all__ = ["Times", "read_numbers", "read_times"]
