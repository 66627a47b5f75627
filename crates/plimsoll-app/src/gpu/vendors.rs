//! What vendors call their devices on nodes: labels, taints, classes.

use crate::Source;

use super::Vendor;

/// What is known of a vendor's devices on nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VendorFact {
    /// The vendor.
    pub vendor: Vendor,
    /// What people call it.
    pub name: &'static str,
    /// The PCI vendor number, in lower-case hexadecimal; empty where it tells nothing.
    pub pci: &'static str,
    /// PCI classes of its compute devices, as NFD spells them.
    pub pci_classes: &'static [&'static str],
    /// Prefixes of labels that its node labellers write.
    pub labels: &'static [&'static str],
    /// The labels that name the product.
    pub product_labels: &'static [&'static str],
    /// Keys of taints that are customary on its nodes.
    pub taints: &'static [&'static str],
    /// DRA device classes of its driver.
    pub device_classes: &'static [&'static str],
    /// Runtime classes that only its containers need.
    pub runtime_classes: &'static [&'static str],
    /// Where this was read.
    pub source: Source,
}

/// The vendors whose devices this model knows.
pub static VENDORS: &[VendorFact] = &[
    VendorFact {
        vendor: Vendor::Nvidia,
        name: "NVIDIA",
        pci: "10de",
        pci_classes: &["0300", "0302"],
        labels: &["nvidia.com/gpu", "nvidia.com/mig", "nvidia.com/cuda", "nvidia.com/mps"],
        product_labels: &["nvidia.com/gpu.product", "nvidia.com/gpu.family"],
        taints: &["nvidia.com/gpu"],
        device_classes: &["gpu.nvidia.com", "mig.nvidia.com"],
        runtime_classes: &["nvidia", "nvidia-cdi", "nvidia-legacy", "nvidia-experimental"],
        source: Source::read(
            "NVIDIA/k8s-device-plugin docs/gpu-feature-discovery/README.md; \
             device classes and runtime classes believed",
            "0.20.0",
        ),
    },
    VendorFact {
        vendor: Vendor::Amd,
        name: "AMD",
        pci: "1002",
        pci_classes: &["0300", "0380", "1200"],
        labels: &["amd.com/gpu", "beta.amd.com/gpu", "feature.node.kubernetes.io/amd-"],
        product_labels: &["amd.com/gpu.product-name", "amd.com/gpu.family"],
        taints: &["amd.com/gpu"],
        device_classes: &["gpu.amd.com"],
        runtime_classes: &["amd"],
        source: Source::read(
            "ROCm/gpu-operator docs/installation/openshift-olm.md, ROCm/k8s-device-plugin; \
             classes 0380 and 1200, taints and device class believed",
            "1.31.0.10",
        ),
    },
    VendorFact {
        vendor: Vendor::Intel,
        name: "Intel",
        pci: "8086",
        pci_classes: &["0300", "0380"],
        labels: &["gpu.intel.com/", "intel.feature.node.kubernetes.io/gpu"],
        product_labels: &["gpu.intel.com/product", "gpu.intel.com/family"],
        taints: &["gpu.intel.com/i915", "gpu.intel.com/xe"],
        device_classes: &["gpu.intel.com"],
        runtime_classes: &[],
        source: Source::read(
            "intel/intel-device-plugins-for-kubernetes cmd/gpu_plugin/README.md, labels.md; \
             taints believed",
            "0.36.0",
        ),
    },
    VendorFact {
        vendor: Vendor::Gaudi,
        name: "Intel Gaudi",
        pci: "1da3",
        pci_classes: &["1200"],
        labels: &["habana.ai/", "intel.feature.node.kubernetes.io/gaudi"],
        product_labels: &[],
        taints: &["habana.ai/gaudi"],
        device_classes: &["gaudi.intel.com"],
        runtime_classes: &["habana"],
        source: Source::believed("HabanaAI/habana-k8s-device-plugin; PCI id database", "2025"),
    },
];

impl Vendor {
    /// Returns what is known of the vendor's devices on nodes.
    #[must_use]
    pub fn fact(self) -> Option<&'static VendorFact> {
        VENDORS.iter().find(|fact| fact.vendor == self)
    }

    /// Returns what people call the vendor.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nvidia => "NVIDIA",
            Self::Amd => "AMD",
            Self::Intel => "Intel",
            Self::Gaudi => "Intel Gaudi",
            Self::Tpu => "Google TPU",
            Self::Neuron => "AWS Neuron",
        }
    }
}

/// Returns the vendor of a DRA device class.
#[must_use]
pub fn device_class_vendor(class: &str) -> Option<Vendor> {
    let fact = VENDORS.iter().find(|fact| fact.device_classes.contains(&class))?;
    Some(fact.vendor)
}

/// Returns the vendor of a PCI vendor number.
#[must_use]
pub fn pci_vendor(id: &str) -> Option<Vendor> {
    VENDORS.iter().find(|fact| fact.pci == id).map(|fact| fact.vendor)
}

/// Reads NFD's label of a PCI device, `feature.node.kubernetes.io/pci-[<class>_]<vendor>[…]`, into
/// its class, where there is one, and its vendor number.
///
/// Which fields are in the label is up to NFD's configuration; class and vendor are its default,
/// the vendor alone is what NVIDIA's and OpenShift's installations set.
///
/// Source: kubernetes-sigs/node-feature-discovery,
/// docs/reference/worker-configuration-reference.md, `deviceLabelFields`, v0.18.
#[must_use]
pub fn pci_label(key: &str) -> Option<(Option<&str>, &str)> {
    let name = key.strip_prefix("feature.node.kubernetes.io/pci-")?;
    let device = name.strip_suffix(".present").or_else(|| name.strip_suffix(".sriov.capable"))?;
    let mut fields = device.split('_');
    let first = fields.next()?;
    match fields.next() {
        Some(second) if pci_vendor(first).is_none() => Some((Some(first), second)),
        _ => Some((None, first)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_pci_devices_are_read() {
        for (key, expected) in [
            ("feature.node.kubernetes.io/pci-10de.present", Some((None, "10de"))),
            ("feature.node.kubernetes.io/pci-0302_10de.present", Some((Some("0302"), "10de"))),
            ("feature.node.kubernetes.io/pci-1002_74a1.present", Some((None, "1002"))),
            ("feature.node.kubernetes.io/pci-0380_8086_56c0.present", Some((Some("0380"), "8086"))),
            ("feature.node.kubernetes.io/pci-.present", Some((None, ""))),
            ("feature.node.kubernetes.io/cpu-model", None),
            ("nvidia.com/gpu.present", None),
        ] {
            assert_eq!(pci_label(key), expected, "{key}");
        }
        assert_eq!(pci_vendor("1002"), Some(Vendor::Amd));
        assert_eq!(device_class_vendor("gpu.nvidia.com"), Some(Vendor::Nvidia));
        for fact in VENDORS {
            assert_eq!(fact.vendor.fact(), Some(fact));
            assert_eq!(fact.vendor.name(), fact.name);
        }
    }
}
