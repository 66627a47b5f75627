//! Flags of `helm template` that ask for what is never done here: told, not forgotten.

use clap::{Arg, ArgAction, ArgMatches, Command, Error, FromArgMatches};

use crate::values_args::go_bool;

/// Switches, each with what to do instead.
const SWITCHES: [(&str, &str); 2] = [
    (
        "validate",
        "no cluster is asked: run `helm template --validate`, or `kubectl apply --dry-run=server`",
    ),
    ("verify", "signatures are not checked: run `helm verify` on the archive first"),
];

/// Flags with a value.
const SETTINGS: [(&str, &str); 3] = [
    ("post-renderer", "no program is run: pipe what is printed into it"),
    ("post-renderer-args", "no program is run: pipe what is printed into it"),
    ("repo", "nothing is fetched: run `helm pull --repo URL CHART --untar` and name the directory"),
];

/// What was asked for and is not done, if anything.
#[derive(Debug)]
pub(super) struct Refused(pub(super) Option<String>);

impl FromArgMatches for Refused {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let on = SWITCHES
            .iter()
            .find(|(name, _)| matches.get_one::<bool>(name).is_some_and(|is_on| *is_on));
        let set = SETTINGS.iter().find(|(name, _)| matches.contains_id(name));
        let said = on.or(set).map(|(name, instead)| format!("--{name}: {instead}"));
        let server = matches.get_one::<String>("dry-run").filter(|mode| *mode == "server");
        Ok(Self(
            said.or_else(|| server.map(|_| "--dry-run=server: no cluster is asked".to_owned())),
        ))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for Refused {
    fn augment_args(command: Command) -> Command {
        let hidden = |name: &'static str| Arg::new(name).long(name).hide(true);
        let optional = |arg: Arg| arg.num_args(0..=1).require_equals(true);
        let switches = SWITCHES.map(|(name, _)| {
            optional(hidden(name)).default_missing_value("true").value_parser(go_bool)
        });
        let settings = SETTINGS.map(|(name, _)| hidden(name).action(ArgAction::Append));
        // Helm 3 takes more words than Helm 4; all but one mean that no cluster is asked.
        let modes = ["client", "true", "unset", "false", "none", "server"];
        let dry_run =
            optional(hidden("dry-run")).default_missing_value("unset").value_parser(modes);
        command.args(switches).args(settings).arg(dry_run)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
