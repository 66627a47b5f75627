"""Tests of the verdicts: what counts as the same, and above all what does not.

usage: python3 -m unittest discover -s tools -p 'test_*.py'
"""

import base64
import unittest

from compare_charts.program import Answer
from compare_charts.verdict import ALIKE, CERTIFICATES, CHANCE, DIFFERS, EQUAL, EXPLAINED, OTHERWISE, OURS_ONLY, THEIRS_ONLY, judge


def kind(ours, *theirs):
    answers = [one if isinstance(one, Answer) else Answer(0, one, "", 0.1) for one in (ours, *theirs)]
    return judge(answers[0], lambda count: answers[1:] if count > 1 else answers[1:2]).kind


def refused(text):
    return Answer(1, "", text, 0.1)


def certificate(body):
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


def encoded(text):
    return base64.b64encode(text.encode()).decode()


class Outputs(unittest.TestCase):
    def test_equal_is_byte_for_byte(self):
        self.assertEqual(kind("a: 1\n", "a: 1\n"), EQUAL)
        self.assertEqual(kind("a: 1", "a: 1\n", "a: 1\n", "a: 1\n"), DIFFERS)

    def test_chance_hides_only_what_differs_among_runs(self):
        runs = ["a: xy12\nb: 1\n", "a: zw34\nb: 1\n", "a: qq11\nb: 1\n"]
        self.assertEqual(kind("a: mn56\nb: 1\n", *runs), CHANCE)
        self.assertEqual(kind("a: mn56\nb: 2\n", *runs), DIFFERS)
        self.assertEqual(kind("a: mn5\nb: 1\n", *runs), DIFFERS, "a token of another length")
        self.assertEqual(kind("a: mn56\nb: 1\nc: 1\n", *runs), DIFFERS)

    def test_helm_itself_may_vary(self):
        self.assertEqual(kind("a\nb\n", "b\na\n", "a\nb\n", "a\nb\n"), CHANCE)

    def test_certificates_may_have_other_lengths(self):
        runs = [f"k: 1\nc: {encoded(certificate('M' * n))}\n" for n in (8, 12, 16)]
        ours = f"k: 1\nc: {encoded(certificate('Q' * 20))}\n"
        self.assertEqual(kind(ours, *runs), CERTIFICATES)
        self.assertEqual(kind(ours.replace("k: 1", "k: 2"), *runs), DIFFERS)
        key = certificate("Q").replace("CERTIFICATE", "PRIVATE KEY")
        self.assertEqual(kind(f"k: 1\nc: {encoded(key)}\n", *runs), DIFFERS, "another kind of block")


class Refusals(unittest.TestCase):
    def test_the_error_must_be_the_same(self):
        helm = refused("level=WARN msg=x\nError: execution error at (c/templates/a.yaml:1:4): no\n")
        ours = "Error: execution error at (c/templates/a.yaml:1:4): no\n\n --> c/templates/a.yaml:1:5\n"
        self.assertEqual(kind(refused(ours), helm, helm, helm), ALIKE)
        self.assertEqual(kind(refused(ours.replace(":1:4", ":2:4")), helm, helm, helm), OTHERWISE)
        self.assertEqual(kind(refused(ours.replace("no", "yes")), helm, helm, helm), OTHERWISE)

    def test_one_alone_refuses(self):
        self.assertEqual(kind("a: 1\n", refused("Error: x")), THEIRS_ONLY)
        self.assertEqual(kind(refused("Error: x"), "a: 1\n"), OURS_ONLY)

    def test_known_words(self):
        helm = refused("Error: at hunter2: no")
        self.assertEqual(kind(refused("Error: at ********: no"), helm, helm, helm), EXPLAINED)
        self.assertEqual(kind(refused("Error: at ********: yes"), helm, helm, helm), OTHERWISE)


if __name__ == "__main__":
    unittest.main()
