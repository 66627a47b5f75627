//! Which Helm to be, and the table of all differences between the two.

/// The Helm whose behaviour is reproduced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Helm 3, as version 3.21.4.
    Helm3,
    /// Helm 4, as version 4.2.4.
    #[default]
    Helm4,
    /// Helm 3 with some of the differences of Helm 4: no Helm is like that, but rendering so tells
    /// what a difference does ([`Profile::with`]).
    Between(Mixture),
}

/// Which differences of Helm 4 are there: at least one, and not all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mixture(u32);

/// A difference between the two Helms.
#[derive(Debug)]
pub struct Difference {
    row: Row,
    /// Its name, for links and machines.
    pub name: &'static str,
    /// What it can change.
    pub effect: Effect,
    /// What Helm 3 does.
    pub helm3: &'static str,
    /// What Helm 4 does.
    pub helm4: &'static str,
    /// What to do about it in a chart or in values.
    pub advice: &'static str,
    /// A case under `tests/helm` in which both Helms are recorded to differ by it.
    pub case: &'static str,
}

/// What a difference can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// What objects hold, and whether they are there.
    Meaning,
    /// Whether the chart is refused.
    Refusal,
    /// The order in which objects are printed and installed.
    Order,
    /// Blank lines, comments and the cut between documents.
    Text,
    /// The words of errors alone.
    Words,
}

/// The bit of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Row {
    NullDefaults,
    ValuesDocuments,
    AliasCopies,
    ChartMap,
    HelmVersion,
    KubeVersionSuffix,
    KubeVersionText,
    TypeNames,
    ApiVersion,
    SetJsonObjects,
    SetIndexEnd,
    MustFunctions,
    EmptyFileLines,
    WebhookOrder,
    TrailingSpace,
    Separators,
    ErrorWords,
}

const ALL: u32 = (1 << DIFFERENCES.len()) - 1;

