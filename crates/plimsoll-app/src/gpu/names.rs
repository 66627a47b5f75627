//! Names of extended resources that stand for GPUs.

use crate::Source;

use super::{NamePattern, NameVerdict, ResourceFact, Unit, Vendor, WrongName};

const NVIDIA_PLUGIN: Source = Source::read("NVIDIA/k8s-device-plugin README.md", "0.20.0");
const AMD_PLUGIN: Source =
    Source::read("ROCm/k8s-device-plugin docs/user-guide/configuration.md", "1.31.0.10");
const INTEL_PLUGIN: Source =
    Source::read("intel/intel-device-plugins-for-kubernetes cmd/gpu_plugin/README.md", "0.36.0");

const HAMI: Source = Source::read("Project-HAMi/HAMi docs/config.md", "commit 15c0bd2");

/// Names that device plugins advertise.
pub static RESOURCES: &[ResourceFact] = &[
    ResourceFact {
        name: NamePattern::Exact("nvidia.com/gpu"),
        vendor: Vendor::Nvidia,
        unit: Unit::Card,
        advertiser: "NVIDIA's device plugin; a share of a card where time-slicing keeps the name",
        source: NVIDIA_PLUGIN,
    },
    ResourceFact {
        name: NamePattern::Exact("nvidia.com/gpu.shared"),
        vendor: Vendor::Nvidia,
        unit: Unit::Share,
        advertiser: "NVIDIA's device plugin with sharing and renameByDefault: true",
        source: NVIDIA_PLUGIN,
    },
    ResourceFact {
        name: NamePattern::Mig("nvidia.com/mig-", ""),
        vendor: Vendor::Nvidia,
        unit: Unit::Slice,
        advertiser: "NVIDIA's device plugin with MIG strategy mixed",
        source: NVIDIA_PLUGIN,
    },
    ResourceFact {
        name: NamePattern::Mig("nvidia.com/mig-", ".shared"),
        vendor: Vendor::Nvidia,
        unit: Unit::Share,
        advertiser: "NVIDIA's device plugin with MIG strategy mixed, sharing and renameByDefault",
        source: NVIDIA_PLUGIN,
    },
    ResourceFact {
        name: NamePattern::Exact("nvidia.com/gpumem"),
        vendor: Vendor::Nvidia,
        unit: Unit::Measure,
        advertiser: "HAMi's device plugin and scheduler",
        source: HAMI,
    },
    ResourceFact {
        name: NamePattern::Exact("nvidia.com/gpumem-percentage"),
        vendor: Vendor::Nvidia,
        unit: Unit::Measure,
        advertiser: "HAMi's device plugin and scheduler",
        source: HAMI,
    },
    ResourceFact {
        name: NamePattern::Exact("nvidia.com/gpucores"),
        vendor: Vendor::Nvidia,
        unit: Unit::Measure,
        advertiser: "HAMi's device plugin and scheduler",
        source: Source::believed("Project-HAMi/HAMi README.md", "2.6"),
    },
    ResourceFact {
        name: NamePattern::Exact("nvidia.com/cores"),
        vendor: Vendor::Nvidia,
        unit: Unit::Measure,
        advertiser: "HAMi's device plugin and scheduler, older releases",
        source: HAMI,
    },
    ResourceFact {
        name: NamePattern::Exact("nvidia.com/pgpu"),
        vendor: Vendor::Nvidia,
        unit: Unit::Card,
        advertiser: "NVIDIA's sandbox device plugin, for virtual machines",
        source: Source::believed("NVIDIA/gpu-operator assets/state-sandbox-device-plugin", "25.3"),
    },
    ResourceFact {
        name: NamePattern::Capitals("nvidia.com/"),
        vendor: Vendor::Nvidia,
        unit: Unit::Card,
        advertiser: "NVIDIA's sandbox device plugin, for virtual machines",
        source: Source::believed("NVIDIA/kubevirt-gpu-device-plugin README.md", "1.2"),
    },
    ResourceFact {
        name: NamePattern::Exact("amd.com/gpu"),
        vendor: Vendor::Amd,
        unit: Unit::Card,
        advertiser: "AMD's device plugin; a partition where all cards of a node are partitioned",
        source: AMD_PLUGIN,
    },
    ResourceFact {
        name: NamePattern::Partition("amd.com/"),
        vendor: Vendor::Amd,
        unit: Unit::Partition,
        advertiser: "AMD's device plugin with resource_naming_strategy=mixed",
        source: AMD_PLUGIN,
    },
    ResourceFact {
        name: NamePattern::Exact("gpu.intel.com/i915"),
        vendor: Vendor::Intel,
        unit: Unit::Card,
        advertiser: "Intel's GPU plugin on nodes with the i915 kernel driver",
        source: INTEL_PLUGIN,
    },
    ResourceFact {
        name: NamePattern::Exact("gpu.intel.com/xe"),
        vendor: Vendor::Intel,
        unit: Unit::Card,
        advertiser: "Intel's GPU plugin on nodes with the xe kernel driver",
        source: INTEL_PLUGIN,
    },
    ResourceFact {
        name: NamePattern::Exact("gpu.intel.com/monitoring"),
        vendor: Vendor::Intel,
        unit: Unit::Monitor,
        advertiser: "Intel's GPU plugin with monitoring enabled",
        source: INTEL_PLUGIN,
    },
    ResourceFact {
        name: NamePattern::Exact("gpu.intel.com/i915_monitoring"),
        vendor: Vendor::Intel,
        unit: Unit::Monitor,
        advertiser: "Intel's GPU plugin with monitoring enabled; deprecated",
        source: INTEL_PLUGIN,
    },
    ResourceFact {
        name: NamePattern::Exact("gpu.intel.com/xe_monitoring"),
        vendor: Vendor::Intel,
        unit: Unit::Monitor,
        advertiser: "Intel's GPU plugin with monitoring enabled; deprecated",
        source: INTEL_PLUGIN,
    },
    ResourceFact {
        name: NamePattern::Exact("habana.ai/gaudi"),
        vendor: Vendor::Gaudi,
        unit: Unit::Card,
        advertiser: "Habana's device plugin",
        source: Source::believed("HabanaAI/habana-k8s-device-plugin", "1.22"),
    },
    ResourceFact {
        name: NamePattern::Exact("google.com/tpu"),
        vendor: Vendor::Tpu,
        unit: Unit::Card,
        advertiser: "Google's TPU device plugin",
        source: Source::believed("Google Kubernetes Engine documentation, TPUs", "2025"),
    },
    ResourceFact {
        name: NamePattern::Exact("aws.amazon.com/neuron"),
        vendor: Vendor::Neuron,
        unit: Unit::Card,
        advertiser: "Amazon's Neuron device plugin",
        source: Source::believed("AWS Neuron documentation, device plugin", "2025"),
    },
    ResourceFact {
        name: NamePattern::Exact("aws.amazon.com/neuroncore"),
        vendor: Vendor::Neuron,
        unit: Unit::Partition,
        advertiser: "Amazon's Neuron device plugin",
        source: Source::believed("AWS Neuron documentation, device plugin", "2025"),
    },
];

