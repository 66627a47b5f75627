//! Where a pod may run.

use crate::{Field, Labels, Spot};

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

impl Scheduling {
    /// Returns every test that a node must pass for some way of scheduling the pod: the node
    /// selector as equality, and each required term.
    pub fn label_keys(&self) -> impl Iterator<Item = &Field<String>> {
        let selector = self.node_selector.iter().map(|pair| &pair.key);
        selector.chain(self.required.iter().flat_map(|term| &term.labels).map(|test| &test.key))
    }
}
