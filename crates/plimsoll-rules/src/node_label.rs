//! Labels of nodes that tell whose GPU a node has.

use plimsoll_app::gpu::{VENDORS, Vendor, pci_label, pci_vendor};

/// What a node label's key says about a node's GPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GpuLabel {
    /// Whose GPU the node has.
    pub(crate) vendor: Vendor,
    /// True for a label that Node Feature Discovery derives from the PCI bus.
    pub(crate) is_pci: bool,
    /// True where the label only says that some device of the vendor is there, which for Intel
    /// every mainboard satisfies.
    pub(crate) is_any_intel_device: bool,
}

impl GpuLabel {
    /// Reads a label's key; nothing where it says nothing about a GPU.
    pub(crate) fn read(key: &str) -> Option<Self> {
        if let Some((class, id)) = pci_label(key) {
            let vendor = pci_vendor(id).filter(|_| key.ends_with(".present"))?;
            if class.is_some_and(|class| !is_gpu_class(class)) {
                return None;
            }
            let is_any_intel_device = vendor == Vendor::Intel && key.ends_with("/pci-8086.present");
            return Some(Self { vendor, is_pci: true, is_any_intel_device });
        }
        let fact =
            VENDORS.iter().find(|fact| fact.labels.iter().any(|own| key.starts_with(own)))?;
        Some(Self { vendor: fact.vendor, is_pci: false, is_any_intel_device: false })
    }
}

/// Tells whether a PCI class holds cards that compute: displays, co-processors and accelerators.
///
/// Source: kubernetes-sigs/node-feature-discovery
/// docs/reference/worker-configuration-reference.md, `deviceClassWhitelist` 03, 0b40 and 12, v0.18.
fn is_gpu_class(class: &str) -> bool {
    class.starts_with("03") || class.starts_with("12") || class == "0b40"
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
            let key = format!("feature.node.kubernetes.io/{key}.present");
            assert_eq!(vendor(&key), Some(Vendor::Nvidia), "{key}");
        }
        assert_eq!(vendor("feature.node.kubernetes.io/pci-1200_1002.present"), Some(Vendor::Amd));
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
        assert!(bare.is_any_intel_device);
        let class = GpuLabel::read("feature.node.kubernetes.io/pci-0380_8086.present").unwrap();
        assert!(!class.is_any_intel_device);
    }
}