/// Names that people write and that no plugin advertises, or none any longer.
pub static WRONG_NAMES: &[WrongName] = &[
    WrongName {
        name: "intel.com/gpu",
        vendor: Vendor::Intel,
        instead: "gpu.intel.com/i915 or gpu.intel.com/xe, by the node's kernel driver",
        source: INTEL_PLUGIN,
    },
    WrongName {
        name: "gpu.intel.com/gpu",
        vendor: Vendor::Intel,
        instead: "gpu.intel.com/i915 or gpu.intel.com/xe, by the node's kernel driver",
        source: INTEL_PLUGIN,
    },
    WrongName {
        name: "gpu.intel.com/millicores",
        vendor: Vendor::Intel,
        instead: "gpu.intel.com/i915 or gpu.intel.com/xe; fractional resources were removed",
        source: Source::believed("intel/intel-device-plugins-for-kubernetes", "0.36.0"),
    },
    WrongName {
        name: "gpu.intel.com/memory.max",
        vendor: Vendor::Intel,
        instead: "gpu.intel.com/i915 or gpu.intel.com/xe; fractional resources were removed",
        source: Source::believed("intel/intel-device-plugins-for-kubernetes", "0.36.0"),
    },
    WrongName {
        name: "gpu.intel.com/tiles",
        vendor: Vendor::Intel,
        instead: "gpu.intel.com/i915 or gpu.intel.com/xe; fractional resources were removed",
        source: Source::believed("intel/intel-device-plugins-for-kubernetes", "0.36.0"),
    },
    WrongName {
        name: "alpha.kubernetes.io/nvidia-gpu",
        vendor: Vendor::Nvidia,
        instead: "nvidia.com/gpu",
        source: Source::believed("kubernetes CHANGELOG-1.11.md, accelerators removed", "1.11"),
    },
    WrongName {
        name: "nvidia.com/gpus",
        vendor: Vendor::Nvidia,
        instead: "nvidia.com/gpu",
        source: NVIDIA_PLUGIN,
    },
    WrongName {
        name: "amd.com/gpus",
        vendor: Vendor::Amd,
        instead: "amd.com/gpu",
        source: AMD_PLUGIN,
    },
];

