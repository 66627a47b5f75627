use super::*;

fn error(text: &str) -> String {
    match parse(&"t".into(), &text.into(), Profile::Helm4) {
        Ok(_) => panic!("{text} parses"),
        Err(error) => format!("{}: {}", error.line, error.message),
    }
}

fn shown(text: &str) -> String {
    let trees = parse(&"t".into(), &text.into(), Profile::Helm4).unwrap();
    let tree = trees.last().unwrap();
    match tree.parts.node_list(tree.root).first() {
        Some(Node::Action { pipe, .. }) => tree.parts.show_pipe(*pipe),
        other => panic!("{other:?}"),
    }
}

#[test]
fn pipelines_print_as_go_prints_them() {
    assert_eq!(shown("{{ .a.b|printf   \"%d\" (len $) }}"), ".a.b | printf \"%d\" (len $)");
    assert_eq!(shown("{{$x:=(index .a 1).b}}"), "$x := (index .a 1).b");
    let nested = "printf (printf .a).b (.c | printf (printf .d)).e.f .g | printf (.h)";
    assert_eq!(shown(&format!("{{{{ {nested} }}}}")), nested);
}

#[test]
fn errors_are_those_of_go() {
    assert_eq!(error("\n{{ .a"), "2: unclosed action");
    assert_eq!(error("{{if .a}}x"), "1: unexpected EOF");
    assert_eq!(error("{{end}}"), "1: unexpected {{end}}");
    assert_eq!(error("{{nope 1}}"), "1: function \"nope\" not defined");
    assert_eq!(error("{{$x}}"), "1: undefined variable \"$x\"");
    assert_eq!(error("{{break}}"), "1: {{break}} outside {{range}}");
    assert_eq!(error("{{}}"), "1: missing value for command");
    assert_eq!(error("{{.a | 1}}"), "1: non executable command in pipeline stage 2");
    assert_eq!(error("{{1.x}}"), "1: bad number syntax: \"1.x\"");
    assert_eq!(error("{{(.a}}"), "1: unclosed left paren");
    assert_eq!(error("{{.a)}}"), "1: unexpected right paren");
    assert_eq!(error("{{\"a\".b\n .c}}"), "1: unexpected . after term \"\\\"a\\\"\"");
    assert_eq!(error("{{\"a\".b\n-}}"), "2: unexpected . after term \"\\\"a\\\"\"");
    assert_eq!(error("{{printf .a.\n}}"), "1: unexpected <.> in operand");
    assert_eq!(error("{{define 1}}"), "1: unexpected \"1\" in define clause");
    assert_eq!(
        error("{{define \"a\"}}1{{end}}{{define \"a\"}}2{{end}}"),
        "1: template: multiple definition of template \"a\""
    );
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(1000), ")".repeat(1000));
    let message = crate::stack::deep(|| error(&deep));
    assert_eq!(message, "1: max expression depth exceeded");
}
