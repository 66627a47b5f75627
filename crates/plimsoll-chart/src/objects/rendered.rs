//! What templates print of the built-in objects; the texts are those of Helm 4.2.4 and 3.21.4.

use std::sync::Arc;

use crate::trace::Trace;
use crate::{
    Capabilities, Chart, ChartFile, Error, Instant, KubeVersion, Options, Profile, Release,
    ValuesSet, World,
};

#[derive(Debug)]
struct Nowhere;

impl World for Nowhere {
    fn now(&self) -> Instant {
        Instant { seconds: 0, nanoseconds: 0 }
    }

    fn fill_random(&self, _bytes: &mut [u8]) {}
}

const CHART: &str = "apiVersion: v2
name: c
version: 0.1.0
appVersion: 1.10
description: \"tab\there\"
sources: [a, 1]
maintainers: [{name: M, email: e@x}]
annotations: {a: b, c/d: 1}
dependencies: [{name: s, version: '*', alias: q, tags: [t], import-values: [data]}]
";

const FILES: &[(&str, &str)] = &[
    ("Chart.yaml", CHART),
    ("charts/s/Chart.yaml", "apiVersion: v2\nname: s\nversion: 1.0.0\n"),
    ("charts/s/values.yaml", "exports: {data: {i: 1}}\n"),
    ("files/one.yaml", "a: 1\n"),
    ("files/two.txt", "line1\nline2"),
    ("files/three", "bin\n"),
    ("files/empty", ""),
];

/// What an action prints in a chart of [`FILES`].
fn prints(action: &str, profile: Profile) -> String {
    let template = format!(
        "out: {{{{ include \"x\" . | quote }}}}\n{{{{ define \"x\" }}}}{action}{{{{ end }}}}"
    );
    match render(&template, profile) {
        Ok(text) => serde_json::from_str(text.strip_prefix("out: ").unwrap()).unwrap(),
        Err(error) => format!("error: {error}"),
    }
}

/// What a template renders to in a chart of [`FILES`].
fn render(template: &str, profile: Profile) -> Result<String, Error> {
    let files = FILES
        .iter()
        .copied()
        .chain([("templates/t.yaml", template)])
        .map(|(name, text)| ChartFile { name: name.to_owned(), data: Arc::from(text.as_bytes()) })
        .chain([ChartFile { name: "bin".to_owned(), data: Arc::from([0, 0xFF, b'a', 0xC3]) }])
        .collect();
    let chart = Chart::load(files, "c", profile).unwrap();
    let options = Options {
        release: Release { name: "rel".to_owned(), ..Release::default() },
        capabilities: Capabilities::assumed(profile),
        profile,
        skip_schema: false,
    };
    let world = Arc::new(Nowhere);
    let rendered = chart.render(&ValuesSet::new(profile), &options, world)?;
    Ok(rendered.manifests()[0].text().trim_end().to_owned())
}

#[track_caller]
fn both(action: &str, want: &str) {
    for profile in [Profile::Helm4, Profile::Helm3] {
        assert_eq!(prints(action, profile), want, "{profile:?} {action}");
    }
}

#[track_caller]
fn each(action: &str, helm4: &str, helm3: &str) {
    assert_eq!(prints(action, Profile::Helm4), helm4, "{action}");
    assert_eq!(prints(action, Profile::Helm3), helm3, "{action}");
}

#[test]
fn the_release() {
    both(
        "{{ .Release }}",
        "map[IsInstall:true IsUpgrade:false Name:rel Namespace:default Revision:1 Service:Helm]",
    );
    both("{{ typeOf .Release }} {{ kindOf .Release.Revision }}", "map[string]interface {} int");
}

#[test]
fn the_chart() {
    each(
        "{{ typeOf .Chart }}",
        "map[string]interface {}",
        "struct { chart.Metadata; IsRoot bool }",
    );
    both(
        "{{ .Chart.Name }} {{ .Chart.AppVersion }} {{ .Chart.IsRoot }} {{ .Chart.Description }}",
        "c 1.1 true tab here",
    );
    both("{{ .Chart.Sources }} {{ index .Chart.Annotations \"c/d\" }}", "[a 1] 1");
    both("{{ range .Chart.Maintainers }}{{ .Name }} {{ .Email }}{{ end }}", "M e@x");
    each(
        "{{ .Chart.Dependencies | toYaml }}",
        "- Alias: q\n  Condition: \"\"\n  Enabled: true\n  ImportValues:\n  - child: exports.data\n    parent: .\n  Name: q\n  Repository: \"\"\n  Tags:\n  - t\n  Version: '*'",
        "- alias: q\n  enabled: true\n  import-values:\n  - child: exports.data\n    parent: .\n  name: q\n  repository: \"\"\n  tags:\n  - t\n  version: '*'",
    );
    both(
        "{{ .Subcharts.q.Chart.Name }} {{ keys .Subcharts }} {{ .Subcharts.q.Chart.IsRoot }}",
        "q [q] false",
    );
}

