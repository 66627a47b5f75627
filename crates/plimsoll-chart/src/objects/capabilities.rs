//! `.Capabilities`

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

use super::record::{Field, Record, builtin};
use super::versions::{HelmVersion, KubeVersion};
use crate::Profile;
use crate::functions::{Call, Outcome, Signature, Type};
use crate::profile::Package;
use crate::trace::{OriginId, Trace};
use crate::value::{Data, Host, List, ListKind, Value};

/// What the cluster and Helm are said to be: the facts behind `.Capabilities`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The Kubernetes version.
    pub kube_version: KubeVersion,
    /// API versions such as `apps/v1`, and kinds such as `apps/v1/Deployment`.
    pub api_versions: Vec<Arc<str>>,
    /// The Helm version.
    pub helm_version: HelmVersion,
}

/// The API versions that both Helms assume without a cluster: those of client-go v0.36 in the
/// order of its scheme, then those of `CustomResourceDefinition`.
const API_VERSIONS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha2",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

impl Capabilities {
    /// Returns what Helm assumes without a cluster.
    ///
    /// The versions are those of `go install` (Helm 4.2.4, Helm 3.21.4, Go 1.26.8), except that
    /// Kubernetes is 1.36 for Helm 3, too, as in its released binaries: they take it from client-go
    /// v0.36, while `go install` leaves a placeholder of 1.20.
    #[must_use]
    pub fn assumed(profile: Profile) -> Self {
        let (version, client) =
            if profile.is_called_helm_4() { ("v4.2", "v1.36") } else { ("v3.21", "") };
        Self {
            kube_version: KubeVersion {
                version: "v1.36.0".to_owned(),
                normalized: "v1.36.0".to_owned(),
                major: "1".to_owned(),
                minor: "36".to_owned(),
            },
            api_versions: API_VERSIONS.iter().map(|version| Arc::from(*version)).collect(),
            helm_version: HelmVersion {
                version: version.to_owned(),
                git_commit: String::new(),
                git_tree_state: String::new(),
                go_version: "go1.26.8".to_owned(),
                kube_client_version: client.to_owned(),
            },
        }
    }

    /// Adds the API versions of `--api-versions`.
    #[must_use]
    pub fn with_api_versions(mut self, versions: impl IntoIterator<Item = String>) -> Self {
        self.api_versions.extend(versions.into_iter().map(Arc::from));
        self
    }

    /// Replaces the Kubernetes version by that of `--kube-version`.
    #[must_use]
    pub fn with_kube_version(mut self, version: KubeVersion) -> Self {
        self.kube_version = version;
        self
    }

    /// The object that templates see.
    pub(crate) fn object(&self, profile: Profile, trace: &mut Trace) -> Value {
        let kube = self.kube_version.object(profile, trace);
        let helm = self.helm_version.object(profile, trace);
        let origin = builtin(trace, "Capabilities.APIVersions");
        let versions = self.api_versions.iter().map(|version| Value::str(Arc::clone(version)));
        let items = versions.map(|value| Value { origin, ..value }).collect();
        let versions = ApiVersions { list: List::of_kind(items, ListKind::Strings), profile };
        let record = Record {
            type_name: match profile.package_of_values() {
                Package::Chartutil => "*chartutil.Capabilities",
                Package::Common => "*common.Capabilities",
            },
            kind: "ptr",
            embedded: None,
            fields: vec![
                Field::plain("KubeVersion", kube),
                Field::plain("APIVersions", Value::of(Data::Host(Rc::new(versions)), origin)),
                Field::plain("HelmVersion", helm),
            ],
            methods: Vec::new(),
        };
        record.into_value(trace, "Capabilities")
    }
}

/// Go's `VersionSet`: a list of strings with a method.
#[derive(Debug)]
struct ApiVersions {
    list: List,
    profile: Profile,
}

const HAS: Signature = Signature { params: &[Type::Str], variadic: None };

impl Host for ApiVersions {
    fn type_name(&self) -> &'static str {
        match self.profile.package_of_values() {
            Package::Chartutil => "chartutil.VersionSet",
            Package::Common => "common.VersionSet",
        }
    }

    fn kind(&self) -> &'static str {
        "slice"
    }

    fn truth(&self) -> bool {
        !self.list.is_empty()
    }

    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        (name == "Has").then_some(&HAS)
    }

    fn call(&self, _name: &str, call: &mut Call<'_>) -> Outcome {
        let wanted = call.str(0);
        let found = self
            .list
            .items()
            .iter()
            .any(|item| item.as_text().is_some_and(|text| text.as_str() == wanted));
        let argument = call.origin(0);
        let own = builtin(&mut call.env.trace, "Capabilities.APIVersions");
        let origin = call.env.trace.join(own, argument);
        Ok(Value::of(Data::Bool(found), origin))
    }

    fn plain(&self) -> Value {
        Value::of(Data::List(self.list.clone()), OriginId::NONE)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
