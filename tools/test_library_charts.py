"""Renders every chart that uses a library chart with real Helm, both majors, and with Plimsoll: the same bytes.

Helm gets a copy of the repository's charts, in which `helm dependency build` brings the library by its lock file.
"""

import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
HELM = {"4": os.environ.get("HELM4", str(ROOT / ".tools/helm4/helm")), "3": os.environ.get("HELM3", str(ROOT / ".tools/helm3/helm"))}
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PLIMSOLL = os.environ.get("PLIMSOLL", str(TARGET / "release/plimsoll"))
KUBE_VERSION = "1.33.0"
PLACES = ("charts/ai", "charts/patterns", "roles", "tests/library-chart")


def charts(root: pathlib.Path, library: str = "ai-") -> list[pathlib.Path]:
    """The charts that depend on a library whose name begins so."""
    found = []
    for directory in PLACES:
        for path in sorted((root / directory).glob("*/Chart.yaml")):
            if f"- name: {library}" in path.read_text():
                found.append(path.parent.relative_to(root))
    return found


def flag_sets(chart: pathlib.Path) -> list[list[str]]:
    """The chart's ci/ files, and its defaults for each platform and, where it can use a GPU, each vendor."""
    sets = [["-f", str(path)] for path in sorted((ROOT / chart / "ci").glob("*-values.yaml"))]
    imports = re.search(r"import-values: \[(.*)\]", (ROOT / chart / "Chart.yaml").read_text())
    if not imports:
        return [*sets, []]
    with_gpu = "gpu" in imports[1].replace(" ", "").split(",")
    vendors = ["none", "amd", "intel", "nvidia"] if with_gpu else [None]
    for platform, vendor in itertools.product(("kubernetes", "openshift"), vendors):
        flags = ["--set", f"platform={platform}"]
        sets.append(flags + (["--set", f"gpu.vendor={vendor}"] if vendor else []))
    return sets


def role_values(charts: pathlib.Path, scratch: pathlib.Path) -> dict[str, list[list[str]]]:
    """For each chart the values that the roles install it with, as flags; Helm reads the YAML."""
    (scratch / "templates").mkdir(parents=True)
    (scratch / "Chart.yaml").write_text("apiVersion: v2\nname: read\nversion: 1.0.0\n")
    (scratch / "templates/set.yaml").write_text('{{ .Files.Get "set" | fromYaml | toJson }}\n')
    sets: dict[str, list[list[str]]] = {}
    for role in sorted((charts / "roles").glob("*/Chart.yaml")):
        _, text, error = output(HELM["4"], "template", "role", role.parent)
        found = [part for part in text.split("\n---\n") if "\nkind: ApplicationSet\n" in part]
        if len(found) != 1:
            raise AssertionError(f"{role.parent}: {len(found)} ApplicationSets: {error}")
        (scratch / "set").write_text(found[0])
        _, text, _ = output(HELM["4"], "template", "read", scratch)
        for element in json.loads(text.split("\n", 2)[2])["spec"]["generators"][0]["list"]["elements"]:
            path = scratch / f"{role.parent.name}-{element['name']}.json"
            path.write_text(json.dumps(element["values"]))
            sets.setdefault(f"charts/ai/{element['chart']}", []).append(["-f", str(path)])
    return sets