#[test]
fn the_cluster() {
    both(
        "{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.GitVersion }}",
        "v1.36.0 v1.36.0",
    );
    each(
        "{{ printf \"%v\" .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion | quote }}",
        "{v1.36.0 v1.36.0 1 36} \"{v1.36.0 v1.36.0 1 36}\"",
        "{v1.36.0 1 36} \"{v1.36.0 1 36}\"",
    );
    each(
        "{{ .Capabilities.HelmVersion }} {{ toYaml .Capabilities.HelmVersion }}",
        "{v4.2   go1.26.8 v1.36} go_version: go1.26.8\nkube_client_version: v1.36\nversion: v4.2",
        "{v3.21   go1.26.8} go_version: go1.26.8\nversion: v3.21",
    );
    both(
        "{{ .Capabilities.APIVersions.Has \"apps/v1\" }} {{ .Capabilities.APIVersions.Has \"x/v1\" }} {{ has \"v1\" .Capabilities.APIVersions }} {{ len .Capabilities.APIVersions }}",
        "true false true 55",
    );
    each(
        "{{ typeOf .Capabilities }} {{ typeOf .Capabilities.APIVersions }} {{ typeOf .Values }}",
        "*common.Capabilities common.VersionSet common.Values",
        "*chartutil.Capabilities chartutil.VersionSet chartutil.Values",
    );
}

#[test]
fn the_files() {
    both("{{ .Files.Get \"files/one.yaml\" }}{{ .Files.Get \"none\" }}", "a: 1\n");
    both("{{ .Files.Lines \"files/two.txt\" }} {{ .Files.Lines \"none\" }}", "[line1 line2] []");
    let lines = "{{ .Files.Lines \"files/empty\" }}";
    let error = prints(lines, Profile::Helm4);
    assert!(
        error.ends_with("error calling Lines: runtime error: index out of range [-1]"),
        "{error}"
    );
    assert_eq!(prints(lines, Profile::Helm3), "[]");
    both(
        "{{ range $name, $_ := .Files.Glob \"files/*.{yaml,txt}\" }}{{ $name }} {{ end }}",
        "files/one.yaml files/two.txt ",
    );
    both("{{ (.Files.Glob \"none\").AsConfig }} {{ if .Files.Glob \"none\" }}some{{ end }}", "{} ");
    both(
        "{{ (.Files.Glob \"files/t*\").AsConfig }}",
        "three: |\n  bin\ntwo.txt: |-\n  line1\n  line2",
    );
    both(
        "{{ (.Files.Glob \"files/t*\").AsSecrets }}",
        "three: YmluCg==\ntwo.txt: bGluZTEKbGluZTI=",
    );
    both(
        "{{ index .Files \"files/three\" }} {{ .Files.none }} {{ typeOf .Files }}",
        "[98 105 110 10] [] engine.files",
    );
}

#[test]
fn binary_files_keep_their_bytes() {
    both("{{ .Files.Get \"bin\" | b64enc }} {{ len (.Files.Get \"bin\") }}", "AP9hww== 4");
    both(
        "{{ .Files.Get \"bin\" | sha256sum }} {{ .Files.GetBytes \"bin\" }}",
        "cc88919b7eaa955680ffcb02119764db8d92d454d5d033c76753ec925a98da92 [0 255 97 195]",
    );
    both("{{ (.Files.Glob \"bin\").AsSecrets }}", "bin: AP9hww==");
    let error = render("a: {{ .Files.Get \"bin\" }}", Profile::Helm4).unwrap_err().to_string();
    assert!(error.ends_with("what is to be written is not UTF-8"), "{error}");
}

#[test]
fn the_template() {
    both("{{ .Template.Name }} {{ .Template.BasePath }}", "c/templates/t.yaml c/templates");
    both(
        "{{ keys . | sortAlpha }}",
        "[Capabilities Chart Files Release Subcharts Template Values]",
    );
}

#[test]
fn values_have_methods() {
    both(
        "{{ .Values.AsMap }} {{ .Values.YAML }}",
        "map[i:1 q:map[exports:map[data:map[i:1]] global:map[]]] i: 1\nq:\n  exports:\n    data:\n      i: 1\n  global: {}\n",
    );
    both(
        "{{ .Values.Table \"q.exports\" }} {{ .Values.PathValue \"q.exports.data.i\" }}",
        "map[data:map[i:1]] 1",
    );
}

#[test]
fn asked_api_versions_and_versions_count() {
    let version = KubeVersion::parse("1.20", Profile::Helm4).unwrap();
    let capabilities = Capabilities::assumed(Profile::Helm4)
        .with_kube_version(version)
        .with_api_versions(["x/v1".to_owned()]);
    assert!(capabilities.api_versions.contains(&"x/v1".into()));
    let mut trace = Trace::new();
    let object = capabilities.object(Profile::Helm4, &mut trace);
    let crate::value::Data::Host(host) = &object.data else { panic!("no object") };
    let version = host.field("KubeVersion").unwrap();
    let crate::value::Data::Host(version) = &version.data else { panic!("no object") };
    assert_eq!(version.addressed().as_deref(), Some("v1.20"));
}
