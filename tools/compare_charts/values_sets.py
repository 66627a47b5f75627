"""Values sets: the defaults of a chart, and the values files that its repository keeps for it."""

import dataclasses
import hashlib
import pathlib
import re

VALUES_FILE = re.compile(r"values.*\.ya?ml$|.*values\.ya?ml$", re.I)


@dataclasses.dataclass
class ValuesSet:
    """What a chart is rendered with; `label` tells it from the chart's other sets."""

    label: str
    file: pathlib.Path | None = None
    options: tuple[str, ...] = ()

    def arguments(self):
        return [*self.options, *(["-f", str(self.file)] if self.file else [])]


def values_sets(checkout, chart):
    """The sets of one chart.

    Its defaults; its defaults with CRDs, where it has any; ci/*.yaml; other values files beside
    values.yaml and below examples/; and, where a checkout has one chart, values files anywhere.
    """
    yield ValuesSet("")
    if any(chart.rglob("crds/*.y*ml")):
        yield ValuesSet("--include-crds", options=("--include-crds",))
    files = [*chart.glob("ci/*.yaml"), *chart.glob("ci/*.yml")]
    files += [file for file in chart.glob("*.y*ml") if file.name != "values.yaml" and VALUES_FILE.match(file.name)]
    files += [file for file in chart.glob("examples/**/*.y*ml") if VALUES_FILE.match(file.name) and "rendered" not in file.parts]
    if len(checkout.charts) == 1:
        files += [
            file
            for file in checkout.root.rglob("*.y*ml")
            if VALUES_FILE.match(file.name) and not file.is_relative_to(chart / "templates") and file != chart / "values.yaml"
        ]
    for file in sorted(set(files)):
        if file.is_file():
            base = chart if file.is_relative_to(chart) else checkout.root
            yield ValuesSet(str(file.relative_to(base)), file)


STRESSES = {
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

OPERATORS = ["monitoring.coreos.com/v1", "cert-manager.io/v1", "route.openshift.io/v1", "security.openshift.io/v1"]
CLUSTERS = {
    "old cluster": ["--kube-version", "v1.16.0", "--is-upgrade", "--namespace", "ns-1"],
    "cluster with operators": ["--no-hooks", "--skip-tests", *(word for name in OPERATORS for word in ("--api-versions", name))],
}


def stress_sets(chart, directory):
    """Sets that nobody keeps: other clusters, and the defaults with switches and empty values turned
    by their text. They reach templates that defaults leave out, and many errors.
    """
    for label, options in CLUSTERS.items():
        yield ValuesSet(label, options=tuple(options))
    defaults = chart / "values.yaml"
    text = defaults.read_text("utf8", "replace") if defaults.exists() else ""
    for label, changes in STRESSES.items():
        changed = text
        for pattern, replacement in changes:
            changed = re.sub(pattern, replacement, changed, flags=re.M)
        if changed != text:
            file = directory / (hashlib.sha256(changed.encode()).hexdigest()[:20] + ".yaml")
            directory.mkdir(parents=True, exist_ok=True)
            file.write_text(changed)
            yield ValuesSet(label, file)
