"""Verdicts: in which sense two answers are the same."""

import base64
import binascii
import dataclasses
import re

EQUAL = "equal"
CHANCE = "equal but for chance"
CERTIFICATES = "equal but for certificates"
ALIKE = "refused alike"
DIFFERS = "differs"
OURS_ONLY = "refused by Plimsoll only"
THEIRS_ONLY = "refused by Helm only"
EXPLAINED = "refused alike but for known words"
OTHERWISE = "refused otherwise"
SLOW_HELM = "Helm too slow"
SLOW = "Plimsoll too slow"
GOOD = {EQUAL, CHANCE, CERTIFICATES, ALIKE, EXPLAINED, SLOW_HELM}

HELM_RUNS = 3
TOKEN = re.compile(r"[A-Za-z0-9+/=_.-]+|\s+|.", re.S)
PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", re.S)
LOG = re.compile(r"level=|\w+\.go:\d+:|WARNING|\d{4}/\d\d/\d\d|warning:|W\d{4} |I\d{4} ")


@dataclasses.dataclass
class Verdict:
    kind: str
    detail: str = ""
    warnings: str = ""


def judge(ours, ask_helm):
    """Compares Plimsoll's answer with Helm's. `ask_helm(n)` gives the first n answers of Helm."""
    theirs = ask_helm(1)[0]
    if theirs.code is None:
        return Verdict(SLOW_HELM)
    if ours.code is None:
        return Verdict(SLOW, f"Helm took {theirs.seconds} s")
    if theirs.code != 0:
        return refusal(ours, ask_helm)
    if ours.code != 0:
        return Verdict(OURS_ONLY, error(ours.err))
    if ours.out == theirs.out:
        return Verdict(EQUAL, warnings=warnings(theirs.err, ours.err))
    runs = [answer.out for answer in ask_helm(HELM_RUNS)]
    found = by_chance(runs, ours.out)
    if found:
        return Verdict(found, warnings=warnings(theirs.err, ours.err))
    return Verdict(DIFFERS, first_difference(runs, ours.out))


def refusal(ours, ask_helm):
    text = error(ask_helm(1)[0].err)
    if ours.code == 0:
        return Verdict(THEIRS_ONLY, text)
    mine = error(ours.err)
    if mine == text or mine in [error(answer.err) for answer in ask_helm(HELM_RUNS)]:
        return Verdict(ALIKE)
    known = known_words(text, mine)
    return Verdict(EXPLAINED, known) if known else Verdict(OTHERWISE, f"{shortened(text)}\nours: {shortened(mine)}")


def known_words(theirs, ours):
    """Which of the differences that COMPATIBILITY.md lists makes the words of an error differ."""
    if ours == "Error: invalid chart apiVersion":
        return "`apiVersion: v3`, which Helm cannot install yet, either"
    unfetched = re.compile(r'^(failing loading "[^"]*"): .*$', re.M)
    if "are never fetched" in ours and unfetched.sub(r"\1", theirs) == unfetched.sub(r"\1", ours):
        return "a schema outside the chart"
    masked = ".{6,}".join(re.escape(part) for part in ours.split("********"))
    if "********" in ours and re.fullmatch(masked, theirs, re.S):
        return "a secret is masked"
    return None


def error(stderr):
    """The error itself: without log lines before it, and without our places and help after it."""
    lines = stderr.splitlines()
    while lines and not lines[0].startswith("Error: "):
        lines.pop(0)
    text = "\n".join(line for line in lines if not LOG.match(line))
    text = re.split(r"\n\n *(?:-->|=) ", text)[0]
    text = text.replace("\n\nUse --debug flag to render out invalid YAML", "").strip()
    if "meet the specifications of the schema(s)" not in text:
        return text
    # Helm lists violations in the random order of Go's maps.
    return "\n".join([*text.splitlines()[:1], *sorted(text.splitlines()[1:])])


def warnings(theirs, ours):
    """How many different warnings either gives, where that differs; their order is random in Helm."""
    counts = [len({line for line in text.splitlines() if LOG.match(line)}) for text in (theirs, ours)]
    return f"Helm gives {counts[0]} warnings, Plimsoll {counts[1]}" if counts[0] != counts[1] else ""


def by_chance(runs, ours):
    """Whether all that differs lies where runs of Helm differ among themselves."""
    if len(set(runs)) == 1:
        return None
    if ours in runs:
        return CHANCE
    certificates = any(map(holds_certificate, runs))
    if certificates:
        runs, ours = [plain(run) for run in runs], plain(ours)
    split = [TOKEN.findall(text) for text in (*runs, ours)]
    if len({len(tokens) for tokens in split}) != 1:
        return None
    for *theirs, mine in zip(*split):
        if len(set(theirs)) == 1:
            if mine != theirs[0]:
                return None
        elif len(set(map(len, theirs))) == 1 and len(mine) != len(theirs[0]):
            return None
    return CERTIFICATES if certificates else CHANCE


def holds_certificate(text):
    return "-----BEGIN " in text or "LS0tLS1CRUdJTi" in text


def plain(text):
    """PEM blocks, also within base64, as their kinds: their lengths differ from run to run."""

    def decoded(found):
        try:
            inner = base64.b64decode(found.group(0), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return found.group(0)
        return f"<base64 of {PEM.sub(kind, inner)!r}>"

    def kind(found):
        return f"<{found.group(1)}>"

    return PEM.sub(kind, re.sub(r"LS0tLS1CRUdJTi[A-Za-z0-9+/=]+", decoded, text))


def first_difference(runs, ours):
    """The first line that differs and does not differ among runs of Helm, too."""
    split = [run.splitlines() for run in runs]
    mine = ours.splitlines()
    for number, line in enumerate(mine):
        theirs = [run[number] if number < len(run) else None for run in split]
        if line not in theirs and (len(set(theirs)) == 1 or len(TOKEN.findall(line)) not in {len(TOKEN.findall(t or "")) for t in theirs}):
            return f"line {number + 1}\nhelm: {shortened(theirs[0] or '')!r}\nours: {shortened(line)!r}"
    return f"Helm's runs have {[len(run) for run in split]} lines, ours {len(mine)}"


def shortened(text, limit=400):
    return text if len(text) <= limit else text[: limit // 2] + " … " + text[-limit // 2 :]
