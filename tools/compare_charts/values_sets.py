"""Values sets: the defaults of a chart, and the values files that its repository keeps for it."""

import dataclasses
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
