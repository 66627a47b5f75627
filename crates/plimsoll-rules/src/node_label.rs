//! Labels of nodes that tell whose GPU a node has.

use plimsoll_app::gpu::Vendor;

/// The part of a key that Node Feature Discovery puts before its features.
const NFD: &str = "feature.node.kubernetes.io/";

/// What a node label's key says about a node's GPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GpuLabel {
    /// Whose GPU the node has.
    pub(crate) vendor: Vendor,
    /// For a PCI label the fields between `pci-` and `.present`, such as `0302_10de`.
    pub(crate) pci: Option<String>,
}

impl GpuLabel {
    /// Reads a label's key; nothing where it says nothing about a GPU.
    ///
    /// Source: kubernetes-sigs/node-feature-discovery
    /// docs/reference/worker-configuration-reference.md (0.18: `deviceLabelFields`, classes 03,
    /// 0b40 and 12); NVIDIA/k8s-device-plugin docs/gpu-feature-discovery/README.md (0.20);
    /// ROCm/k8s-device-plugin docs/user-guide (1.31); intel/intel-device-plugins-for-kubernetes
    /// deployments/nfd (0.36).
    pub(crate) fn read(key: &str) -> Option<Self> {
        if let Some(feature) = key.strip_prefix(NFD) {
            return match feature {
                "amd-gpu" => Some(Self { vendor: Vendor::Amd, pci: None }),
                _ => pci(feature),
            };
        }
        let vendor = match key.split_once('/')? {
            ("nvidia.com", name) if name.starts_with("gpu.") || name.starts_with("mig") => {
                Vendor::Nvidia
            }
            ("amd.com" | "beta.amd.com", name) if name.starts_with("gpu.") => Vendor::Amd,
            ("gpu.intel.com", _) | ("intel.feature.node.kubernetes.io", "gpu") => Vendor::Intel,
            ("intel.feature.node.kubernetes.io", "gaudi" | "gaudi-ready") => Vendor::Gaudi,
            _ => return None,
        };
        Some(Self { vendor, pci: None })
    }

    /// Tells whether the label only says that some device of the vendor is there, which for Intel
    /// any mainboard satisfies.
    pub(crate) fn is_any_intel_device(&self) -> bool {
        self.vendor == Vendor::Intel && self.pci.as_deref() == Some("8086")
    }
}

/// Reads `pci-<fields>.present`, where the fields are a vendor, or a class and a vendor, or a vendor
/// and a device, or all three.
fn pci(feature: &str) -> Option<GpuLabel> {
    let fields = feature.strip_prefix("pci-")?.strip_suffix(".present")?;
    let parts: Vec<&str> = fields.split('_').collect();
    let hex = |part: &&str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_hexdigit());
    if parts.len() > 3 || !parts.iter().all(|part| hex(&part)) {
        return None;
    }
    let vendor = |id: &str| match id {
        "10de" => Some(Vendor::Nvidia),
        "1002" => Some(Vendor::Amd),
        "8086" => Some(Vendor::Intel),
        _ => None,
    };
    let is_gpu_class =
        |class: &str| class.starts_with("03") || class.starts_with("12") || class == "0b40";
    let vendor = match parts.as_slice() {
        [class, id, ..] if vendor(id).is_some() => is_gpu_class(class).then(|| vendor(id))?,
        [id, ..] => vendor(id),
        [] => None,
    }?;
    Some(GpuLabel { vendor, pci: Some(fields.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vendor(key: &str) -> Option<Vendor> {
        GpuLabel::read(key).map(|label| label.vendor)
    }

    #[test]
    fn every_spelling_of_a_pci_label_is_read() {
        for key in ["pci-10de", "pci-0302_10de", "pci-0300_10de", "pci-10de_20b5"] {
            let key = format!("{NFD}{key}.present");
            assert_eq!(vendor(&key), Some(Vendor::Nvidia), "{key}");
        }
        assert_eq!(vendor(&format!("{NFD}pci-1200_1002.present")), Some(Vendor::Amd));
    }

    #[test]
    fn labels_of_other_devices_say_nothing() {
        for key in [
            "feature.node.kubernetes.io/pci-0200_8086.present",
            "feature.node.kubernetes.io/pci-15b3.present",
            "feature.node.kubernetes.io/cpu-model.vendor_id",
            "feature.node.kubernetes.io/pci-10de.sriov.capable",
            "kubernetes.io/arch",
            "plain",
        ] {
            assert_eq!(GpuLabel::read(key), None, "{key}");
        }
    }

    #[test]
    fn only_the_bare_intel_label_means_any_device() {
        let bare = GpuLabel::read("feature.node.kubernetes.io/pci-8086.present").unwrap();
        assert!(bare.is_any_intel_device());
        let class = GpuLabel::read("feature.node.kubernetes.io/pci-0380_8086.present").unwrap();
        assert!(!class.is_any_intel_device());
    }
}
