//! Flags of `helm template` that change nothing about what it prints: scripts may go on to give
//! them.

use clap::{Arg, ArgAction, ArgMatches, Command, Error, FromArgMatches};

/// Flags that take no value, of Helm 3.21 or 4.2.
const SWITCHES: [&str; 16] = [
    "atomic",
    "create-namespace",
    "debug",
    "devel",
    "disable-openapi-validation",
    "force",
    "force-conflicts",
    "force-replace",
    "hide-notes",
    "pass-credentials",
    "plain-http",
    "render-subchart-notes",
    "replace",
    "rollback-on-failure",
    "take-ownership",
    "wait-for-jobs",
];

/// Flags that take a value.
const SETTINGS: [&str; 6] =
    ["burst-limit", "description", "kube-context", "kubeconfig", "qps", "timeout"];

/// Flags whose value may be left out.
const OPTIONS: [&str; 2] = ["server-side", "wait"];

/// The flags above, accepted and forgotten.
#[derive(Debug)]
pub(super) struct Idle;

impl FromArgMatches for Idle {
    fn from_arg_matches(_: &ArgMatches) -> Result<Self, Error> {
        Ok(Self)
    }

    fn update_from_arg_matches(&mut self, _: &ArgMatches) -> Result<(), Error> {
        Ok(())
    }
}

impl clap::Args for Idle {
    fn augment_args(command: Command) -> Command {
        let hidden = |name: &'static str| Arg::new(name).long(name).hide(true);
        let switches = SWITCHES.map(|name| hidden(name).action(ArgAction::SetTrue));
        let settings = SETTINGS.map(hidden);
        let options = OPTIONS.map(|name| hidden(name).num_args(0..=1).require_equals(true));
        let labels = hidden("labels").short('l').action(ArgAction::Append);
        command.args(switches).args(settings).args(options).arg(labels)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
