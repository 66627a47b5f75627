//! GPUs: their memory, bandwidth, numbers and names.

mod table;

use std::fmt;

use crate::{Bytes, Error, ErrorKind, Result};

pub use table::GPUS;

/// Who makes a GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vendor {
    /// NVIDIA.
    Nvidia,
    /// AMD.
    Amd,
    /// Intel.
    Intel,
}

impl Vendor {
    /// Returns its number on the PCI bus, in hexadecimal.
    #[must_use]
    pub const fn pci(self) -> &'static str {
        match self {
            Self::Nvidia => "10de",
            Self::Amd => "1002",
            Self::Intel => "8086",
        }
    }
}

/// A GPU that can be bought or rented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gpu {
    /// What people call it.
    pub name: &'static str,
    /// Who makes it.
    pub vendor: Vendor,
    /// Its memory as sold, in binary gigabytes; of a card with several GPUs, that of all.
    pub memory_gib: u32,
    /// What the driver reports of it, in binary megabytes, where that was seen.
    pub label_mib: Option<u32>,
    /// Its memory's bandwidth in gigabytes a second, where it is known.
    pub bandwidth_gb: Option<u32>,
    /// Whether the bandwidth was read in a source; otherwise it is general knowledge.
    pub is_bandwidth_read: bool,
    /// GPUs on one card, each with its share of the memory.
    pub parts: u32,
    /// Whether it shares the host's memory.
    pub is_unified: bool,
    /// Its numbers on the PCI bus, in hexadecimal; others may have them too.
    pub pci: &'static [&'static str],
    /// Spellings of it in node labels.
    pub products: &'static [&'static str],
    /// The resource that a container asks for.
    pub resource: &'static str,
}

/// What an engine sees is less than what the driver reports.
///
/// 24080 of 24564 MiB on an RTX 4090; 79.15 of 79.65 GiB on an H100; 22.05 of 22.49 on an A10G.
const SEEN: f64 = 0.98;

impl Gpu {
    /// Returns what a process can use of one GPU.
    #[must_use]
    pub fn usable(self) -> Bytes {
        let mib = self.label_mib.map_or(u64::from(self.memory_gib) * 1024, u64::from);
        Bytes(Bytes::mib(mib).scaled(SEEN).0 / u64::from(self.parts.max(1)))
    }

    /// Returns the node label that tells this GPU from others.
    #[must_use]
    pub const fn product_label(self) -> &'static str {
        match self.vendor {
            Vendor::Nvidia => "nvidia.com/gpu.product",
            Vendor::Amd => "amd.com/gpu.product-name",
            Vendor::Intel => "gpu.intel.com/product",
        }
    }

    /// Returns the GPU that a name means: the table's own, a node label's spelling, or a PCI number
    /// such as `10de:26b9`.
    ///
    /// # Errors
    ///
    /// `Reference` for a name that is not known, with the closest ones.
    pub fn named(name: &str) -> Result<Self> {
        if let Some((vendor, device)) = name.split_once(':') {
            return Self::smallest_by_pci(vendor, device).ok_or_else(|| {
                Error::new(ErrorKind::Reference, format!("no GPU with the PCI number {name}"))
            });
        }
        let plain = squeeze(name);
        let exact = GPUS.iter().find(|gpu| {
            squeeze(gpu.name) == plain
                || gpu.products.iter().any(|product| squeeze(product) == plain)
        });
        if let Some(gpu) = exact {
            return Ok(*gpu);
        }
        // What a product label adds: the way in which a card is shared.
        let whole = name.split("-SHARED").next().and_then(|name| name.split("-MIG-").next());
        if let Some(whole) = whole.filter(|whole| *whole != name) {
            return Self::named(whole);
        }
        let holds = |gpu: &&Self| !plain.is_empty() && squeeze(gpu.name).contains(&plain);
        let close: Vec<&Self> = GPUS.iter().filter(holds).collect();
        match close.as_slice() {
            [one] => Ok(**one),
            [] => Err(Error::new(
                ErrorKind::Reference,
                format!(
                    "no GPU {name:?}{}; `plimsoll size --gpu-table REF` lists those that are known",
                    similar(&plain)
                ),
            )),
            several => {
                let names: Vec<&str> = several.iter().map(|gpu| gpu.name).collect();
                Err(Error::new(
                    ErrorKind::Reference,
                    format!("{name} can be any of {}", names.join(", ")),
                ))
            }
        }
    }

    /// Returns the smallest GPU with this PCI number: several can have the same.
    #[must_use]
    pub fn smallest_by_pci(vendor: &str, device: &str) -> Option<Self> {
        let is = |gpu: &&Self| {
            gpu.vendor.pci().eq_ignore_ascii_case(vendor)
                && gpu.pci.iter().any(|id| id.eq_ignore_ascii_case(device))
        };
        GPUS.iter().filter(is).min_by_key(|gpu| gpu.memory_gib / gpu.parts).copied()
    }
}

