//! The order of installation by kind.

use std::sync::Arc;

use crate::Profile;

/// Helm's `InstallOrder` (`kind_sorter.go`, 3.21 and 4.2). The last two are new in Helm 4.
const INSTALL: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

const NEW_IN_HELM_4: usize = 2;

/// The place of a kind among others: known ones by Helm's list, then unknown ones by name.
pub(super) fn place(kind: &Arc<str>, profile: Profile) -> (usize, Option<Arc<str>>) {
    let new = if profile.orders_webhooks() { 0 } else { NEW_IN_HELM_4 };
    let known = &INSTALL[..INSTALL.len() - new];
    match known.iter().position(|known| **known == **kind) {
        Some(place) => (place, None),
        None => (known.len(), Some(Arc::clone(kind))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_kinds_come_last_by_name() {
        let mut kinds = ["Route", "ExternalSecret", "Deployment", "Service", "Secret"];
        kinds.sort_by_key(|kind| place(&Arc::from(*kind), Profile::Helm4));
        assert_eq!(kinds, ["Secret", "Service", "Deployment", "ExternalSecret", "Route"]);
    }

    #[test]
    fn webhooks_have_a_place_only_in_helm_4() {
        let is_before = |profile| {
            let [webhook, other] = ["ValidatingWebhookConfiguration", "AAA"].map(Arc::from);
            place(&webhook, profile) < place(&other, profile)
        };
        assert!(!is_before(Profile::Helm3));
        assert!(is_before(Profile::Helm4));
    }
}