/// In the order in which they are most likely the reason of a change.
static DIFFERENCES: [Difference; 17] = [
    Difference {
        row: Row::NullDefaults,
        name: "null-defaults",
        effect: Effect::Meaning,
        helm3: "a key that a chart's own `values.yaml` sets to null stays in `.Values`, with null; \
                a user's null for a whole subchart is an error",
        helm4: "such a key does not appear in `.Values`; under a user's null for a whole subchart \
                its defaults hold",
        advice: "set an empty value of the right type (`\"\"`, `{}`, `[]`) instead of null, or ask \
                 with `hasKey` in the template",
        case: "values/null-in-chart-defaults",
    },
    Difference {
        row: Row::ValuesDocuments,
        name: "values-documents",
        effect: Effect::Meaning,
        helm3: "of a values file with several YAML documents the first one is read",
        helm4: "all documents are read and merged, later ones win; one that is no mapping is an \
                error",
        advice: "keep one document in each values file",
        case: "yaml/several-documents",
    },
    Difference {
        row: Row::AliasCopies,
        name: "alias-copies",
        effect: Effect::Meaning,
        helm3: "several aliases of one subchart share what it declares: where it renames a \
                subchart of its own, those after the first one get that under its old name",
        helm4: "each alias has declarations of its own",
        advice: "do not rename subcharts inside a chart that is used under several aliases",
        case: "subcharts/aliases-with-own-subcharts",
    },
    Difference {
        row: Row::ChartMap,
        name: "chart-map",
        effect: Effect::Meaning,
        helm3: "`.Chart` is a struct: `toYaml` shows the names of `Chart.yaml`, and an unknown \
                field is an error",
        helm4: "`.Chart` is a map with Go's names (`AppVersion`): an unknown field is empty",
        advice: "read single fields of `.Chart`, by their Go names",
        case: "objects/chart-to-yaml",
    },
    Difference {
        row: Row::HelmVersion,
        name: "helm-version",
        effect: Effect::Meaning,
        helm3: "`.Capabilities.HelmVersion.Version` is `v3.21`",
        helm4: "it is `v4.2`, and there is `KubeClientVersion` besides",
        advice: "ask for what the chart needs, not for the version of Helm",
        case: "objects/helm-version",
    },
    Difference {
        row: Row::KubeVersionSuffix,
        name: "kube-version-suffix",
        effect: Effect::Meaning,
        helm3: "what follows the patch version in `--kube-version` is dropped",
        helm4: "`.Capabilities.KubeVersion.Version` keeps it (`v1.33.4-gke.1245000`)",
        advice: "compare with `semverCompare \">=1.33-0\"`: a suffix counts as a pre-release",
        case: "objects/kube-version-with-suffix",
    },
    Difference {
        row: Row::KubeVersionText,
        name: "kube-version-text",
        effect: Effect::Meaning,
        helm3: "`.Capabilities.KubeVersion` as text is its `Version`",
        helm4: "as text it is the version without a suffix",
        advice: "print `.Capabilities.KubeVersion.Version`",
        case: "objects/kube-version-with-plus",
    },
    Difference {
        row: Row::TypeNames,
        name: "type-names",
        effect: Effect::Meaning,
        helm3: "`typeOf .Values` is `chartutil.Values`",
        helm4: "it is `common.Values`",
        advice: "ask with `kindIs \"map\"`",
        case: "fn-maps/deep-copy",
    },
    Difference {
        row: Row::ApiVersion,
        name: "api-version",
        effect: Effect::Refusal,
        helm3: "`apiVersion` in `Chart.yaml` may be anything",
        helm4: "it must be `v1` or `v2`",
        advice: "write `apiVersion: v2`",
        case: "chart-yaml/with-unknown-api-version",
    },
    Difference {
        row: Row::SetJsonObjects,
        name: "set-json-objects",
        effect: Effect::Refusal,
        helm3: "`--set-json` takes `key=JSON`",
        helm4: "it takes a whole object, too: `--set-json '{\"a\":1}'`",
        advice: "write `key=JSON`, which both take",
        case: "values/set-json",
    },
    Difference {
        row: Row::SetIndexEnd,
        name: "set-index-end",
        effect: Effect::Refusal,
        helm3: "`--set 'a[0'` is an error",
        helm4: "it sets nothing",
        advice: "close the bracket",
        case: "values/set-index-without-end",
    },
    Difference {
        row: Row::MustFunctions,
        name: "must-functions",
        effect: Effect::Refusal,
        helm3: "there is no `mustToYaml` and no `mustToToml`",
        helm4: "there are both",
        advice: "call `toYaml` where the chart must work in both",
        case: "fn-yaml/must-to-yaml",
    },
    Difference {
        row: Row::EmptyFileLines,
        name: "empty-file-lines",
        effect: Effect::Refusal,
        helm3: "`.Files.Lines` of an empty file is an empty list",
        helm4: "it is an error",
        advice: "ask with `.Files.Get` whether the file holds something",
        case: "objects/files-lines-of-an-empty-file",
    },
    Difference {
        row: Row::WebhookOrder,
        name: "webhook-order",
        effect: Effect::Order,
        helm3: "webhook configurations stand among the kinds that Helm does not know, by name",
        helm4: "they are the last of the kinds that it knows, and come before those it does not",
        advice: "look whether a custom resource must be there before a webhook answers for it",
        case: "documents/order-of-kinds",
    },
    Difference {
        row: Row::TrailingSpace,
        name: "trailing-space",
        effect: Effect::Meaning,
        helm3: "white space at the end of each document is trimmed",
        helm4: "it is kept: there are more blank lines, and a block scalar at the very end keeps \
                its line breaks if it is written with `|+`",
        advice: "write `|` or `|-` instead of `|+`, and compare manifests as YAML",
        case: "documents/white-space-at-the-ends",
    },
    Difference {
        row: Row::Separators,
        name: "separators",
        effect: Effect::Text,
        helm3: "a separator takes the white space around it along, so that `---` right after \
                another one belongs to the next document",
        helm4: "any line that starts with `---` separates, with the blanks after it",
        advice: "put nothing but `---` on a separator's line",
        case: "documents/separators",
    },
    Difference {
        row: Row::ErrorWords,
        name: "error-words",
        effect: Effect::Words,
        helm3: "an error in a template is one line",
        helm4: "it has a line for each level of calls, and some errors say which step failed",
        advice: "scripts should go by the exit code",
        case: "fields/nil-pointer",
    },
];

