"""The report: a Markdown table, and each pair that is not the same."""

from .verdict import ALIKE, CERTIFICATES, CHANCE, DIFFERS, EQUAL, EXPLAINED, GOOD, OTHERWISE, OURS_ONLY, SLOW, SLOW_HELM, THEIRS_ONLY

COLUMNS = [
    ("equal", {EQUAL}),
    ("but for chance", {CHANCE}),
    ("but for certificates", {CERTIFICATES}),
    ("refused alike", {ALIKE}),
    ("refused, known words", {EXPLAINED}),
    ("differs", {DIFFERS}),
    ("refused by one", {OURS_ONLY, THEIRS_ONLY}),
    ("refused otherwise", {OTHERWISE}),
    ("too slow (Helm, Plimsoll)", {SLOW_HELM, SLOW}),
]


def table(rows):
    """One line for each checkout and profile; `rows` maps (checkout, profile) to results."""
    heads = ["repository", "commit", "Helm", "charts", "pairs", *(head for head, _ in COLUMNS), "equal of steady"]
    lines = ["| " + " | ".join(heads) + " |", "|---|---|---" + "|--:" * (len(heads) - 3) + "|"]
    totals = {}
    for (checkout, profile), results in rows.items():
        lines.append(line(checkout.name.replace("+", "/", 1), checkout.commit[:10], profile, results))
        totals.setdefault(profile, []).extend(results)
    for profile, results in totals.items():
        lines.append(line("**all**", "", profile, results))
    return "\n".join(lines)


def line(name, commit, profile, results):
    kinds = [result.verdict.kind for result in results]
    counts = [sum(kind in wanted for kind in kinds) for _, wanted in COLUMNS]
    charts = len({(result.checkout.name, result.chart) for result in results})
    return "| " + " | ".join(map(str, [name, commit, profile, charts, len(kinds), *counts, share(kinds)])) + " |"


def share(kinds):
    """Of the pairs that Helm renders, and renders the same each time, those that are equal."""
    steady = [kind for kind in kinds if kind in (EQUAL, DIFFERS, OURS_ONLY, SLOW)]
    return f"{100 * kinds.count(EQUAL) / len(steady):.2f} %" if steady else "–"


def complaints(rows):
    """A paragraph for each pair that is not the same, by checkout."""
    for (checkout, profile), results in rows.items():
        for result in results:
            verdict = result.verdict
            place = f"{checkout.name}/{result.chart} {result.label}".strip()
            if verdict.kind not in GOOD:
                detail = "\n".join("   " + part for part in verdict.detail.splitlines())
                yield f"{verdict.kind} (Helm {profile}): {place}\n{detail}"
            elif verdict.kind == EXPLAINED:
                yield f"{verdict.kind} (Helm {profile}): {place}: {verdict.detail}"
            elif verdict.warnings:
                yield f"warnings (Helm {profile}): {place}: {verdict.warnings}"
