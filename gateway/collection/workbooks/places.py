"""Where a cell is: columns by letters, as spreadsheets name them, and by their place, counted from 0. Pure."""

__all__ = ["letters_of", "place_of"]


def letters_of(place: int) -> str:
    """Give the letters of a column.

    >>> letters_of(0), letters_of(25), letters_of(26), letters_of(16_383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters, rest = "", place + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def place_of(letters: str) -> int:
    """Give the place of a column by its letters.

    >>> [place_of(letters) for letters in ("A", "Z", "AA", "XFD")]
    [0, 25, 26, 16383]
    """
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
