//! The one lab of this run, and what tests do with it.

use std::fmt::Debug;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::api::{Api, ListParams};
use kube::runtime::wait::await_condition;
use kube::{Resource, ResourceExt};
use plimsoll_lab::{Lab, Namespace, User};
use serde::de::DeserializeOwned;

/// The lab; it dies with this process.
pub(crate) fn lab() -> &'static Lab {
    static LAB: OnceLock<Lab> = OnceLock::new();
    LAB.get_or_init(|| Lab::obtain().unwrap())
}

/// A new namespace.
pub(crate) fn namespace(prefix: &str) -> Namespace {
    lab().block_on(lab().namespace(prefix)).unwrap()
}

/// The objects of one kind in a namespace.
pub(crate) fn api<K>(namespace: &Namespace) -> Api<K>
where
    K: Resource<Scope = NamespaceResourceScope>,
    K::DynamicType: Default,
{
    Api::namespaced(lab().client(User::Admin), namespace.name())
}

/// Keeps manifests.
pub(crate) fn apply(namespace: &Namespace, manifests: &str) {
    lab().block_on(lab().apply(manifests, namespace)).unwrap();
}

/// Watches an object until something is true of it, for half a minute at most.
pub(crate) fn until<K>(
    namespace: &Namespace,
    name: &str,
    what: &str,
    holds: impl Fn(&K) -> bool,
) -> K
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + Debug + Send + DeserializeOwned + 'static,
    K::DynamicType: Default,
{
    let watch =
        await_condition(api::<K>(namespace), name, |found: Option<&K>| found.is_some_and(&holds));
    let limited = async { tokio::time::timeout(Duration::from_secs(60), watch).await };
    match lab().block_on(limited) {
        Ok(found) => found.unwrap().unwrap(),
        Err(_) => {
            let now = lab().block_on(api::<K>(namespace).get_opt(name));
            panic!("{name} is never {what}: {:#?}\n{now:#?}", events(namespace, name))
        }
    }
}

/// The sentence of a pod's condition of one type, if it is false.
pub(crate) fn untrue<'a>(pod: &'a Pod, kind: &str) -> Option<&'a str> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    let found = conditions.iter().find(|one| one.type_ == kind && one.status == "False")?;
    found.message.as_deref()
}

/// Whether a condition of a pod is true.
pub(crate) fn is(pod: &Pod, kind: &str) -> bool {
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.into_iter().any(|one| one.type_ == kind && one.status == "True")
}

/// Watches a pod until the scheduler refuses it, and says in which words.
pub(crate) fn unschedulable(namespace: &Namespace, pod: &str) -> String {
    let pod = until::<Pod>(namespace, pod, "refused", |pod| untrue(pod, "PodScheduled").is_some());
    untrue(&pod, "PodScheduled").unwrap().to_owned()
}

/// The node on which a pod runs once it is ready.
pub(crate) fn node_of(namespace: &Namespace, pod: &str) -> String {
    let pod = until::<Pod>(namespace, pod, "ready", |pod| is(pod, "Ready"));
    pod.spec.unwrap().node_name.unwrap()
}

/// The events about an object, as `reason: message`.
fn events(namespace: &Namespace, about: &str) -> Vec<String> {
    let selected = ListParams::default().fields(&format!("involvedObject.name={about}"));
    let found = lab().block_on(api::<Event>(namespace).list(&selected)).unwrap();
    let sentence = |event: Event| {
        format!("{}: {}", event.reason.unwrap_or_default(), event.message.unwrap_or_default())
    };
    found.items.into_iter().map(sentence).collect()
}

/// Watches the events about an object until one begins with some words, and answers it.
pub(crate) fn event(namespace: &Namespace, about: &str, start: &str) -> String {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let told = events(namespace, about);
        if let Some(found) = told.iter().find(|event| event.starts_with(start)) {
            return found.clone();
        }
        assert!(
            Instant::now() < deadline,
            "no event about {about} starts with {start:?}: {told:?}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The names of the pods of a namespace.
pub(crate) fn pods(namespace: &Namespace) -> Vec<String> {
    let found = lab().block_on(api::<Pod>(namespace).list(&ListParams::default())).unwrap();
    found.items.iter().map(ResourceExt::name_any).collect()
}
