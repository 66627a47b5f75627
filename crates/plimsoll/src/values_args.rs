//! Helm's flags for values, releases and clusters, shared by the commands that render.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ArgAction;
use plimsoll_chart::{Chart, Flag, KubeVersion, MAX_FILE_BYTES, Options, Profile, ValuesSet};

use crate::chart_source::ChartSource;
use crate::engine::{self, HelmProfile};
use crate::file::{self, FileError};
use crate::output::source::Sources;
use crate::siblings::SiblingArgs;

/// Where values come from, what templates see of release and cluster, and which Helm to be.
#[derive(Debug, clap::Args)]
pub(crate) struct RenderArgs {
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    pub(crate) siblings: SiblingArgs,
    /// Which major version of Helm to render like.
    #[arg(long, value_enum, default_value_t = HelmProfile::Four, value_name = "VERSION")]
    helm_profile: HelmProfile,
}

/// Where values come from, and what templates see of release and cluster.
#[derive(Debug, clap::Args)]
pub(crate) struct SettingArgs {
    /// Specify values in a YAML file, or `-` for standard input; repeat it, later files win.
    #[arg(short = 'f', long = "values", value_name = "FILE", value_delimiter = ',')]
    values: Vec<PathBuf>,
    /// Set values: key1=val1,key2=val2.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Set string values: key1=val1,key2=val2.
    #[arg(long, value_name = "KEY=VALUE")]
    set_string: Vec<String>,
    /// Set values from files: key1=path1,key2=path2.
    #[arg(long, value_name = "KEY=FILE")]
    set_file: Vec<String>,
    /// Set JSON values: key1=jsonval1 or {"key1": jsonval1}.
    #[arg(long, value_name = "KEY=JSON")]
    set_json: Vec<String>,
    /// Set a literal string value.
    #[arg(long, value_name = "KEY=VALUE")]
    set_literal: Vec<String>,
    /// The namespace that templates see.
    #[arg(short, long, value_name = "NAME", env = "HELM_NAMESPACE", default_value = "default")]
    namespace: String,
    /// The Kubernetes version that templates see.
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// API versions that templates see besides the default ones.
    #[arg(short = 'a', long, value_name = "VERSION", value_delimiter = ',')]
    api_versions: Vec<String>,
    /// Set .Release.IsUpgrade instead of .Release.IsInstall.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", hide_default_value = true,
          value_parser = go_bool)]
    is_upgrade: bool,
    /// Do not hold values against values.schema.json.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", hide_default_value = true,
          value_parser = go_bool)]
    skip_schema_validation: bool,
}

/// Values files, read once for any number of renderings. One that cannot be read is told in its
/// turn: what is wrong with an earlier one comes first, as in Helm.
#[derive(Clone, Debug, Default)]
pub(crate) struct ValuesTexts(Vec<ValuesText>);

#[derive(Clone, Debug)]
struct ValuesText {
    name: Arc<str>,
    text: Result<Arc<str>, FileError>,
}

/// Reads a switch's value as Go's `strconv.ParseBool` does.
pub(crate) fn go_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err("write true or false".to_owned()),
    }
}

impl RenderArgs {
    pub(crate) fn profile(&self) -> Profile {
        self.helm_profile.into()
    }

    /// Reads and loads the chart at `path`.
    pub(crate) fn chart(&self, path: &Path) -> anyhow::Result<Chart> {
        let siblings = self.siblings.siblings()?;
        ChartSource::read(path, siblings.as_ref())?.load(self.profile())
    }

    /// Reads the values files and flags; the files' texts are kept in `sources`.
    pub(crate) fn values_set(&self, sources: &mut Sources) -> anyhow::Result<ValuesSet> {
        let texts = self.settings.texts();
        sources.add_all(&texts.texts());
        texts.set(&self.settings, self.profile())
    }

    /// The flags that set values with their arguments; without those given more than once, since
    /// places do not tell them apart.
    pub(crate) fn flag_texts(&self) -> Vec<(&'static str, &str)> {
        self.settings.flag_texts()
    }

    /// What templates see besides values.
    pub(crate) fn options(&self, release: &str) -> anyhow::Result<Options> {
        self.settings.options(self.profile(), release)
    }
}

impl SettingArgs {
    /// Tells whether any values are given.
    pub(crate) fn has_values(&self) -> bool {
        !self.values.is_empty() || self.flags().iter().any(|(_, arguments)| !arguments.is_empty())
    }

    /// Reads the values files that are named.
    pub(crate) fn texts(&self) -> ValuesTexts {
        let read = |file: &PathBuf| {
            if file.to_str().is_some_and(|name| name.contains("://")) {
                let message = format!("{} is not a file", file.display());
                return Err(FileError::new(message, "save it first: nothing is fetched"));
            }
            file::read_text(file, MAX_FILE_BYTES)
        };
        let mut texts = ValuesTexts::default();
        for file in &self.values {
            texts.add(file, read(file));
        }
        texts
    }

    /// The flags that set values with their arguments; without those given more than once, since
    /// places do not tell them apart.
    pub(crate) fn flag_texts(&self) -> Vec<(&'static str, &str)> {
        let texts = self.flags().into_iter().filter_map(|(flag, arguments)| match arguments {
            [only] => Some((flag.name(), only.as_str())),
            _ => None,
        });
        texts.collect()
    }

    fn flags(&self) -> [(Flag, &[String]); 5] {
        [
            (Flag::Json, &self.set_json),
            (Flag::Set, &self.set),
            (Flag::String, &self.set_string),
            (Flag::File, &self.set_file),
            (Flag::Literal, &self.set_literal),
        ]
    }

    /// What templates see besides values.
    pub(crate) fn options(&self, profile: Profile, release: &str) -> anyhow::Result<Options> {
        let mut options = engine::options(profile);
        release.clone_into(&mut options.release.name);
        self.namespace.clone_into(&mut options.release.namespace);
        options.release.is_upgrade = self.is_upgrade;
        options.skip_schema = self.skip_schema_validation;
        if let Some(version) = &self.kube_version {
            let parsed = KubeVersion::parse(version, profile)?;
            options.capabilities = options.capabilities.with_kube_version(parsed);
        }
        options.capabilities =
            options.capabilities.with_api_versions(self.api_versions.iter().cloned());
        Ok(options)
    }
}

impl ValuesTexts {
    /// Adds a file.
    pub(crate) fn add(&mut self, file: &Path, text: Result<String, FileError>) {
        let name = file.display().to_string().into();
        self.0.push(ValuesText { name, text: text.map(Arc::from) });
    }

    /// Returns the names and texts of files that can be read.
    pub(crate) fn texts(&self) -> Vec<(Arc<str>, Arc<str>)> {
        let read = |ValuesText { name, text }: &ValuesText| {
            text.as_ref().ok().map(|text| (Arc::clone(name), Arc::clone(text)))
        };
        self.0.iter().filter_map(read).collect()
    }

    /// Returns the values set of these files and of the flags in `settings`.
    pub(crate) fn set(
        &self,
        settings: &SettingArgs,
        profile: Profile,
    ) -> anyhow::Result<ValuesSet> {
        let mut values = ValuesSet::new(profile);
        for ValuesText { name, text } in &self.0 {
            values.add_file(name, text.as_ref().map_err(FileError::clone)?)?;
        }
        for (flag, arguments) in settings.flags() {
            for argument in arguments {
                let mut read = |path: &str| {
                    file::read(path.as_ref(), MAX_FILE_BYTES).map_err(|error| error.to_string())
                };
                values.add_flag(flag, argument, &mut read)?;
            }
        }
        Ok(values)
    }
}
