//! Which Helm to be: every difference between the two that this crate knows is named here.

/// The Helm whose behaviour is reproduced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Helm 3, as version 3.21.4.
    Helm3,
    /// Helm 4, as version 4.2.4.
    #[default]
    Helm4,
}

impl Profile {
    const fn is_4(self) -> bool {
        matches!(self, Self::Helm4)
    }

    /// A values file may hold several YAML documents, which are merged in order. Helm 3 reads the
    /// first one.
    pub(crate) const fn reads_all_documents(self) -> bool {
        self.is_4()
    }

    /// A key that a chart's own `values.yaml` sets to null does not appear in `.Values`. Helm 3
    /// keeps it.
    pub(crate) const fn drops_null_defaults(self) -> bool {
        self.is_4()
    }

    /// Each use of a subchart under `dependencies` gets its own copy of the requirements and of
    /// the list of subcharts. In Helm 3 two aliases of one chart share both.
    pub(crate) const fn copies_dependencies(self) -> bool {
        self.is_4()
    }

    /// `apiVersion` of the top chart must be empty, `v1` or `v2`. Helm 3 takes any.
    pub(crate) const fn checks_api_version(self) -> bool {
        self.is_4()
    }

    /// `--set-json` takes a whole object, `'{"a":1}'`, besides `a=1`.
    pub(crate) const fn set_json_takes_objects(self) -> bool {
        self.is_4()
    }

    /// Manifests keep the white space at their end, and a separator is just `---` with blanks
    /// after it. Helm 3 trims both.
    pub(crate) const fn keeps_trailing_space(self) -> bool {
        self.is_4()
    }

    /// Webhook configurations come last in the order of kinds. Helm 3 sorts them among the kinds
    /// it does not know.
    pub(crate) const fn orders_webhooks(self) -> bool {
        self.is_4()
    }

    /// `.Chart` is a map with the fields' Go names. In Helm 3 it is a struct, which JSON and YAML
    /// show under the names of `Chart.yaml`.
    pub(crate) const fn chart_is_map(self) -> bool {
        self.is_4()
    }

    /// `--kube-version` keeps what follows the patch version in `.Capabilities.KubeVersion`.
    pub(crate) const fn keeps_version_suffix(self) -> bool {
        self.is_4()
    }

    /// Tells whether templates can call `name`, a function of either Helm.
    pub(crate) fn has_function(self, name: &str) -> bool {
        self.is_4() || !matches!(name, "mustToToml" | "mustToYaml")
    }
}
