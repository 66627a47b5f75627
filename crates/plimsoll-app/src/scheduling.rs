//! Where a pod may run.

use crate::read::Cursor;
use crate::{Field, Labels, ProblemKind, Spot};

/// How a test compares a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// The label is one of the values.
    In,
    /// The label is none of the values, or absent.
    NotIn,
    /// The label is present.
    Exists,
    /// The label is absent.
    DoesNotExist,
    /// The label is an integer above the value.
    Gt,
    /// The label is an integer below the value.
    Lt,
}

/// A test of one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelTest {
    /// The label's key.
    pub key: Field<String>,
    /// How it is compared.
    pub operator: Operator,
    /// What it is compared with.
    pub values: Vec<Field<String>>,
    /// The test's node.
    pub at: Spot,
}

impl LabelTest {
    /// Reads a test; nothing where its operator is not known.
    pub(crate) fn read(cursor: &Cursor<'_>) -> Option<Self> {
        let written = cursor.text_wanted("operator");
        let operator = match written.value.as_str() {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            "Gt" => Operator::Gt,
            "Lt" => Operator::Lt,
            "" => return None,
            _ => {
                cursor.problem(ProblemKind::WrongValue, "the operator is unknown");
                return None;
            }
        };
        let key = cursor.text_wanted("key");
        Some(Self { key, operator, values: cursor.texts("values"), at: cursor.spot() })
    }

    /// Tells whether `labels` satisfy the test.
    #[must_use]
    pub fn holds(&self, labels: &Labels) -> bool {
        let label = labels.get(&self.key.value).map(|label| label.value.as_str());
        let number = |text: &str| text.parse::<i64>().ok();
        let bound = || self.values.first().and_then(|value| number(&value.value));
        let listed = |label: &str| self.values.iter().any(|value| value.value == label);
        match self.operator {
            Operator::In => label.is_some_and(listed),
            Operator::NotIn => !label.is_some_and(listed),
            Operator::Exists => label.is_some(),
            Operator::DoesNotExist => label.is_none(),
            Operator::Gt => label.and_then(number).zip(bound()).is_some_and(|(a, b)| a > b),
            Operator::Lt => label.and_then(number).zip(bound()).is_some_and(|(a, b)| a < b),
        }
    }
}

/// Tests that must all hold for one node; terms beside each other are alternatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeTerm {
    /// Tests of the node's labels.
    pub labels: Vec<LabelTest>,
    /// Tests of the node's fields, such as `metadata.name`.
    pub fields: Vec<LabelTest>,
    /// The weight of a preference; absent for a requirement.
    pub weight: Option<Field<i64>>,
    /// The term's node.
    pub at: Spot,
}

/// What a taint does, or what a toleration tolerates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// `NoSchedule`.
    NoSchedule,
    /// `PreferNoSchedule`.
    PreferNoSchedule,
    /// `NoExecute`.
    NoExecute,
}

impl Effect {
    /// Returns the word that manifests use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoSchedule => "NoSchedule",
            Self::PreferNoSchedule => "PreferNoSchedule",
            Self::NoExecute => "NoExecute",
        }
    }
}

/// A taint that the pod accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toleration {
    /// The taint's key; absent for every key.
    pub key: Option<Field<String>>,
    /// True for operator `Exists`, false for `Equal`, the default.
    pub exists: bool,
    /// The taint's value with operator `Equal`.
    pub value: Option<Field<String>>,
    /// The effect; absent for every effect.
    pub effect: Option<Field<Effect>>,
    /// The toleration's node.
    pub at: Spot,
}

impl Toleration {
    pub(crate) fn read(cursor: &Cursor<'_>) -> Self {
        let effect = cursor.text("effect").filter(|effect| !effect.value.is_empty());
        let effect = effect.and_then(|written| {
            let effect = match written.value.as_str() {
                "NoSchedule" => Effect::NoSchedule,
                "PreferNoSchedule" => Effect::PreferNoSchedule,
                "NoExecute" => Effect::NoExecute,
                _ => {
                    cursor.problem(ProblemKind::WrongValue, "the taint's effect is unknown");
                    return None;
                }
            };
            Some(written.map(|_| effect))
        });
        Self {
            key: cursor.text("key").filter(|key| !key.value.is_empty()),
            exists: cursor.text("operator").is_some_and(|operator| operator.value == "Exists"),
            value: cursor.text("value"),
            effect,
            at: cursor.spot(),
        }
    }

    /// Tells whether a taint `key=value:effect` is tolerated.
    ///
    /// Source: `Toleration.ToleratesTaint` of Kubernetes, staging/src/k8s.io/api/core/v1, v1.36.
    #[must_use]
    pub fn tolerates(&self, key: &str, value: &str, effect: Effect) -> bool {
        let own_value = self.value.as_ref().map_or("", |own| own.value.as_str());
        self.effect.as_ref().is_none_or(|own| own.value == effect)
            && self.key.as_ref().is_none_or(|own| own.value.is_empty() || own.value == key)
            && (self.exists || own_value == value)
    }
}

/// Everything that decides on which node a pod runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scheduling {
    /// Labels that the node must have, all of them.
    pub node_selector: Labels,
    /// Alternatives of which the node must meet one; empty where nothing is required.
    pub required: Vec<NodeTerm>,
    /// Preferences.
    pub preferred: Vec<NodeTerm>,
    /// Taints that the pod accepts.
    pub tolerations: Vec<Toleration>,
    /// The runtime class.
    pub runtime_class: Option<Field<String>>,
    /// The node that the pod is bound to by name.
    pub node_name: Option<Field<String>>,
    /// A scheduler other than the default.
    pub scheduler: Option<Field<String>>,
    /// The priority class.
    pub priority_class: Option<Field<String>>,
}

