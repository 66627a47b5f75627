//! Completions, the manual page and the list of rules.

use plimsoll_rules::RULES;

use crate::scratch::Scratch;

const COMMANDS: [&str; 6] = ["check", "render", "explain", "size", "rules", "completions"];

#[test]
fn completions_and_manual_name_every_command() {
    let scratch = Scratch::new();
    for kind in ["bash", "elvish", "fish", "powershell", "zsh", "man"] {
        let run = scratch.run(&["completions", kind]);
        run.exits(0);
        assert!(run.stdout.len() > 500, "{kind}: {}", run.stdout);
        for command in COMMANDS {
            assert!(run.stdout.contains(command), "{kind} does not name {command}");
        }
    }
}

#[test]
fn completions_name_the_options_of_check() {
    let run = Scratch::new().run(&["completions", "bash"]);
    run.says(&["--fail-on", "--output", "--rule", "--helm-profile"]);
}

#[test]
fn help_names_every_command_and_each_explains_itself() {
    let scratch = Scratch::new();
    let all = scratch.run(&["--help"]);
    all.exits(0).says(&COMMANDS);
    for command in COMMANDS {
        let run = scratch.run(&[command, "--help"]);
        run.exits(0).says(&["Usage: plimsoll", command]);
        let about = run.stdout.lines().next().unwrap();
        assert!(
            all.stdout.contains(&format!("{command}  ")) && all.stdout.contains(about),
            "{about}"
        );
    }
}

#[test]
fn rules_are_listed_one_a_line_with_their_level() {
    let run = Scratch::new().run(&["rules"]);
    let lines: Vec<_> = run.exits(0).stdout.lines().collect();
    assert_eq!(lines.len(), RULES.len());
    for (line, rule) in lines.iter().zip(RULES) {
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(words[0], rule.slug);
        assert_eq!(words[1], rule.level.word());
        assert!(words.len() > 4 && line.ends_with('.'), "{line}");
    }
}

#[test]
fn every_rule_explains_itself() {
    let scratch = Scratch::new();
    for rule in RULES {
        let run = scratch.run(&["explain", rule.slug]);
        run.exits(0).says(&[&format!("# {}\n", rule.slug), "\n## Why\n", "\n## Fix\n"]);
    }
}
