//! From documents to objects, and from objects to what their kinds mean.

use std::sync::Arc;

use plimsoll_yaml::{Content, Document, Node};

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
        for place in places(document) {
            if app.objects.len() == MAX_OBJECTS {
                read_object(&mut app, document, place, &Budget::new(0));
                return app;
            }
            read_object(&mut app, document, place, &budget);
        }
    }
    app
}

/// Where an object stands in its document.
#[derive(Clone, Copy)]
enum Place {
    Root,
    /// An element of `items`.
    Item(usize),
}

/// Returns the places of the objects in a document: its root, or the items of a `List`; none where
/// the document is empty.
fn places(document: &Document) -> Vec<Place> {
    let root = &document.root;
    if root.is_null() {
        return Vec::new();
    }
    let kind = root.get("kind").and_then(|kind| kind.as_str()).unwrap_or("");
    let items = root.get("items").filter(|items| matches!(items.content, Content::Sequence(_)));
    // A typed list such as a ConfigMapList is one too where its items say what they are.
    let is_typed = |items: &Node| {
        kind.ends_with("List") && items.items().iter().all(|item| item.get("kind").is_some())
    };
    match items {
        Some(items) if kind == "List" || is_typed(items) => {
            (0..items.items().len()).map(Place::Item).collect()
        }
        _ => vec![Place::Root],
    }
}

fn read_object(app: &mut App, document: &Arc<Document>, place: Place, budget: &Budget) {
    let id = ObjectId(app.objects.len());
    let reading = Reading::new(id, &document.text, budget);
    let root = Cursor::root(&document.root, &reading);
    let cursor = match place {
        Place::Root => Some(root),
        Place::Item(index) => root.item("items", index),
    };
    let Some(cursor) = cursor else { return };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{app, app_with_problems, documents};

    #[test]
    fn every_document_with_something_in_it_is_an_object() {
        let app = app_with_problems(
            "# nothing\n---\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n\
             just text\n---\n[a, b]\n---\nkind: Half\n---\n{}",
        );
        let titles: Vec<_> = app.objects.iter().map(Object::title).collect();
        assert_eq!(titles, ["ConfigMap/a", "?/?", "?/?", "Half/?", "?/?"]);
        assert!(app.problems.iter().all(|problem| problem.kind == ProblemKind::NotAnObject));
        // What a mapping lacks is for a rule to tell.
        let objects: Vec<_> = app.problems.iter().map(|problem| problem.at.object.0).collect();
        assert_eq!(objects, [1, 2]);
    }

    #[test]
    fn items_of_a_list_are_objects_with_their_own_place() {
        let app =
            app("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  \
             metadata: {name: a}\n  data: {k: v}\n- apiVersion: v1\n  kind: Secret\n  \
             metadata: {name: b}");
        assert_eq!(app.objects.len(), 2);
        let value = &app.config_maps[0].data.0[0].value;
        assert_eq!(value.at.path.to_string(), "items[0].data.k");
        assert_eq!(app.node(&value.at).and_then(|node| node.as_str()), Some("v"));
        assert_eq!(app.text(&value.at), "v");
    }

    #[test]
    fn kinds_that_are_not_read_are_listed() {
        let app = app("apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: a}\n---\n\
             apiVersion: example.org/v1\nkind: Runner\nmetadata: {name: b}\nspec: {template: \
             {spec: {containers: [{name: c}]}}}\n---\napiVersion: v1\nkind: ServiceAccount\n\
             metadata: {name: d}");
        let unread: Vec<_> = app.unread.iter().map(|id| app.object(*id).title()).collect();
        assert_eq!(unread, ["Thing/a", "ServiceAccount/d"]);
        assert_eq!(app.workloads.len(), 1);
    }

    #[test]
    fn too_much_is_said_and_not_read() {
        let mut text = String::from("apiVersion: v1\nkind: List\nitems:\n");
        text.push_str(&"- {apiVersion: v1, kind: ConfigMap}\n".repeat(MAX_OBJECTS + 5));
        let app = App::new(documents(&text));
        assert_eq!(app.objects.len(), MAX_OBJECTS + 1);
        assert!(app.problems.iter().any(|problem| problem.kind == ProblemKind::TooLarge));

        let budget = Budget::new(20);
        let document = &documents(
            "apiVersion: v1\nkind: ConfigMap\ndata: {a: '1', b: '2', c: '3', d: '4', e: '5', \
             f: '6', g: '7', h: '8', i: '9', j: '10', k: '11', l: '12'}",
        )[0];
        let mut small = App::default();
        read_object(&mut small, document, Place::Root, &budget);
        assert!(small.config_maps[0].data.0.len() < 12);
        assert_eq!(small.problems.len(), 1);
        assert_eq!(small.problems[0].kind, ProblemKind::TooLarge);
    }
}
