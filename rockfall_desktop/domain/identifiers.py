"""Identifiers that sort by the time of their making (UUID version 7, RFC 9562, section 5.7)."""

from uuid import UUID


def uuid7(unix_ms: int, random_bytes: bytes) -> str:
    """Make the text of a UUIDv7 from milliseconds since 1970 and ten random bytes.

    Raises:
        ValueError: when the time does not fit 48 bits or there are not ten bytes.

    """
    if not 0 <= unix_ms < 2**48 or len(random_bytes) != 10:
        raise ValueError("a UUIDv7 takes 48 bits of time and ten random bytes")
    random = int.from_bytes(random_bytes, "big")
    high, low = random >> 68, random & ((1 << 62) - 1)
    return str(UUID(int=(unix_ms << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low))
