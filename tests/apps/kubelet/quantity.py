"""Kubernetes quantities: "500m", "2Gi", "1e3"."""

import fractions
import math
import re

SUFFIX = {
    "": 1, "n": fractions.Fraction(1, 10**9), "u": fractions.Fraction(1, 10**6), "m": fractions.Fraction(1, 1000),
    "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18,
    "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60,
}
SHAPE = re.compile(r"([+-]?[0-9]+(?:\.[0-9]*)?|[+-]?\.[0-9]+)(?:[eE]([+-]?[0-9]{1,3}))?([numkKMGTPE]?i?)")


def parse(text):
    """The value as a fraction; ValueError for what is no quantity."""
    found = SHAPE.fullmatch(str(text))
    if not found or found[3] not in SUFFIX or (found[2] and found[3]):
        raise ValueError(f"{text!r} is no quantity")
    return fractions.Fraction(found[1].rstrip(".")) * fractions.Fraction(10) ** int(found[2] or 0) * SUFFIX[found[3]]


def divided(text, divisor):
    """What a resourceFieldRef shows: the value in units of the divisor, rounded up."""
    by = parse(divisor) or 1
    return math.ceil(parse(text) / by)
