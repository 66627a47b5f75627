//! Templates that run for ever, make too much, or look where they must not.

use crate::case::Case;
use crate::process::{MOST_MEMORY, MOST_TIME};

const STEPS: &str = "more steps than its limit allows";
/// Keys are found by chance, some much later than others, and charts of etcd make three.
const KEYS_TIME: u64 = 2 * MOST_TIME;

const TEXT: &str = "more text than its limit allows";

pub(crate) const CASES: &[Case] = &[
    Case::refused(
        "range-for-ever",
        "a loop of a billion rounds",
        |s| s.template("{{ range 1000000000 }}{{ end }}"),
        STEPS,
    ),
    Case::refused(
        "range-over-huge-list",
        "a list of a billion numbers",
        |s| s.template("{{ range until 1000000000 }}{{ end }}"),
        TEXT,
    ),
    Case::refused(
        "range-in-range",
        "loops in loops that print",
        |s| s.template("{{ range 100000 }}{{ range 100000 }}{{ . }}{{ end }}{{ end }}"),
        "than its limit allows",
    ),
    Case::refused(
        "template-in-itself",
        "a template that calls itself",
        |s| s.template("{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}"),
        "exceeded maximum template depth",
    ),
    Case::refused(
        "include-in-itself",
        "two templates that include each other",
        |s| {
            s.template(
                "{{ define \"a\" }}{{ include \"b\" . }}{{ end }}\
                 {{ define \"b\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
            );
        },
        "rendering template has a nested reference name",
    ),
    Case::refused(
        "tpl-in-itself",
        "a text that gives itself to tpl",
        |s| {
            s.write("c/values.yaml", "t: '{{ tpl .Values.t . }}'\n");
            s.template("{{ tpl .Values.t . }}");
        },
        "deeper than the limit allows",
    ),
    Case::refused(
        "tpl-doubles",
        "a text that gives itself to tpl twice",
        |s| {
            s.write("c/values.yaml", "t: '{{ tpl .Values.t . }}{{ tpl .Values.t . }}'\n");
            s.template("{{ tpl .Values.t . }}");
        },
        "deeper than the limit allows",
    ),
    Case::refused(
        "tpl-of-ever-new-text",
        "ten thousand long texts to parse",
        |s| {
            s.template(
                "{{ range 10000 }}{{ $_ := tpl (printf \"{{/*%d*/}}%s\" . (repeat 100000 \
                 \"{{1}}\")) $ }}{{ end }}",
            );
        },
        "than its limit allows",
    ),
    Case::rendered(
        "printf-width",
        "a number padded to a billion digits",
        |s| s.template("a: {{ printf \"%1000000000d\" 1 | len }}"),
        "a: ",
    ),
    Case::refused(
        "printf-widths",
        "numbers padded to a million digits, for ever",
        |s| s.template("{{ range 1000000 }}{{ printf \"%1000000d\" 1 }}{{ end }}"),
        TEXT,
    ),
    Case::refused(
        "repeat-huge",
        "a text of two billion letters",
        |s| s.template("{{ repeat 2000000000 \"x\" }}"),
        TEXT,
    ),
    Case::rendered(
        "repeat-of-nothing",
        "nothing, a billion billion times",
        |s| s.template("a: {{ repeat 1000000000000000000 \"\" }}b"),
        "a: b",
    ),
    Case::refused(
        "repeat-kept",
        "many long texts that are all kept",
        |s| {
            s.template(
                "{{ $d := dict }}{{ range 10000 }}{{ $_ := set $d (print .) (repeat 10000000 \
                 \"x\") }}{{ end }}",
            );
        },
        "than its limit allows",
    ),
    Case::refused(
        "output-without-end",
        "a gigabyte of output",
        |s| {
            s.template("{{ $x := repeat 1000000 \"a\" }}{{ range 1000 }}a: {{ $x }}\n{{ end }}");
        },
        TEXT,
    ),
    Case::refused(
        "output-of-many-values",
        "output of five million values",
        |s| s.template("{{ repeat 5000000 \"- a\\n\" }}"),
        "too many values",
    ),
    Case::refused(
        "indent-huge",
        "a text indented by a hundred million blanks",
        |s| s.template("{{ indent 100000000 \"a\\nb\" }}"),
        TEXT,
    ),
    Case::refused(
        "from-json-huge",
        "a long text read as JSON",
        |s| {
            s.template(
                "{{ $x := printf \"[%s1]\" (repeat 20000000 \"1,\") }}{{ fromJsonArray $x | len }}",
            );
        },
        "longer than the 5242880 bytes",
    ),
    Case::refused(
        "from-yaml-many",
        "a million values read again and again",
        |s| {
            s.template(
                "{{ $x := repeat 900000 \"- a\\n\" }}{{ range 100 }}{{ $y := fromYamlArray $x \
                 }}{{ end }}",
            );
        },
        "than its limit allows",
    ),
    Case::refused(
        "from-json-deep",
        "JSON nested a million deep",
        |s| s.template("{{ fromJson (repeat 1000000 \"[\") }}"),
        "nests too deeply",
    ),
    Case::refused(
        "map-in-itself-written",
        "a map that holds itself, as YAML",
        |s| s.template("{{ $d := dict }}{{ $_ := set $d \"a\" $d }}{{ mustToYaml $d }}"),
        "encountered a cycle",
    ),
    Case::refused(
        "map-in-itself-printed",
        "a map that holds itself, printed",
        |s| s.template("{{ $d := dict }}{{ $_ := set $d \"a\" $d }}{{ $d }}"),
        "error calling print",
    ),
    Case::refused(
        "map-in-itself-merged",
        "a map that holds itself, merged",
        |s| {
            s.template(
                "{{ $d := dict }}{{ $_ := set $d \"a\" $d }}{{ $e := mergeOverwrite (dict \"a\" \
                 (dict \"a\" 1)) $d }}{{ toToml $e }}",
            );
        },
        "error calling",
    ),
    Case::refused(
        "map-doubled-copied",
        "a map that is twice in each of thirty maps, copied",
        |s| {
            s.template(
                "{{ $d := dict \"a\" 1 }}{{ range 30 }}{{ $d = dict \"a\" $d \"b\" $d }}{{ end \
                 }}{{ $x := deepCopy $d }}",
            );
        },
        "than its limit allows",
    ),
    Case::refused(
        "map-doubled-printed",
        "a map that is twice in each of thirty maps, printed",
        |s| {
            s.template(
                "{{ $d := dict \"a\" 1 }}{{ range 30 }}{{ $d = dict \"a\" $d \"b\" $d }}{{ end \
                 }}{{ print $d | len }}",
            );
        },
        "than its limit allows",
    ),
    Case::refused(
        "map-doubled-compared",
        "two such maps compared",
        |s| {
            s.template(
                "{{ $d := dict \"a\" 1 }}{{ $e := dict \"a\" 1 }}{{ range 30 }}{{ $d = dict \"a\" \
                 $d \"b\" $d }}{{ $e = dict \"a\" $e \"b\" $e }}{{ end }}{{ deepEqual $d $e }}",
            );
        },
        "than its limit allows",
    ),
    Case::refused(
        "to-toml-deep",
        "lists nested two thousand deep, as TOML",
        |s| {
            s.template(
                "{{ $d := list }}{{ range 2000 }}{{ $d = list $d }}{{ end }}{{ toToml (dict \"a\" \
                 $d) }}",
            );
        },
        "error calling toToml",
    ),
    Case::rendered(
        "regex-backtracking",
        "an expression that makes other engines backtrack for ever",
        |s| s.template("a: {{ regexMatch \"^(a+)+$\" (repeat 50000 \"a\" | printf \"%sb\") }}"),
        "a: false",
    ),
    Case::refused(
        "regex-counted",
        "counts in counts in counts",
        |s| s.template("{{ mustRegexMatch \"((a{1,1000}){1,1000}){1,1000}\" \"b\" }}"),
        "error calling mustRegexMatch",
    ),
    Case::refused(
        "regex-compiled-anew",
        "ten thousand costly expressions",
        |s| {
            s.template(
                "{{ range 10000 }}{{ $y := regexMatch (printf \"(\\\\pL{1,100}){1,9}%d\" .) \"b\" \
                 }}{{ end }}",
            );
        },
        STEPS,
    ),
    Case::refused(
        "random-huge",
        "two billion random letters",
        |s| s.template("{{ randAlpha 2000000000 }}"),
        TEXT,
    ),
    Case::refused(
        "passwords-hashed",
        "a thousand hashes of bcrypt",
        |s| s.template("{{ range 1000 }}{{ $y := bcrypt \"a\" }}{{ end }}"),
        STEPS,
    ),
    Case::refused(
        "passwords-derived",
        "a thousand passwords of derivePassword",
        |s| {
            s.template(
                "{{ range 1000 }}{{ $y := derivePassword 1 \"long\" \"a\" \"b\" \"c\" }}{{ end }}",
            );
        },
        STEPS,
    ),
    Case::refused(
        "keys-generated",
        "a thousand RSA keys of 4096 bits",
        |s| s.template("{{ range 1000 }}{{ $y := genPrivateKey \"rsa\" }}{{ end }}"),
        STEPS,
    )
    .within(KEYS_TIME, MOST_MEMORY),
    Case::refused(
        "keys-for-dsa",
        "a thousand DSA keys",
        |s| s.template("{{ range 1000 }}{{ $y := genPrivateKey \"dsa\" }}{{ end }}"),
        STEPS,
    ),
    Case::refused(
        "keys-on-curves",
        "a million keys on elliptic curves",
        |s| s.template("{{ range 1000000 }}{{ $y := genPrivateKey \"ecdsa\" }}{{ end }}"),
        STEPS,
    ),
    Case::refused(
        "authorities-generated",
        "a thousand authorities",
        |s| s.template("{{ range 1000 }}{{ $y := genCA \"a\" 365 }}{{ end }}"),
        STEPS,
    ),
    Case::refused(
        "certificates-signed",
        "a thousand certificates that an authority signs",
        |s| {
            s.template(
                "{{ $ca := genCA \"a\" 365 }}{{ range 1000 }}{{ $y := genSignedCert \"b\" nil nil \
                 365 $ca }}{{ end }}",
            );
        },
        STEPS,
    ),
    Case::refused(
        "certificates-of-one-key",
        "a million certificates of one key, of many names each",
        |s| {
            s.template(
                "{{ $k := genPrivateKey \"ecdsa\" }}{{ $names := concat (splitList \"\" \
                 (repeat 10000 \"a\")) list }}{{ range 1000000 }}{{ $y := genSelfSignedCertWithKey \"b\" nil $names 365 \
                 $k }}{{ end }}",
            );
        },
        STEPS,
    ),
    Case::refused(
        "aes-of-much",
        "a long text encrypted for ever",
        |s| {
            s.template(
                "{{ $x := repeat 1000000 \"a\" }}{{ range 1000000 }}{{ $y := encryptAES \"k\" $x \
                 }}{{ end }}",
            );
        },
        "than its limit allows",
    ),
    Case::refused(
        "hashes-of-much",
        "a long text hashed for ever",
        |s| {
            s.template(
                "{{ $x := repeat 1000000 \"a\" }}{{ range 1000000 }}{{ $y := sha256sum $x }}{{ end \
                 }}",
            );
        },
        "than its limit allows",
    ),
    Case::refused(
        "pieces-many",
        "a text of sixty million pieces",
        |s| {
            s.write("c/values.yaml", "a: x\nb: z\n");
            s.template(
                "{{ $x := printf \"%s%s\" .Values.a .Values.b }}{{ repeat 30000000 $x | len }}",
            );
        },
        "than its limit allows",
    ),
    Case::refused(
        "lines-many",
        "ten million lines indented",
        |s| {
            s.write("c/values.yaml", "a: \"\\n\"\nb: 2\n");
            s.template("{{ repeat 10000000 .Values.a | indent (int .Values.b) | len }}");
        },
        "than its limit allows",
    ),
    Case::refused(
        "letters-replaced",
        "a million letters each replaced by a long text",
        |s| {
            s.write("c/values.yaml", "a: x\nb: z\n");
            s.template(
                "{{ $x := repeat 1000000 .Values.a }}{{ range 100 }}{{ $x = replace \"x\" \
                 \"xy\" $x }}{{ $x = replace \"y\" $.Values.b $x }}{{ end }}",
            );
        },
        "than its limit allows",
    ),
    Case::refused(
        "everything-at-once",
        "many values, many origins and long texts, all of them kept",
        |s| {
            s.write("c/values.yaml", format!("a: [{}1]\n", "1,".repeat(900_000)));
            s.template(
                "{{ $d := dict }}{{ range $i, $x := .Values.a }}{{ $x }}{{ $_ := set $d (print $i) \
                 (repeat 2000 (print $x)) }}{{ end }}",
            );
        },
        "than its limit allows",
    ),
    Case::rendered(
        "date-overflow",
        "a date modified beyond all time",
        |s| {
            s.template(
                "a: {{ dateModify \"2562047h\" (toDate \"2006-01-02\" \"9999-12-31\") | date \
                 \"2006\" }}",
            );
        },
        "a: ",
    ),
    Case::refused(
        "variables-without-end",
        "a hundred thousand variables",
        |s| {
            let mut text = String::new();
            for number in 0..100_000 {
                text.push_str(&format!("{{{{ $v{number} := 1 }}}}"));
            }
            s.template(&text);
        },
        "more variables than can be read",
    ),
    Case::refused(
        "template-of-many-parts",
        "a template of a million actions",
        |s| s.template(&"{{.}}".repeat(1_000_000)),
        "more parts than can be read",
    ),
    Case::refused(
        "templates-of-many-parts",
        "eight templates of a hundred thousand actions",
        |s| {
            for number in 0..8 {
                s.write(&format!("c/templates/{number}.yaml"), "{{.}}".repeat(100_000));
            }
        },
        "more than 600000 parts",
    ),
    Case::refused(
        "nested-parentheses",
        "parentheses nested a hundred thousand deep",
        |s| s.template(&format!("{{{{ {}", "(".repeat(100_000))),
        "parse error",
    ),
    Case::rendered(
        "files-outside",
        "reads files outside of the chart",
        |s| {
            s.template(
                "a: {{ .Files.Get \"../outside/secret.txt\" | quote }}{{ .Files.Get \
                 \"/etc/passwd\" }}\nb: {{ .Files.Glob \"../**\" | len }}",
            );
        },
        "a: \"\"\nb: 0",
    ),
    Case::refused(
        "files-glob-again",
        "a pattern held against all files for ever",
        |s| {
            for number in 0..500 {
                s.write(&format!("c/f/{}{number}", "a".repeat(100)), "");
            }
            s.template(
                "{{ range 100000 }}{{ $x := $.Files.Glob \"**{a,b}**{c,d}**e**f\" }}{{ end }}",
            );
        },
        STEPS,
    ),
    Case::refused(
        "files-as-secrets-again",
        "a large file encoded for ever",
        |s| {
            s.write("c/f", "x".repeat(4_000_000));
            s.template("{{ range 1000 }}{{ $x := ($.Files.Glob \"f\").AsSecrets }}{{ end }}");
        },
        "than its limit allows",
    ),
    Case::refused(
        "environment",
        "reads the environment",
        |s| s.template("{{ env \"PLIMSOLL_TEST\" }}"),
        "function \"env\" not defined",
    ),
    Case::refused(
        "environment-expanded",
        "reads the environment by expandenv",
        |s| s.template("{{ expandenv \"$PLIMSOLL_TEST\" }}"),
        "function \"expandenv\" not defined",
    ),
    Case::rendered(
        "network",
        "asks a name server and the cluster",
        |s| {
            s.template(
                "a: {{ getHostByName \"localhost\" | quote }}\nb: {{ lookup \"v1\" \"Secret\" \"\" \
                 \"\" | len }}",
            );
        },
        "a: \"\"\nb: 0",
    ),
    Case::refused(
        "terminal-escapes",
        "an error that repaints the terminal",
        |s| s.template("{{ fail \"\\x1b]0;owned\\x07\\x1b[2J\" }}"),
        "execution error",
    ),
    Case::refused(
        "terminal-escapes-checked",
        "the same in a report",
        |s| s.template("{{ fail \"\\x1b]0;owned\\x07\\x1b[2J\" }}"),
        "execution error",
    )
    .with(&["check", "c"]),
    Case::rendered(
        "release-name",
        "a template for the name that runs for ever",
        |s| s.template("a: 1"),
        "",
    )
    .with(&["render", "c", "--name-template", "{{ range 1000000000 }}{{ end }}"])
    .exits(2),
];
