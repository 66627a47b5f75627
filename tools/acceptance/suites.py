"""Which tests of others are examined, how they are hooked, and what of them cannot be asked."""

HELM = {"4": ("helm.sh/helm/v4", "v4.2.4"), "3": ("helm.sh/helm/v3", "v3.21.4")}
SPRIG = ("github.com/Masterminds/sprig/v3", "v3.3.0")

STRVALS = {
    "parser.go": [
        "Parse", "ParseString", "ParseInto", "ParseFile", "ParseIntoString", "ParseJSON",
        "ParseIntoFile",
    ],
    "literal_parser.go": ["ParseLiteral", "ParseLiteralInto"],
}
FILES = [f"(f files) {name}" for name in ["Get", "GetBytes", "Glob", "AsConfig", "AsSecrets", "Lines"]]


def helm(profile):
    """The suites of one Helm."""
    is_4 = profile == "4"
    path = HELM[profile][0]
    chart = f"{path}/pkg/chart/v2" if is_4 else f"{path}/pkg/chart"
    values = "common.Values" if is_4 else "chartutil.Values"

    def suite(topic, package, files, **more):
        return {
            "name": f"Helm {profile} {topic}", "profile": profile, "module": HELM[profile],
            "package": package, "files": files, **more,
        }

    charts = {"CHART": chart, "FILES": f"{path}/pkg/chart/common" if is_4 else chart}
    common = f"{path}/pkg/chart/common" if is_4 else f"{path}/pkg/chartutil"
    engine_words = {"VALUES": values, "// IMPORTS": f'"{common}"'}
    engine_hook = {"rows.go": {"PACKAGE": "engine"}, "engine_rows.go": engine_words}
    util = {"PACKAGE": "util" if is_4 else "chartutil", **charts}
    merging = {
        "VALUES": "common.Values" if is_4 else "Values",
        "TAKEN": "rowany.Charter" if is_4 else "*rowchart2.Chart",
        "// IMPORTS": f'rowany "{path}/pkg/chart"\n\t"{common}"' if is_4 else "",
    }
    coalesce = {
        "coalesce.go": ["CoalesceValues", "MergeValues", "CoalesceTables", "MergeTables"],
        "jsonschema.go": ["ValidateAgainstSchema", "ValidateAgainstSingleSchema"],
    }
    dependencies = {
        "dependencies.go": ["processDependencyEnabled", "processDependencyImportValues"],
    }
    base_hooks = {"rows.go": util, "chart_files.go": util}
    manifest = {
        "manifest.go": ["SplitManifests"],
        "manifest_sorter.go": ["SortManifests"],
        "kind_sorter.go": ["sortManifestsByKind", "sortHooksByKind"],
    }
    manifest_words = {
        "PACKAGE": "util" if is_4 else "releaseutil",
        "RELEASE": f"{path}/pkg/release/v1" if is_4 else f"{path}/pkg/release",
        "VERSIONS": "common.VersionSet" if is_4 else "chartutil.VersionSet",
        "// IMPORTS": f'"{common}"',
    }
    own = {"PACKAGE": "common" if is_4 else "chartutil"}
    loader = {
        "PACKAGE": "loader", "CHART": chart,
        "BUFFERED": "rowarchive.BufferedFile" if is_4 else "BufferedFile",
        "FILE": "rowcommon.File" if is_4 else "rowchart.File",
        "// IMPORTS": f'rowcommon "{common}"\n\trowarchive "{path}/pkg/chart/loader/archive"'
        if is_4 else "",
    }
    command = {"PACKAGE": "cmd" if is_4 else "main"}
    return [
        suite(
            "pkg/engine", "pkg/engine", ["engine_test.go", "funcs_test.go", "files_test.go"],
            renamed={"engine.go": ["(e Engine) render"], "files.go": FILES}, hooks=engine_hook,
            skip="^TestRenderWithDNS$",
        ),
        suite(
            "pkg/strvals", "pkg/strvals", ["parser_test.go", "literal_parser_test.go"],
            renamed=STRVALS, overlay=False,
            hooks={"rows.go": {"PACKAGE": "strvals"}, "strvals_rows.go": {}},
        ),
        suite(
            "coalesce, values, schema", "pkg/chart/common/util" if is_4 else "pkg/chartutil",
            ["coalesce_test.go", "jsonschema_test.go", "values_test.go"], renamed=coalesce,
            overlay=False, hooks={**base_hooks, "coalesce_rows.go": {**util, **merging}},
        ),
        suite(
            "dependencies", "pkg/chart/v2/util" if is_4 else "pkg/chartutil",
            ["dependencies_test.go"], renamed=dependencies, overlay=False,
            hooks={**base_hooks, "dependencies_rows.go": util},
        ),
        suite(
            "methods of .Values", "pkg/chart/common" if is_4 else "pkg/chartutil",
            ["values_test.go"], overlay=False,
            renamed={"values.go": ["(v Values) Table", "(v Values) PathValue"]},
            hooks={"rows.go": own, "values_rows.go": own},
        ),
        suite(
            "loader", "pkg/chart/v2/loader" if is_4 else "pkg/chart/loader", ["load_test.go"],
            skip="^TestLoadDirWithDevNull$",
            overlay=False,
            renamed={"load.go": ["LoadFiles"], "archive.go": ["LoadArchive"]},
            hooks={"rows.go": loader, "loader_rows.go": loader},
        ),
        suite(
            "pkg/ignore", "pkg/ignore", ["rules_test.go"], overlay=False,
            renamed={"rules.go": ["Parse", "(r *Rules) Ignore"]},
            hooks={"rows.go": {"PACKAGE": "ignore"}, "ignore_rows.go": {}},
        ),
        suite(
            "manifests and kinds", "pkg/release/v1/util" if is_4 else "pkg/releaseutil",
            ["manifest_test.go", "manifest_sorter_test.go", "kind_sorter_test.go"],
            renamed=manifest, overlay=False,
            hooks={"rows.go": manifest_words, "manifest_rows.go": manifest_words},
        ),
        suite(
            "helm template", "pkg/cmd" if is_4 else "cmd/helm", ["template_test.go"],
            overlay=False, run="^TestTemplateCmd$",
            edited={
                "helpers_test.go" if is_4 else "helm_test.go": (
                    "for _, tt := range tests {\n\t\tfor i",
                    "for _, tt := range tests {\n\t\trowCommand(tt)\n\t\tfor i",
                )
            },
            hooks={"rows.go": command, "cmd_rows_test.go": command},
        ),
    ]


