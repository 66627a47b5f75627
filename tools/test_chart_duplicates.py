"""No ten lines of templates stand in two charts: what charts share belongs into the library chart."""

import pathlib
import shutil
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = 10


def lines(text: str) -> list[str]:
    """Lines that say something, without the space around them: indentation and blank lines make no difference."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def blocks(text: str) -> dict[tuple[str, ...], int]:
    """Every run of ten lines and the position of its first line among those that say something."""
    kept = lines(text)
    return {tuple(kept[at : at + BLOCK]): at for at in range(len(kept) - BLOCK + 1)}


def chart_of(path: pathlib.Path) -> pathlib.Path:
    return next(above for above in path.parents if (above / "Chart.yaml").is_file())


def templates(root: pathlib.Path) -> list[pathlib.Path]:
    """Templates and scripts of the charts below a directory, without those that lie in a chart's charts/."""
    found = []
    for directory in ("templates", "files"):
        for path in sorted(root.glob(f"**/{directory}/**/*")):
            if path.is_file() and "charts" not in path.relative_to(chart_of(path)).parts[:1]:
                if not any((above / "Chart.yaml").is_file() for above in chart_of(path).parents):
                    found.append(path)
    return found


def repeated(paths: list[pathlib.Path]) -> list[str]:
    """A sentence for each pair of files of two charts that have a block in common."""
    seen: dict[tuple[str, ...], pathlib.Path] = {}
    said, told = set(), []
    for path in paths:
        for block in blocks(path.read_text(encoding="utf-8")):
            first = seen.setdefault(block, path)
            if chart_of(first) != chart_of(path) and (first, path) not in said:
                said.add((first, path))
                told.append(f"{first} and {path} share ten lines that begin with {block[0]!r}")
    return told


class Duplicates(unittest.TestCase):
    def test_no_ten_lines_stand_in_two_charts(self):
        paths = templates(ROOT / "charts") + templates(ROOT / "roles")
        self.assertGreater(len({chart_of(path) for path in paths}), 1)
        self.assertEqual(repeated(paths), [])


class Finding(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)

    def chart(self, name: str, text: str) -> None:
        directory = self.root / name / "templates"
        directory.mkdir(parents=True, exist_ok=True)
        (self.root / name / "Chart.yaml").write_text("")
        (directory / "t.yaml").write_text(text)

    def test_a_block_is_found_whatever_its_indentation(self):
        body = [f"line {n}" for n in range(12)]
        self.chart("a", "\n".join(body))
        self.chart("b", "other\n" + "\n\n".join(f"    {line}" for line in body[1:11]))
        self.assertEqual(len(repeated(templates(self.root))), 1)

    def test_nine_lines_and_one_chart_alone_are_fine(self):
        body = [f"line {n}" for n in range(9)]
        self.chart("a", "\n".join(body))
        self.chart("b", "\n".join(body))
        (self.root / "a/templates/u.yaml").write_text("\n".join(f"own {n}" for n in range(12)))
        (self.root / "a/templates/v.yaml").write_text("\n".join(f"own {n}" for n in range(12)))
        self.assertEqual(repeated(templates(self.root)), [])


if __name__ == "__main__":
    unittest.main()
