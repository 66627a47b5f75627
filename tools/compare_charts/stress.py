"""Stress: values sets that nobody keeps, made from the text of a chart's values.yaml.

They reach templates that defaults leave out, and many errors.
"""

import hashlib
import random
import re

from .values_sets import ValuesSet

OPERATORS = ["monitoring.coreos.com/v1", "cert-manager.io/v1", "route.openshift.io/v1", "security.openshift.io/v1"]
CLUSTERS = {
    "old cluster": ["--kube-version", "v1.16.0", "--is-upgrade", "--namespace", "ns-1"],
    "cluster with operators": ["--no-hooks", "--skip-tests", *(word for name in OPERATORS for word in ("--api-versions", name))],
}
SWITCHES = {
    "all on": [(r"^([^#\n]*:\s*)false\b", r"\1true")],
    "all off": [(r"^([^#\n]*:\s*)true\b", r"\1false")],
    "all filled": [
        (r"^([^#\n]*:\s*)false\b", r"\1true"),
        (r"^([^#\n]*:\s*)(?:\"\"|'')\s*(#.*)?$", r'\1"text-1"'),
        (r"^([^#\n]*:)(?:\s*(?:null|~))?[ \t]*$(?=\n *[^\s#-][^\n]*:)", r"\1 text-2"),
        (r"^([^#\n]*:\s*)\{\s*\}", r'\1{"key-1": "value-1"}'),
        (r"^([^#\n]*:\s*)\[\s*\]", r'\1["item-1"]'),
    ],
}
SCALAR = re.compile(r"^( *(?:- )?[\w.-]+: +)([^\s#|>&*!{\[][^#\n]*|\{\}|\[\])$", re.M)
ODD = ["7", "1.5", "true", '"x y"', "null", "[]", '[1, "b"]', "{}", "{a: 1}", '""', "-1", "1e3", "0x1F", "2001-01-01", "yes", "12345678"]
SEEDS = 3
SHARE = 0.06  # of the scalars that one set changes


def stress_sets(chart, directory):
    """Other clusters, then the defaults with switches turned, then with values of odd types."""
    for label, options in CLUSTERS.items():
        yield ValuesSet(label, options=tuple(options))
    defaults = chart / "values.yaml"
    text = defaults.read_text("utf8", "replace") if defaults.exists() else ""
    changed = {label: switched(text, changes) for label, changes in SWITCHES.items()}
    changed |= {f"odd types {seed}": mangled(text, seed) for seed in range(1, SEEDS + 1)}
    for label, content in changed.items():
        if content != text:
            yield ValuesSet(label, written(content, directory))


def switched(text, changes):
    for pattern, replacement in changes:
        text = re.sub(pattern, replacement, text, flags=re.M)
    return text


def mangled(text, seed):
    """The same changes for the same text and seed."""
    chance = random.Random(f"{seed} {text}")

    def odd(found):
        return found.group(1) + chance.choice(ODD) if chance.random() < SHARE else found.group(0)

    return SCALAR.sub(odd, text)


def written(content, directory):
    file = directory / (hashlib.sha256(content.encode()).hexdigest()[:20] + ".yaml")
    directory.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file
