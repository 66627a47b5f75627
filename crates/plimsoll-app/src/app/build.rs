//! From documents to objects, and from objects to what their kinds mean.

use std::sync::Arc;

use plimsoll_yaml::{Content, Document, FieldPath, Step};

use crate::read::{Budget, Cursor, Reading};
use crate::{
    App, Autoscaler, AutoscalerKind, Claim, ConfigMap, Entrance, ExternalSecret, Monitor,
    MonitorKind, NetworkPolicy, Object, ObjectId, ProblemKind, ResourceClaim, Secret, SecretStore,
    Service, Workload,
};

/// More objects than any release has; joining them takes time with the square of their number.
const MAX_OBJECTS: usize = 20_000;

/// More fields than any release has: about 300 bytes each.
const MAX_FIELDS: usize = 2_000_000;

/// Reads all objects; references between them are joined later.
pub(super) fn build(documents: Vec<Arc<Document>>) -> App {
    let mut app = App::default();
    let budget = Budget::new(MAX_FIELDS);
    for document in &documents {
        for path in objects_of(document) {
            if app.objects.len() == MAX_OBJECTS {
                read_object(&mut app, document, &path, &Budget::new(0));
                return app;
            }
            read_object(&mut app, document, &path, &budget);
        }
    }
    app
}

/// Returns the paths of the objects in a document: its root, or the items of a `List`; none where
/// the document is empty.
fn objects_of(document: &Document) -> Vec<FieldPath> {
    let root = &document.root;
    if root.is_null() {
        return Vec::new();
    }
    let kind = root.get("kind").and_then(|kind| kind.as_str()).unwrap_or("");
    let items = root.get("items").filter(|items| matches!(items.content, Content::Sequence(_)));
    match items {
        Some(items) if kind.ends_with("List") => {
            let key = Step::Key("items".to_owned());
            let index = |index| FieldPath(vec![key.clone(), Step::Index(index)]);
            (0..items.items().len()).map(index).collect()
        }
        _ => vec![FieldPath::default()],
    }
}

fn read_object(app: &mut App, document: &Arc<Document>, path: &FieldPath, budget: &Budget) {
    let id = ObjectId(app.objects.len());
    let reading = Reading::new(id, &document.text, budget);
    let Some(cursor) = Cursor::root(&document.root, &reading).at(path) else { return };
    let object = Object::read(document, &cursor);
    let is_readable = matches!(cursor.node.content, Content::Mapping(_));
    if !is_readable {
        cursor.problem(ProblemKind::NotAnObject, "an object is a mapping");
    }
    if is_readable && !cursor.is_cut() {
        read_kind(app, &object, &cursor);
    }
    app.objects.push(object);
    app.problems.extend(reading.into_problems());
}

fn read_kind(app: &mut App, object: &Object, root: &Cursor<'_>) {
    let workloads = Workload::read_all(object, root);
    let makes_pods = !workloads.is_empty();
    app.workloads.extend(workloads);
    if Entrance::is_kind(object.group(), &object.kind.value) {
        app.entrances.extend(Entrance::read(object, root));
        return;
    }
    match (object.group(), object.kind.value.as_str()) {
        ("", "Service") => app.services.push(Service::read(object, root)),
        ("", "PersistentVolumeClaim") => app.claims.push(Claim::of_object(object, root)),
        ("", "ConfigMap") => app.config_maps.push(ConfigMap::read(root)),
        ("", "Secret") => app.secrets.push(Secret::read(root)),
        ("networking.k8s.io", "NetworkPolicy") => {
            app.network_policies.push(NetworkPolicy::read(root));
        }
        ("external-secrets.io", kind @ ("ExternalSecret" | "ClusterExternalSecret")) => {
            let is_cluster = kind.starts_with("Cluster");
            app.external_secrets.push(ExternalSecret::read(object, root, is_cluster));
        }
        ("external-secrets.io", kind @ ("SecretStore" | "ClusterSecretStore")) => {
            app.secret_stores.push(SecretStore::read(root, kind.starts_with("Cluster")));
        }
        ("autoscaling", "HorizontalPodAutoscaler") => {
            app.autoscalers.push(Autoscaler::read(AutoscalerKind::Horizontal, root));
        }
        ("keda.sh", "ScaledObject") => {
            app.autoscalers.push(Autoscaler::read(AutoscalerKind::Keda, root));
        }
        ("autoscaling.k8s.io", "VerticalPodAutoscaler") => {
            app.autoscalers.push(Autoscaler::read(AutoscalerKind::Vertical, root));
        }
        ("monitoring.coreos.com", "ServiceMonitor") => {
            app.monitors.push(Monitor::read(MonitorKind::Service, root));
        }
        ("monitoring.coreos.com", "PodMonitor") => {
            app.monitors.push(Monitor::read(MonitorKind::Pod, root));
        }
        ("resource.k8s.io", kind @ ("ResourceClaim" | "ResourceClaimTemplate")) => {
            app.resource_claims.push(ResourceClaim::read(root, kind.ends_with("Template")));
        }
        _ if makes_pods => {}
        _ => app.unread.push(object.id),
    }
}
