"""Compares what Plimsoll answers with what the real thing does."""

import json
import os
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
HELMS = set((ROOT / "tests/helm/functions.txt").read_text().split())
# Helm puts its own functions in the place of these of sprig.
REPLACED = {"fromJson", "getHostByName"}
GO_OWN = {
    "and", "break", "call", "continue", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt",
    "ne", "not", "or", "print", "printf", "println", "slice", "urlquery",
}
TOKENS = {
    "bool": "Bool", "char": "Char", "charconst": "CharConstant", "complex": "Complex",
    ":=": "Declare", "=": "Assign", "EOF": "Eof", "error": "Error", "field": "Field",
    "identifier": "Identifier", "left delim": "LeftDelim", "(": "LeftParen", "number": "Number",
    "pipe": "Pipe", "raw string": "RawString", "right delim": "RightDelim", ")": "RightParen",
    "space": "Space", "string": "String", "text": "Text", "variable": "Variable", ".": "Dot",
    "block": "Block", "break": "Break", "continue": "Continue", "define": "Define", "else": "Else",
    "end": "End", "if": "If", "nil": "Nil", "range": "Range", "template": "Template", "with": "With",
}
SCHEMA = "values don't meet the specifications of the schema(s) in the following chart(s):\n"


def dropped(suite, row):
    """Why a row cannot be asked; nothing for a row that can."""
    kind = row["kind"]
    if kind in ("execute", "parse") and row.get("delims"):
        return "sets other delimiters, which no chart can"
    if kind == "execute":
        return dropped_execution(suite, row)
    if kind == "engine":
        if row["settings"]:
            return f"sets the engine's {', '.join(row['settings'])}, which `helm template` does not"
        if row.get("unfit"):
            return f"its data are or hold {row['unfit']}"
    if kind == "parse":
        unknown = re.search(r'function "(\w+)" not defined', row["error"])
        if unknown and unknown[1] in HELMS:
            return "expects that a function is missing which Helm has"
    if kind == "trees":
        unknown = re.search(r'function "(\w+)" not defined', row.get("error", ""))
        if unknown and unknown[1] in HELMS | GO_OWN:
            return "expects that a function is missing which Helm has"
        if row["ok"] is False and "max expression depth" in row.get("error", ""):
            return "lowers Go's limit to 3 for its own sake"
    if kind == "flag" and row.get("unfit"):
        return "its data hold what JSON cannot"
    if kind == "flag" and row["error"] and "entry in nil map" in row["error"]:
        return "reads into a map that is nil, which Helm never does"
    if kind == "dependencies" and row["step"] == "import without merging":
        return "imports without merging, which `helm template` never does"
    if kind == "kinds" and row["order"] == "uninstall":
        return "asks for the order of uninstalling"
    return None


def dropped_execution(suite, row):
    uses = row["uses"]
    if suite["name"].startswith("Go"):
        own = sorted(name for name, where in uses.items() if where != "builtin")
        if "slice" in uses:
            return "calls a function that Helm replaces by its own"
    else:
        own = sorted(
            name for name, where in uses.items()
            if where != "builtin" and (name not in HELMS or "_test." in where)
        )
        if any(name in REPLACED for name in uses) and suite["name"] == "sprig":
            return "calls a function that Helm replaces by its own"
    if own:
        if suite["name"] == "sprig":
            return "calls a function of sprig that Helm leaves out"
        return "calls a function of the test's own"
    if row.get("unfit"):
        return f"its data are or hold {row['unfit']}"
    if row.get("missing"):
        return "makes missing keys an error (`--strict` of `helm lint`)"
    if row.get("apart") or row["name"] not in texts_define(row):
        return "runs a template that is not made from text"
    if "first" not in row:
        return "runs a template that was never parsed"
    if "panic" in row["first"]:
        return "makes Go panic"
    return None


def texts_define(row):
    names = set()
    for source in row["sources"] or []:
        names.add(source["name"])
        names.update(re.findall(r'(?:define|block)\s+"([^"]*)"', source["text"]))
        names.update(re.findall(r"(?:define|block)\s+`([^`]*)`", source["text"]))
    return names


def is_random(row):
    return row["kind"] == "execute" and "second" in row and row["first"] != row["second"]


def verdict(row, answer):
    """What is wrong with an answer; nothing if it is right."""
    if "panic" in answer:
        return f"panics: {answer['panic']}"
    return JUDGES[row["kind"]](row, answer)


def differ(want, got):
    if want == got:
        return None
    want, got = (x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in (want, got))
    # From a little before the first difference on.
    start = len(os.path.commonprefix([want, got]))
    start = 0 if start < 60 else start - 40
    return f"want {short(want[start:])!r}, got {short(got[start:])!r}"