def output(*command) -> tuple[int, str, str]:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@unittest.skipUnless(all(os.path.exists(helm) for helm in HELM.values()), "real Helm is not installed")
class LibraryCharts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.copies = {}
        for major, helm in HELM.items():
            copy = pathlib.Path(tempfile.mkdtemp())
            cls.addClassCleanup(shutil.rmtree, copy)
            for directory in ("charts", "roles", "tests/library-chart"):
                shutil.copytree(ROOT / directory, copy / directory, ignore=shutil.ignore_patterns("*.tgz"))
            for chart in charts(copy):
                # Also says whether the lock file agrees with Chart.yaml, by this major's digest.
                code, _, error = output(helm, "dependency", "build", copy / chart)
                if code:
                    raise AssertionError(f"Helm {major}: {chart}: {error}")
            cls.copies[major] = copy
        scratch = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, scratch)
        cls.roles = role_values(cls.copies["4"], scratch / "read")

    def each(self, check):
        """Runs a check for every chart, set of flags and major; a chart fails as a whole set only once."""
        for chart in charts(ROOT):
            jobs = list(itertools.product(flag_sets(chart) + self.roles.get(str(chart), []), HELM))
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                for (flags, major), problem in zip(jobs, pool.map(lambda job: check(chart, *job), jobs), strict=True):
                    with self.subTest(chart=str(chart), flags=flags, helm=major):
                        self.assertIsNone(problem)

    def render(self, chart, flags, major):
        arguments = ["release", self.copies[major] / chart, "-n", "ai", "--kube-version", KUBE_VERSION, *flags]
        return output(HELM[major], "template", *arguments)

    def test_there_are_charts(self):
        self.assertIn(pathlib.Path("charts/ai/ollama"), charts(ROOT))

    def test_the_roles_install_charts(self):
        self.assertGreaterEqual(sum(map(len, self.roles.values())), 8)
        self.assertLessEqual(set(self.roles), {str(chart) for chart in charts(ROOT)})

    @unittest.skipUnless(os.path.exists(PLIMSOLL), "Plimsoll is not built")
    def test_plimsoll_renders_what_helm_renders(self):
        def check(chart, flags, major):
            failed, wanted, helm_error = self.render(chart, flags, major)
            # A chart may refuse a vendor; what stands in ci/ is there to be rendered.
            if failed and "-f" in flags:
                return f"Helm: {helm_error}"
            arguments = ["release", ROOT / chart, "-n", "ai", "--kube-version", KUBE_VERSION, *flags]
            code, ours, error = output(PLIMSOLL, "render", *arguments, "--siblings", "--helm-profile", major)
            if failed:
                same = code and error.splitlines()[:1] == helm_error.splitlines()[:1]
                return None if same else f"Helm: {helm_error} Plimsoll: {error}"
            if code:
                return f"Plimsoll: {error}"
            return None if ours == wanted else "other bytes"

        self.each(check)

    @unittest.skipUnless(os.path.exists(PLIMSOLL), "Plimsoll is not built")
    def test_no_flavour_and_no_vendor_has_findings(self):
        """What `check` says of the values that are compared above: nothing, at the strictest level."""
        with tempfile.TemporaryDirectory() as scratch:
            shutil.copytree(ROOT / "charts", pathlib.Path(scratch) / "charts")
            added = 0
            for chart in (chart for chart in charts(ROOT, "ai-app") if chart.parts[0] == "charts"):
                for flags in flag_sets(chart) + self.roles.get(str(chart), []):
                    if flags[:1] == ["-f"] and pathlib.Path(flags[1]).is_relative_to(ROOT):
                        continue
                    if self.render(chart, flags, "4")[0]:
                        continue  # The chart refuses the vendor, and says so to Helm as well.
                    target = pathlib.Path(scratch) / chart / "ci"
                    target.mkdir(exist_ok=True)
                    if flags[:1] == ["-f"]:
                        text = pathlib.Path(flags[1]).read_text()
                    else:
                        pairs = dict(word.split("=") for word in flags[1::2])
                        vendor = pairs.get("gpu.vendor")
                        text = f"platform: {pairs['platform']}\n" + (f"gpu:\n  vendor: {vendor}\n" if vendor else "")
                    (target / f"pair-{added}-values.yaml").write_text(text)
                    added += 1
            self.assertGreater(added, 40)
            code, out, error = output(PLIMSOLL, "check", f"{scratch}/charts/ai", f"{scratch}/charts/patterns", f"--siblings={scratch}/charts", "--fail-on", "note")
            self.assertEqual(code, 0, out + error)

    def test_a_user_overrides_and_deletes_what_the_library_brings(self):
        flags = ["--set", "gpu.vendor=nvidia,gpu.presets.nvidia.resourceName=nvidia.com/mig-1g.5gb"]
        flags += ["--set", "gpu.presets.nvidia.tolerations=null,platforms.kubernetes.podSecurityContext.runAsUser=null"]
        for major in HELM:
            code, text, error = self.render(pathlib.Path("tests/library-chart/hello"), flags, major)
            self.assertEqual(code, 0, error)
            self.assertIn("nvidia.com/mig-1g.5gb: 1", text)
            for gone in ("nvidia.com/gpu: 1", "tolerations:", "runAsUser:"):
                self.assertNotIn(gone, text)
            self.assertIn("runAsGroup: 1000", text)

    def test_a_key_that_nobody_knows_is_refused(self):
        for major, chart in itertools.product(HELM, charts(ROOT, "ai-app")):
            for key in ("gpuu", "image.tagg", "networkPolicy.egress.htps"):
                with self.subTest(chart=str(chart), key=key, helm=major):
                    code, _, error = self.render(chart, ["--set", f"{key}=x"], major)
                    self.assertNotEqual(code, 0)
                    self.assertRegex(error, "additional properties|Additional property")


if __name__ == "__main__":
    unittest.main()