/// Domains in which an unlisted name is most likely a mistake, with parts that tell network
/// devices and other cards of the same vendor.
const DOMAINS: [(&str, Vendor, &[&str]); 4] = [
    ("nvidia.com/", Vendor::Nvidia, &["rdma", "roce", "hostdev", "nic", "mlnx", "sriov", "ib"]),
    ("amd.com/", Vendor::Amd, &["xilinx", "nic", "cpu", "sev"]),
    ("gpu.intel.com/", Vendor::Intel, &[]),
    ("habana.ai/", Vendor::Gaudi, &[]),
];

/// Returns what is known of a resource name; nothing where it has to do with no GPU.
#[must_use]
pub fn name_verdict(name: &str) -> Option<NameVerdict> {
    if let Some(fact) = RESOURCES.iter().find(|fact| fact.name.matches(name)) {
        return Some(NameVerdict::Advertised(fact));
    }
    if let Some(wrong) = WRONG_NAMES.iter().find(|wrong| wrong.name == name) {
        return Some(NameVerdict::Wrong(wrong));
    }
    DOMAINS.iter().find_map(|(domain, vendor, others)| {
        let local = name.strip_prefix(domain)?;
        let is_other = others.iter().any(|other| local.contains(other));
        (!is_other).then_some(NameVerdict::Unknown(*vendor))
    })
}

impl NamePattern {
    /// Tells whether `name` has this form.
    #[must_use]
    pub fn matches(self, name: &str) -> bool {
        match self {
            Self::Exact(own) => name == own,
            Self::Mig(prefix, suffix) => name
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_suffix(suffix))
                .is_some_and(is_mig),
            Self::Partition(prefix) => name.strip_prefix(prefix).is_some_and(is_partition),
            Self::Capitals(prefix) => name
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase())),
        }
    }
}

/// Reads `<G>g.<M>gb`, with a marker such as `.me` for a profile with media engines.
fn is_mig(profile: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = profile.split('.');
    let compute = parts.next().and_then(|part| part.strip_suffix('g')).is_some_and(is_number);
    let memory = parts.next().and_then(|part| part.strip_suffix("gb")).is_some_and(is_number);
    let marker = parts.next().is_none_or(|part| part.starts_with("me"));
    compute && memory && marker && parts.next().is_none()
}

/// Reads `<compute>_<memory>`, such as `cpx_nps4`.
fn is_partition(name: &str) -> bool {
    name.split_once('_').is_some_and(|(compute, memory)| {
        ["spx", "dpx", "tpx", "qpx", "cpx"].contains(&compute)
            && ["nps1", "nps2", "nps4", "nps8"].contains(&memory)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged() {
        for (name, vendor, unit) in [
            ("nvidia.com/gpu", Vendor::Nvidia, Unit::Card),
            ("nvidia.com/gpu.shared", Vendor::Nvidia, Unit::Share),
            ("nvidia.com/mig-1g.10gb", Vendor::Nvidia, Unit::Slice),
            ("nvidia.com/mig-1g.5gb.me", Vendor::Nvidia, Unit::Slice),
            ("nvidia.com/mig-3g.20gb.shared", Vendor::Nvidia, Unit::Share),
            ("nvidia.com/GA102GL_A10", Vendor::Nvidia, Unit::Card),
            ("amd.com/gpu", Vendor::Amd, Unit::Card),
            ("amd.com/cpx_nps4", Vendor::Amd, Unit::Partition),
            ("gpu.intel.com/xe", Vendor::Intel, Unit::Card),
            ("gpu.intel.com/monitoring", Vendor::Intel, Unit::Monitor),
            ("habana.ai/gaudi", Vendor::Gaudi, Unit::Card),
        ] {
            let Some(NameVerdict::Advertised(fact)) = name_verdict(name) else {
                panic!("{name} is advertised")
            };
            assert_eq!((fact.vendor, fact.unit), (vendor, unit), "{name}");
        }
        assert!(matches!(name_verdict("intel.com/gpu"), Some(NameVerdict::Wrong(_))));
        for name in ["nvidia.com/mig-1g10gb", "nvidia.com/a100", "gpu.intel.com/x", "amd.com/cpx"] {
            assert!(matches!(name_verdict(name), Some(NameVerdict::Unknown(_))), "{name}");
        }
        for name in ["cpu", "memory", "nvidia.com/hostdev", "rdma/hca", "intel.com/qat", ""] {
            assert_eq!(name_verdict(name), None, "{name}");
        }
    }
}
