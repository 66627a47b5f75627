//! Devices through dynamic resource allocation.

use crate::read::Cursor;
use crate::{Field, ObjectId, Spot};

/// A claim that a pod lists under `resourceClaims`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodResourceClaim {
    /// The name by which containers use it.
    pub name: Field<String>,
    /// The ResourceClaim object.
    pub claim: Option<Field<String>>,
    /// The ResourceClaimTemplate object.
    pub template: Option<Field<String>>,
    /// The entry's node.
    pub at: Spot,
}

/// Devices of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRequest {
    /// The request's name.
    pub name: Field<String>,
    /// The device class, such as `gpu.nvidia.com`.
    pub class: Field<String>,
    /// How many; 1 by default.
    pub count: Field<i64>,
    /// True for one of several alternatives under `firstAvailable`.
    pub is_alternative: bool,
    /// True where `exactly` or `firstAvailable` holds it (v1, v1beta2), false for the flat shape of
    /// v1beta1.
    pub is_nested: bool,
    /// The request's node.
    pub at: Spot,
}

/// A ResourceClaim or ResourceClaimTemplate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceClaim {
    /// Its object.
    pub object: ObjectId,
    /// True for a ResourceClaimTemplate.
    pub is_template: bool,
    /// What it asks for.
    pub requests: Vec<DeviceRequest>,
}

impl PodResourceClaim {
    /// Reads an entry of a pod's `resourceClaims`.
    ///
    /// Up to v1alpha2 the two names stood under `source`.
    pub(crate) fn read(cursor: &Cursor<'_>) -> Self {
        let source = cursor.map("source");
        let text = |key| cursor.text(key).or_else(|| source.as_ref().and_then(|own| own.text(key)));
        Self {
            name: cursor.text_wanted("name"),
            claim: text("resourceClaimName"),
            template: text("resourceClaimTemplateName"),
            at: cursor.spot(),
        }
    }
}

impl ResourceClaim {
    /// Reads a ResourceClaim or ResourceClaimTemplate object.
    pub(crate) fn read(root: &Cursor<'_>, is_template: bool) -> Self {
        let spec = if is_template { root.maps_down(&["spec", "spec"]) } else { root.map("spec") };
        let requests = spec
            .and_then(|spec| spec.map("devices"))
            .map_or_else(Vec::new, |devices| devices.maps("requests"));
        let requests = requests.iter().flat_map(DeviceRequest::read_all).collect();
        Self { object: root.object(), is_template, requests }
    }
}

impl DeviceRequest {
    fn read_all(cursor: &Cursor<'_>) -> Vec<Self> {
        let name = cursor.text_wanted("name");
        let read = |own: &Cursor<'_>, is_nested, is_alternative| {
            let class = own.text_wanted("deviceClassName");
            let count = own.int_or("count", 1);
            Self { name: name.clone(), class, count, is_alternative, is_nested, at: own.spot() }
        };
        if let Some(exactly) = cursor.map("exactly") {
            return vec![read(&exactly, true, false)];
        }
        let alternatives = cursor.maps("firstAvailable");
        if !alternatives.is_empty() {
            return alternatives.iter().map(|own| read(own, true, true)).collect();
        }
        vec![read(cursor, false, false)]
    }
}

#[cfg(test)]
mod tests {
    use crate::gpu::{Unit, Vendor};
    use crate::testing::app;

    #[test]
    fn devices_are_gpus_of_the_containers_that_use_them() {
        for (request, nested, count, vendor) in [
            (
                "{name: g, exactly: {deviceClassName: gpu.nvidia.com, count: 2}}",
                true,
                2,
                Some(Vendor::Nvidia),
            ),
            ("{name: g, deviceClassName: gpu.amd.com}", false, 1, Some(Vendor::Amd)),
            (
                "{name: g, firstAvailable: [{name: a, deviceClassName: gpu.intel.com}, {name: b, \
                 deviceClassName: gpu.nvidia.com}]}",
                true,
                1,
                Some(Vendor::Intel),
            ),
            ("{name: g, exactly: {deviceClassName: own.example}}", true, 1, None),
        ] {
            let app = app(&format!(
                "apiVersion: resource.k8s.io/v1\nkind: ResourceClaimTemplate\nmetadata: {{name: t}}\n\
                 spec: {{spec: {{devices: {{requests: [{request}]}}}}}}\n---\napiVersion: v1\nkind: Pod\n\
                 metadata: {{name: p}}\nspec: {{resourceClaims: [{{name: gpu, resourceClaimTemplateName: \
                 t}}], containers: [{{name: c, resources: {{claims: [{{name: gpu}}]}}}}, {{name: d, \
                 resources: {{claims: [{{name: other}}]}}}}]}}"
            ));
            assert_eq!(app.resource_claims[0].requests[0].is_nested, nested);
            let containers = &app.workloads[0].pod.containers;
            let [gpu] = &containers[0].gpus[..] else { panic!("one request counts: {request}") };
            assert_eq!(
                (gpu.count.value, gpu.vendor, gpu.unit),
                (count, vendor, Some(Unit::Device))
            );
            assert_eq!(app.text(gpu.spot()), "gpu");
            assert_eq!(containers[1].gpus[0].vendor, None);
            assert!(containers[1].wants_gpu());
        }
    }
}
