"""Checkouts: which charts there are, what they depend on, and copies whose dependencies are filled in."""

import hashlib
import os
import pathlib
import re
import shutil

DEEPEST_FILL = 4


class Checkout:
    """A directory with charts; `.commit` in it, where present, says which state of which it is."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.name = self.root.name
        self.charts = [chart for chart in directories_of_charts(self.root) if not generated(chart)]
        self.by_name = {}
        for chart in sorted(self.charts, key=lambda chart: (len(chart.parts), str(chart))):
            self.by_name.setdefault(name_of(chart), []).append(chart)

    def likeness(self, repository):
        """How much of the checkout's owner the address of a chart repository shows."""
        owner = self.name.split("+")[0].lower()
        return len(owner) if owner in re.sub(r"\.", "", repository.lower()) else 0

    @property
    def commit(self):
        file = self.root / ".commit"
        return file.read_text().strip() if file.exists() else ""


def checkouts(directories):
    """Each directory is a checkout, or holds nothing but checkouts that say their commit."""
    for directory in directories:
        directory = pathlib.Path(directory)
        below = sorted(file.parent for file in directory.glob("*/.commit"))
        yield from (Checkout(root) for root in below or [directory])


def directories_of_charts(root):
    for path, directories, files in os.walk(root):
        directories.sort()
        if "Chart.yaml" in files:
            yield pathlib.Path(path)


def generated(chart):
    """Starters hold `<CHARTNAME>` where a name belongs: no chart until somebody creates one."""
    return "<CHARTNAME>" in (chart / "Chart.yaml").read_text("utf8", "replace")


def name_of(chart):
    for line in (chart / "Chart.yaml").read_text("utf8", "replace").splitlines():
        found = re.match(r"name:\s*[\"']?([^\"'\s#]+)", line)
        if found:
            return found.group(1)
    return chart.name


def dependencies(chart):
    """The (name, repository) of each dependency that the chart's metadata lists."""
    listed = []
    for file in (chart / "Chart.yaml", chart / "requirements.yaml"):
        inside = False
        for line in file.read_text("utf8", "replace").splitlines() if file.exists() else []:
            if re.match(r"[^\s#-]", line):
                inside = line.startswith("dependencies:")
            if not inside:
                continue
            if re.match(r"\s*- ", line):
                listed.append(["", ""])
            found = re.match(r"\s*(?:-\s+)?(name|repository):\s*[\"']?([^\"'\s#]+)", line)
            if found and listed:
                listed[-1][found.group(1) == "repository"] = found.group(2)
    return [(name, repository) for name, repository in listed if name]


class Stage:
    """Copies of charts with what is missing from charts/, under one directory that is kept."""

    def __init__(self, root, sources):
        self.root = pathlib.Path(root)
        self.sources = sources

    def chart(self, checkout, chart):
        """The chart itself, or a copy where dependencies are missing or links lead out of it."""
        links = links_out(chart)
        if not links and not self.missing(checkout, chart):
            return chart
        copy = self.root / checkout.name / str(chart.relative_to(checkout.root)).replace("/", "+")
        shutil.rmtree(copy, ignore_errors=True)
        self.copy(chart, copy)
        self.fill(checkout, chart, copy, 0)
        return copy

    def missing(self, checkout, chart):
        return [
            (name, found)
            for name, repository in dependencies(chart)
            if not vendored(chart, name)
            for found in [self.sibling(checkout, chart, name, repository)]
            if found
        ]

    def sibling(self, checkout, chart, name, repository):
        """By path if the dependency has one, else by name: in the same checkout if it has one."""
        if repository.startswith("file://"):
            named = (chart / repository[7:]).resolve()
            if (named / "Chart.yaml").exists():
                return named
        elsewhere = sorted(self.sources, key=lambda source: source.likeness(repository), reverse=True)
        for source in [checkout, *elsewhere]:
            for candidate in source.by_name.get(name, []):
                if candidate != chart:
                    return candidate
        return None

    def fill(self, checkout, chart, copy, depth):
        for name, found in self.missing(checkout, chart) if depth < DEEPEST_FILL else []:
            target = copy / "charts" / name
            if not target.exists():
                self.copy(found, target)
                home = next((source for source in [checkout, *self.sources] if found.is_relative_to(source.root)), checkout)
                self.fill(home, found, target, depth + 1)

    def copy(self, chart, target):
        shutil.copytree(chart, target, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        for link in links_out(chart):
            place = target / link.relative_to(chart)
            place.unlink()
            if link.is_dir():
                shutil.copytree(link, place)
            elif link.exists():
                shutil.copy(link, place)


def vendored(chart, name):
    return (chart / "charts" / name).exists() or any((chart / "charts").glob(f"{name}-[0-9v]*.tgz"))


def links_out(chart):
    inside = chart.resolve()
    links = []
    for path, directories, files in os.walk(chart):
        for entry in (pathlib.Path(path) / name for name in directories + files):
            if entry.is_symlink() and not entry.resolve().is_relative_to(inside):
                links.append(entry)
    return links


def digest(chart):
    """A hash over the paths, links and contents of everything below the chart."""
    total = hashlib.sha256()
    for path, directories, files in os.walk(chart):
        directories.sort()
        for file in (pathlib.Path(path) / name for name in sorted(files)):
            total.update(str(file.relative_to(chart)).encode() + b"\0")
            total.update(os.readlink(file).encode() if file.is_symlink() else hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