SUITES = [
    {
        "name": "Go text/template", "profile": "4", "package": ".",
        "files": ["exec_test.go", "multi_test.go"],
    },
    {
        "name": "Go text/template/parse", "profile": "4", "package": "parse",
        "files": ["parse_test.go", "lex_test.go"], "run": "TestAcceptanceRows",
    },
    {
        "name": "sprig", "profile": "4", "module": SPRIG, "package": ".",
        "files": [], "skip": "^TestGetHostByName$",
    },
    *helm("4"),
    *helm("3"),
]

NETWORK = "asks the network"
INTERNAL = "tests a step inside, or Go's interface, which has no counterpart"
OPTION = "sets an option of the parser that Helm does not set"
ELSEWHERE = "its files are read by tests that make rows"
# Tests that make no row, by the end of the suite's name, and why.
SILENT = {
    "text/template": dict.fromkeys(
        ["TestJSEscaping", "TestGoodFuncNames", "TestBadFuncNames", "TestIsTrue",
         "TestAddParseTreeToUnparsedTemplate", "TestRedefinition", "TestEmptyTemplateCloneCrash",
         "TestTemplateLookUp", "TestNew", "TestParse", "TestAddToZeroTemplate"], INTERNAL,
    ),
    "text/template/parse": {
        **dict.fromkeys(["TestParseWithComments", "TestSkipFuncCheck", "TestKeywordsAndFuncs",
                         "TestDelims", "TestDelimsAlphaNumeric", "TestDelimsAndMarkers"], OPTION),
        **dict.fromkeys(["TestErrorContextWithTreeCopy", "TestBlock", "TestLineNum",
                         "TestParseCopy"], INTERNAL),
        # Their tables are read instead.
        **dict.fromkeys(["TestNumberParse", "TestParse", "TestIsEmpty", "TestErrors", "TestLex",
                         "TestPos"]),
    },
    "pkg/engine": {
        **dict.fromkeys(["TestSortTemplates", "TestAllTemplates", "TestTraceableError_SimpleForm",
                         "TestTraceableError_ExecutingForm",
                         "TestTraceableError_NoTemplateForm"], INTERNAL),
        "TestFuncMap": "lists functions; a test of Plimsoll compares the whole list",
        "TestRenderWithDNS": NETWORK,
    },
    "pkg/strvals": {"TestSetIndex": INTERNAL},
    "coalesce, values, schema": {
        "TestCoalesceValuesWarnings": "asks for warnings with values in them, which are not shown",
        "TestConcatPrefix": INTERNAL, "TestHTTPURLLoader_Load": NETWORK,
        **dict.fromkeys(["TestReadValues", "TestReadValuesFile"], ELSEWHERE),
        # They belong to the suite of methods.
        "TestTable": None, "TestPathValue": None,
    },
    "dependencies": dict.fromkeys(
        ["TestLoadDependency", "TestGetAliasDependency", "TestDependentChartWithSubChartsHelmignore",
         "TestDependentChartsWithSubChartsSymlink"], ELSEWHERE,
    ),
    "methods of .Values": {
        **dict.fromkeys(["TestReadValues", "TestReadValuesFile"], ELSEWHERE),
        "TestToRenderValues": None,
    },
    "loader": {
        "TestLoadDirWithDevNull": "needs a link that the module's archive does not hold",
        "TestBomTestData": "tests its own data",
        "TestLoadValues": INTERNAL, "TestMergeValuesV2": INTERNAL,
    },
    "pkg/ignore": dict.fromkeys(["TestParse", "TestParseFile", "TestAddDefaults"], INTERNAL),
    "helm template": dict.fromkeys(
        ["TestTemplateVersionCompletion", "TestTemplateFileCompletion"], "completes shell commands",
    ),
}

LEFT_OUT = """\
Left out as a whole: the lexer's rows with other delimiters, sprig's tests of the environment and
of Windows paths, Helm's tests of linting, installing, repositories and completion.
"""