impl NodeTerm {
    fn read(cursor: &Cursor<'_>, weight: Option<Field<i64>>) -> Self {
        let tests = |key| cursor.maps(key).iter().filter_map(LabelTest::read).collect();
        Self {
            labels: tests("matchExpressions"),
            fields: tests("matchFields"),
            weight,
            at: cursor.spot(),
        }
    }
}

impl Scheduling {
    /// Reads the scheduling fields of a pod spec.
    pub(crate) fn read(spec: &Cursor<'_>) -> Self {
        let affinity = spec.maps_down(&["affinity", "nodeAffinity"]);
        let required = affinity
            .as_ref()
            .and_then(|own| own.map("requiredDuringSchedulingIgnoredDuringExecution"))
            .map_or_else(Vec::new, |own| own.maps("nodeSelectorTerms"));
        let preferred = affinity.as_ref().map_or_else(Vec::new, |own| {
            own.maps("preferredDuringSchedulingIgnoredDuringExecution")
        });
        let preferred = preferred.iter().filter_map(|own| {
            let term = own.map("preference")?;
            Some(NodeTerm::read(&term, own.int("weight")))
        });
        Self {
            node_selector: spec.labels("nodeSelector"),
            required: required.iter().map(|term| NodeTerm::read(term, None)).collect(),
            preferred: preferred.collect(),
            tolerations: spec.maps("tolerations").iter().map(Toleration::read).collect(),
            runtime_class: spec.text("runtimeClassName"),
            node_name: spec.text("nodeName"),
            scheduler: spec.text("schedulerName"),
            priority_class: spec.text("priorityClassName"),
        }
    }

    /// Returns the label keys that the node selector and the required terms ask for.
    pub fn label_keys(&self) -> impl Iterator<Item = &Field<String>> {
        let selector = self.node_selector.iter().map(|pair| &pair.key);
        selector.chain(self.required.iter().flat_map(|term| &term.labels).map(|test| &test.key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::deployment;

    #[test]
    fn selectors_and_affinity_are_read() {
        let app = deployment(
            "nodeSelector: {nvidia.com/gpu.present: 'true'}\nruntimeClassName: nvidia\naffinity: \
             {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
             [{matchExpressions: [{key: a, operator: Exists}]}, {matchExpressions: [{key: b, operator: \
             Gt, values: ['3']}]}]}, preferredDuringSchedulingIgnoredDuringExecution: [{weight: 5, \
             preference: {matchExpressions: [{key: c, operator: NotIn, values: [x]}]}}]}}\n\
             containers: []",
        );
        let scheduling = &app.workloads[0].pod.scheduling;
        let keys: Vec<_> = scheduling.label_keys().map(|key| key.value.as_str()).collect();
        assert_eq!(keys, ["nvidia.com/gpu.present", "a", "b"]);
        assert_eq!(scheduling.runtime_class.as_ref().unwrap().value, "nvidia");
        assert_eq!(scheduling.preferred[0].weight.as_ref().unwrap().value, 5);
    }

    #[test]
    fn a_toleration_tolerates_as_kubernetes_says() {
        for (toleration, taint, tolerated) in [
            ("{operator: Exists}", ("a", "b"), true),
            ("{key: a, operator: Exists}", ("a", "b"), true),
            ("{key: a, operator: Exists, effect: NoSchedule}", ("a", ""), true),
            ("{key: a, operator: Exists, effect: NoExecute}", ("a", ""), false),
            ("{key: a, value: b}", ("a", "b"), true),
            ("{key: a}", ("a", "b"), false),
            ("{key: c, operator: Exists}", ("a", "b"), false),
        ] {
            let app = deployment(&format!("tolerations: [{toleration}]\ncontainers: []"));
            let own = &app.workloads[0].pod.scheduling.tolerations[0];
            assert_eq!(
                own.tolerates(taint.0, taint.1, Effect::NoSchedule),
                tolerated,
                "{toleration}"
            );
        }
    }

    #[test]
    fn label_tests_hold_as_kubernetes_says() {
        let app = deployment("containers: []\nnodeSelector: {a: '5'}");
        let labels = &app.workloads[0].pod.scheduling.node_selector;
        let holds = |key: &str, operator, values: &[&str]| {
            let at = app.objects[0].at.clone();
            let field = |text: &str| Field::written(text.to_owned(), at.clone());
            let values = values.iter().map(|value| field(value)).collect();
            LabelTest { key: field(key), operator, values, at: at.clone() }.holds(labels)
        };
        assert!(holds("a", Operator::In, &["4", "5"]) && !holds("a", Operator::In, &[]));
        assert!(holds("b", Operator::NotIn, &["5"]) && !holds("a", Operator::NotIn, &["5"]));
        assert!(holds("a", Operator::Exists, &[]) && holds("b", Operator::DoesNotExist, &[]));
        assert!(holds("a", Operator::Gt, &["4"]) && !holds("a", Operator::Gt, &["5"]));
        assert!(holds("a", Operator::Lt, &["6"]) && !holds("b", Operator::Lt, &["6"]));
        assert!(!holds("a", Operator::Gt, &["x"]));
    }
}
