"""Damage to files that several tests do."""


def flip(content, places):
    """Return bytes with the given (place, bit) turned over."""
    content = bytearray(content)
    for place, bit in places:
        content[place % len(content)] ^= 1 << bit
    return bytes(content)
