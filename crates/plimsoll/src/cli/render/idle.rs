//! Flags of `helm template` that change nothing about what it prints: scripts may go on to give
//! them.

use clap::{Arg, ArgAction, ArgMatches, Command, Error, FromArgMatches};

use crate::values_args::go_bool;

/// Flags that take no value, of Helm 3.21 or 4.2.
const SWITCHES: [&str; 20] = [
    "atomic",
    "create-namespace",
    "debug",
    "dependency-update",
    "devel",
    "disable-openapi-validation",
    "force",
    "force-conflicts",
    "force-replace",
    "hide-notes",
    "insecure-skip-tls-verify",
    "kube-insecure-skip-tls-verify",
    "pass-credentials",
    "plain-http",
    "render-subchart-notes",
    "replace",
    "rollback-on-failure",
    "skip-crds",
    "take-ownership",
    "wait-for-jobs",
];

/// Flags that take a value; of a chart that is here, `--version` changes nothing in Helm either.
const SETTINGS: [&str; 24] = [
    "burst-limit",
    "ca-file",
    "cert-file",
    "colour",
    "content-cache",
    "description",
    "key-file",
    "keyring",
    "kube-apiserver",
    "kube-as-group",
    "kube-as-user",
    "kube-ca-file",
    "kube-context",
    "kube-tls-server-name",
    "kube-token",
    "kubeconfig",
    "password",
    "qps",
    "registry-config",
    "repository-cache",
    "repository-config",
    "timeout",
    "username",
    "version",
];

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
        let optional = |name| hidden(name).num_args(0..=1).require_equals(true);
        let switches =
            SWITCHES.map(|name| optional(name).default_missing_value("true").value_parser(go_bool));
        let settings = SETTINGS.map(hidden);
        let options = OPTIONS.map(optional);
        let labels = hidden("labels").short('l').action(ArgAction::Append);
        command.args(switches).args(settings).args(options).arg(labels)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