/// Names that begin as this one does, for as long as any does.
fn similar(plain: &str) -> String {
    /// Fewer letters are no likeness.
    const LEAST: usize = 3;
    let common = |gpu: &Gpu| {
        let own = squeeze(gpu.name);
        own.bytes().zip(plain.bytes()).take_while(|(one, other)| one == other).count()
    };
    let most = GPUS.iter().map(common).max().unwrap_or(0);
    if most < LEAST {
        return String::new();
    }
    let names = GPUS.iter().filter(|gpu| common(gpu) == most).map(|gpu| gpu.name).take(6);
    format!(", but {}", names.collect::<Vec<&str>>().join(", "))
}

/// Letters and digits only, in one case, without the makers' names.
fn squeeze(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let plain: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    ["nvidia", "geforce", "amd", "intel", "instinct", "tesla"]
        .iter()
        .fold(plain, |plain, word| plain.replace(word, ""))
}

impl fmt::Display for Gpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_is_sound() {
        let mut names = BTreeSet::new();
        for gpu in GPUS {
            assert!(names.insert(squeeze(gpu.name)), "{} stands twice", gpu.name);
            assert!(gpu.memory_gib > 0 && gpu.parts > 0, "{}", gpu.name);
            for id in gpu.pci {
                let is_hex = id.len() == 4 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
                assert!(is_hex, "{}: {id}", gpu.name);
            }
            if let Some(label) = gpu.label_mib {
                let ratio = f64::from(label) / f64::from(gpu.memory_gib * 1024);
                assert!((0.9..=1.02).contains(&ratio), "{}: {ratio}", gpu.name);
            }
            for product in gpu.products {
                assert!(!product.contains(' '), "{product} is no label");
                assert_eq!(Gpu::named(product).unwrap().name, gpu.name);
            }
            assert_eq!(Gpu::named(gpu.name).unwrap(), *gpu);
        }
        assert!(GPUS.len() >= 75, "{} GPUs", GPUS.len());
    }

    #[test]
    fn gpus_are_found_by_any_name() {
        for (name, found) in [
            ("l4", "L4"),
            ("NVIDIA-L40S", "L40S"),
            ("rtx4090", "RTX 4090"),
            ("NVIDIA-GeForce-RTX-4090-SHARED", "RTX 4090"),
            ("NVIDIA-A100-SXM4-40GB-MIG-1g.5gb", "A100 SXM 40 GB"),
            ("Tesla-T4", "T4"),
            ("mi300x", "MI300X"),
            ("10de:26b9", "L40S"),
            // The same number for two cards: the smaller counts.
            ("1002:744c", "RX 7900 XT"),
            ("10DE:2D04", "RTX 5060 Ti 8 GB"),
        ] {
            assert_eq!(Gpu::named(name).unwrap().name, found, "{name}");
        }
        for (name, words) in [
            ("a100", "any of"),
            ("voodoo2", "no GPU"),
            ("", "no GPU"),
            ("H1000", "but H100 SXM, H100 PCIe"),
            ("10de:ffff", "PCI"),
        ] {
            let error = Gpu::named(name).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        // Two GPUs on a card, each with half of the memory.
        let half = Gpu::named("MI250X").unwrap().usable();
        assert_eq!(half, Bytes(Bytes::mib(128 * 1024).scaled(0.98).0 / 2));
    }
}