def short(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else text[:160] + "…"


def execution(row, answer):
    want = row["first"]
    if want["error"] is not None:
        return differ(want["error"], answer.get("error"))
    if is_random(row):
        first, second = shape(row["first"]["output"]), shape(row["second"]["output"])
        got = answer.get("output")
        if got is None:
            return differ("an output", answer.get("error"))
        return differ(first, shape(got)) if first == second else None
    if answer.get("output") is None:
        return differ(want["output"], answer)
    return differ(want["output"], answer["output"])


def shape(text):
    """What random text has in common: kinds of PEM blocks, and everything else by length."""
    text = re.sub(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", r"<\1>", text, flags=re.DOTALL)
    return re.sub(r"[A-Za-z0-9+/=]{8,}", lambda run: f"<{len(run[0])}>", text)


def engine(row, answer):
    want = row["first"]
    if want["error"] is not None:
        return differ(want["error"], answer.get("error"))
    return differ(want["output"] or {}, answer.get("output", answer))


def parsing(row, answer):
    return differ(row["error"], answer.get("error"))


def trees(row, answer):
    if "error" in row:
        return differ(row["error"], answer.get("error"))
    return differ(row["trees"], answer.get("trees", answer))


def number(row, answer):
    if "error" in row:
        return differ(row["error"], answer.get("error"))
    if "error" in answer:
        return differ("a number", answer["error"])
    for kind in ["int", "uint"]:
        if row.get(kind) != answer[kind]:
            return differ([kind, row.get(kind)], answer)
    as_float = row.get("float")
    if (None if as_float is None else float(as_float)) != answer["float"]:
        return differ(["float", as_float], answer)
    if "complex" in row and row["token"] == "complex":
        parts = re.fullmatch(r"\((.+)([+-].+)i\)", row["complex"])
        if [float(parts[1]), float(parts[2])] != (answer["complex"] or [float(parts[1]), 0.0]):
            return differ(row["complex"], answer)
    return None


def tokens(row, answer):
    want = [
        [TOKENS[kind], start, text, line] for kind, start, text, line in row["tokens"]
        if kind != "comment"
    ]
    return differ(want, answer["tokens"])


def empty(row, answer):
    return differ(row["empty"], answer.get("empty"))


def plain(value):
    """JSON with numbers by value."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return value


def flag(row, answer):
    if row["error"] is not None:
        got = answer.get("error")
        prefix = f"failed parsing --{row['flag']} data: "
        return differ(row["error"], got.removeprefix(prefix) if got else got)
    return differ(plain(row["values"] or {}), plain(answer.get("values", answer)))


def method(row, answer):
    if row["error"] is not None:
        told = answer.get("error", answer)
        call = f"error calling {row['name']}: "
        return differ(call + row["error"], call + str(told).rpartition(call)[2])
    return differ(plain(json.loads(row["values"])), plain(json.loads(answer.get("output", "null"))))


def loading(row, answer):
    if row["error"] is not None:
        return differ(row["error"], answer.get("error"))

    def tree(node):
        lists = [sorted(node["templates"]), sorted(node["files"])]
        rest = [node[key] for key in ("name", "version", "kind", "dependencies", "has_schema")]
        charts = sorted((tree(sub) for sub in node["charts"]), key=str)
        return [rest, lists, plain(node["values"] or {}), charts]

    if "tree" not in answer:
        return differ("a chart", answer)
    return differ(tree(row["tree"]), tree(answer["tree"]))


def merged(row, answer):
    if row.get("error") is not None:
        return differ(row["error"], answer.get("error"))
    return differ(plain(json.loads(row["values"]) or {}), plain(answer.get("values", answer)))


def validation(row, answer):
    want = row["error"]
    if want is not None:
        want = SCHEMA + (f"single:\n{want}" if row.get("single") else want)
    return differ(want, answer.get("error"))


def dependencies(row, answer):
    if row["error"] is not None:
        return differ(row["error"], answer.get("error"))

    def tree(node):
        return [node["name"], plain(node["values"] or {}), [tree(sub) for sub in node["charts"] or []]]

    if "tree" not in answer:
        return differ("a tree", answer)
    return differ(tree(json.loads(row["tree"])), tree(answer["tree"]))


def ignored(row, answer):
    if "error" in row:
        return differ(row["error"], answer.get("error"))
    return differ(row["ignored"], answer.get("ignored"))


def parts(row, answer):
    return differ(row["parts"], answer["parts"])


def sorting(row, answer):
    if row["error"] is not None:
        return differ(row["error"], answer.get("error"))
    want = {"hooks": row["hooks"] or [], "manifests": row["manifests"] or []}
    for hook in want["hooks"]:
        hook[4] = sorted(hook[4] or [])
    for hook in answer.get("hooks", []):
        hook[4] = sorted(hook[4])
    return differ(want, answer)


def kinds(row, answer):
    return differ(row["sorted"], answer["sorted"])


JUDGES = {
    "execute": execution, "engine": engine, "parse": parsing, "trees": trees, "number": number,
    "tokens": tokens, "empty": empty, "flag": flag, "coalesce": merged, "merge": merged,
    "tables": merged, "method": method, "load": loading, "validate": validation, "dependencies": dependencies, "ignore": ignored,
    "split": parts, "sort": sorting, "kinds": kinds,
}
