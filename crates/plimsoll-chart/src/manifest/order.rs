//! The order of installation by kind.

use std::cmp::Ordering;

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

/// Compares two kinds: known ones by Helm's list, then unknown ones by name.
pub(super) fn by_kind(a: &str, b: &str, profile: Profile) -> Ordering {
    let new = if profile.orders_webhooks() { 0 } else { NEW_IN_HELM_4 };
    let known = &INSTALL[..INSTALL.len() - new];
    let place = |kind: &str| known.iter().position(|known| *known == kind);
    match (place(a), place(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_kinds_come_last_by_name() {
        let mut kinds = ["Route", "ExternalSecret", "Deployment", "Service", "Secret"];
        kinds.sort_by(|a, b| by_kind(a, b, Profile::Helm4));
        assert_eq!(kinds, ["Secret", "Service", "Deployment", "ExternalSecret", "Route"]);
    }

    #[test]
    fn webhooks_have_a_place_only_in_helm_4() {
        let compare = |profile| by_kind("ValidatingWebhookConfiguration", "AAA", profile);
        assert_eq!(compare(Profile::Helm3), Ordering::Greater);
        assert_eq!(compare(Profile::Helm4), Ordering::Less);
    }
}