impl Profile {
    /// Returns every difference that is known between the two Helms, the most likely reason of a
    /// change first.
    #[must_use]
    pub fn differences() -> &'static [Difference] {
        &DIFFERENCES
    }

    /// Returns this profile with what Helm 4 does in one respect.
    #[must_use]
    pub const fn with(self, difference: &Difference) -> Self {
        Self::of(self.bits() | difference.row.bit())
    }

    /// Returns this profile with what Helm 3 does in one respect.
    #[must_use]
    pub const fn without(self, difference: &Difference) -> Self {
        Self::of(self.bits() & !difference.row.bit())
    }

    const fn of(bits: u32) -> Self {
        match bits {
            0 => Self::Helm3,
            ALL => Self::Helm4,
            bits => Self::Between(Mixture(bits)),
        }
    }

    const fn bits(self) -> u32 {
        match self {
            Self::Helm3 => 0,
            Self::Helm4 => ALL,
            Self::Between(Mixture(bits)) => bits,
        }
    }

    const fn has(self, row: Row) -> bool {
        self.bits() & row.bit() != 0
    }

    /// A values file may hold several YAML documents, which are merged in order. Helm 3 reads the
    /// first one.
    pub(crate) const fn reads_all_documents(self) -> bool {
        self.has(Row::ValuesDocuments)
    }

    /// A key that a chart's own `values.yaml` sets to null does not appear in `.Values`. Helm 3
    /// keeps it.
    pub(crate) const fn drops_null_defaults(self) -> bool {
        self.has(Row::NullDefaults)
    }

    /// Each use of a subchart under `dependencies` gets its own copy of the requirements and of
    /// the list of subcharts. In Helm 3 two aliases of one chart share both.
    pub(crate) const fn copies_dependencies(self) -> bool {
        self.has(Row::AliasCopies)
    }

    /// `apiVersion` of the top chart must be empty, `v1` or `v2`. Helm 3 takes any.
    pub(crate) const fn checks_api_version(self) -> bool {
        self.has(Row::ApiVersion)
    }

    /// `--set-json` takes a whole object, `'{"a":1}'`, besides `a=1`.
    pub(crate) const fn set_json_takes_objects(self) -> bool {
        self.has(Row::SetJsonObjects)
    }

    /// The end of an argument of `--set` inside an index is wrapped so that it is still seen as
    /// the end, and ignored.
    pub(crate) const fn ends_inside_index(self) -> bool {
        self.has(Row::SetIndexEnd)
    }

    /// Manifests keep the white space at their end. Helm 3 trims it.
    pub(crate) const fn keeps_trailing_space(self) -> bool {
        self.has(Row::TrailingSpace)
    }

    /// A separator of documents is just `---` with blanks after it. In Helm 3 the white space
    /// around it belongs to it.
    pub(crate) const fn separates_by_line(self) -> bool {
        self.has(Row::Separators)
    }

    /// Webhook configurations come last in the order of known kinds. Helm 3 sorts them among the kinds
    /// it does not know.
    pub(crate) const fn orders_webhooks(self) -> bool {
        self.has(Row::WebhookOrder)
    }

    /// `.Chart` is a map with the fields' Go names. In Helm 3 it is a struct, which JSON and YAML
    /// show under the names of `Chart.yaml`.
    pub(crate) const fn chart_is_map(self) -> bool {
        self.has(Row::ChartMap)
    }

    /// `--kube-version` keeps what follows the patch version in `.Capabilities.KubeVersion`.
    pub(crate) const fn keeps_version_suffix(self) -> bool {
        self.has(Row::KubeVersionSuffix)
    }

    /// `.Capabilities.KubeVersion` knows the version without its suffix, and is shown as that.
    pub(crate) const fn shows_normalized_version(self) -> bool {
        self.has(Row::KubeVersionText)
    }

    /// `.Capabilities.HelmVersion` is that of Helm 4.
    pub(crate) const fn is_called_helm_4(self) -> bool {
        self.has(Row::HelmVersion)
    }

    /// `.Files.Lines` of an empty file fails.
    pub(crate) const fn lacks_lines_of_empty_files(self) -> bool {
        self.has(Row::EmptyFileLines)
    }

    /// Go's package of the types of values and capabilities.
    pub(crate) const fn package_of_values(self) -> Package {
        if self.has(Row::TypeNames) { Package::Common } else { Package::Chartutil }
    }

    /// Errors are worded as in Helm 4.
    pub(crate) const fn speaks_helm_4(self) -> bool {
        self.has(Row::ErrorWords)
    }

    /// Tells whether templates can call `name`, a function of either Helm.
    pub(crate) fn has_function(self, name: &str) -> bool {
        self.has(Row::MustFunctions) || !matches!(name, "mustToToml" | "mustToYaml")
    }
}

/// A package of Helm whose name shows in the names of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Package {
    /// Helm 3.
    Chartutil,
    /// Helm 4.
    Common,
}

impl Row {
    const fn bit(self) -> u32 {
        1 << self as u8
    }
}

impl Effect {
    /// Returns the word that machines read.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Meaning => "meaning",
            Self::Refusal => "refusal",
            Self::Order => "order",
            Self::Text => "text",
            Self::Words => "words",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_difference_has_a_bit_of_its_own() {
        let mut profile = Profile::Helm3;
        for (index, difference) in Profile::differences().iter().enumerate() {
            assert_eq!(difference.row as usize, index, "{}", difference.name);
            assert!(!profile.has(difference.row));
            profile = profile.with(difference);
            assert!(profile.has(difference.row));
        }
        assert_eq!(profile, Profile::Helm4);
        let back = Profile::differences().iter().fold(profile, |at, one| at.without(one));
        assert_eq!(back, Profile::Helm3);
    }
}
