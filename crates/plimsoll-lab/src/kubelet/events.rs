//! Events as a kubelet posts them: the same one again only counts.

use std::collections::HashMap;

use k8s_openapi::api::core::v1::{Event, ObjectReference};
use k8s_openapi::jiff::Timestamp;
use kube::Client;
use kube::api::{Api, Patch, PatchParams, PostParams};
use serde_json::json;
use tokio::sync::Mutex;

/// Posts events about one object.
pub(crate) struct Events {
    api: Api<Event>,
    about: ObjectReference,
    component: &'static str,
    host: String,
    posted: Mutex<HashMap<Sentence, Posted>>,
}

/// Part of the object, reason and message.
type Sentence = (String, String, String);
/// The event's name, and how often it was posted.
type Posted = (String, u32);

impl Events {
    pub(crate) fn new(
        client: Client,
        about: ObjectReference,
        component: &'static str,
        host: &str,
    ) -> Self {
        let namespace = about.namespace.clone().unwrap_or_default();
        let api = Api::namespaced(client, &namespace);
        Self { api, about, component, host: host.to_owned(), posted: Mutex::default() }
    }

    /// Something went as it should.
    pub(crate) async fn normal(&self, part: &str, reason: &str, message: &str) {
        self.post("Normal", part, reason, message).await;
    }

    /// Something did not.
    pub(crate) async fn warning(&self, part: &str, reason: &str, message: &str) {
        self.post("Warning", part, reason, message).await;
    }

    /// Events are not promised to anyone; one that is refused, in a namespace that is being deleted
    /// for example, is lost, as a kubelet's are.
    async fn post(&self, kind: &str, part: &str, reason: &str, message: &str) {
        let mut posted = self.posted.lock().await;
        let key = (part.to_owned(), reason.to_owned(), message.to_owned());
        let now = format!("{:.0}", Timestamp::now());
        if let Some((name, count)) = posted.get_mut(&key) {
            *count += 1;
            let again = json!({"count": count, "lastTimestamp": now});
            let _lost = self.api.patch(name, &PatchParams::default(), &Patch::Merge(&again)).await;
            return;
        }
        let name = format!(
            "{}.{:x}{:x}",
            self.about.name.as_deref().unwrap_or("lab"),
            Timestamp::now().as_nanosecond(),
            posted.len()
        );
        let mut about = self.about.clone();
        about.field_path = (!part.is_empty()).then(|| part.to_owned());
        let event = json!({
            "metadata": {"name": name, "namespace": about.namespace},
            "involvedObject": about,
            "type": kind, "reason": reason, "message": message,
            "source": {"component": self.component, "host": self.host},
            "reportingComponent": self.component, "reportingInstance": self.host,
            "firstTimestamp": now, "lastTimestamp": now, "count": 1,
        });
        let Ok(event) = serde_json::from_value(event) else { return };
        if self.api.create(&PostParams::default(), &event).await.is_ok() {
            posted.insert(key, (name, 1));
        }
    }
}
