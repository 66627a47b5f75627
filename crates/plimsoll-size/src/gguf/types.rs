//! ggml's types of tensors.

use std::fmt;

use crate::{Error, Result};

/// One of ggml's types.
#[derive(PartialEq, Eq, Hash)]
pub struct GgmlType {
    /// The number that stands in files.
    pub id: u32,
    /// The name in ggml.h, without its prefix.
    pub name: &'static str,
    /// The elements of a block.
    pub block: u32,
    /// The bytes of a block.
    pub bytes: u32,
}

impl fmt::Debug for GgmlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const fn row(id: u32, name: &'static str, block: u32, bytes: u32) -> GgmlType {
    GgmlType { id, name, block, bytes }
}

/// Every type that a file may hold.
///
/// Source: ggml-org/llama.cpp ggml/include/ggml.h and ggml/src/ggml-common.h, ggml 0.25.3. `Q8_1`
/// follows the C structure.
pub static GGML_TYPES: &[GgmlType] = &[
    row(0, "F32", 1, 4),
    row(1, "F16", 1, 2),
    row(2, "Q4_0", 32, 18),
    row(3, "Q4_1", 32, 20),
    row(6, "Q5_0", 32, 22),
    row(7, "Q5_1", 32, 24),
    row(8, "Q8_0", 32, 34),
    row(9, "Q8_1", 32, 36),
    row(10, "Q2_K", 256, 84),
    row(11, "Q3_K", 256, 110),
    row(12, "Q4_K", 256, 144),
    row(13, "Q5_K", 256, 176),
    row(14, "Q6_K", 256, 210),
    row(15, "Q8_K", 256, 292),
    row(16, "IQ2_XXS", 256, 66),
    row(17, "IQ2_XS", 256, 74),
    row(18, "IQ3_XXS", 256, 98),
    row(19, "IQ1_S", 256, 50),
    row(20, "IQ4_NL", 32, 18),
    row(21, "IQ3_S", 256, 110),
    row(22, "IQ2_S", 256, 82),
    row(23, "IQ4_XS", 256, 136),
    row(24, "I8", 1, 1),
    row(25, "I16", 1, 2),
    row(26, "I32", 1, 4),
    row(27, "I64", 1, 8),
    row(28, "F64", 1, 8),
    row(29, "IQ1_M", 256, 56),
    row(30, "BF16", 1, 2),
    row(34, "TQ1_0", 256, 54),
    row(35, "TQ2_0", 256, 66),
    row(39, "MXFP4", 32, 17),
    row(40, "NVFP4", 64, 36),
    row(41, "Q1_0", 128, 18),
    row(42, "Q2_0", 64, 18),
];

/// Types that ggml has removed; their numbers are never used again.
const REMOVED: &[(u32, &str)] = &[
    (4, "Q4_2"),
    (5, "Q4_3"),
    (31, "Q4_0_4_4"),
    (32, "Q4_0_4_8"),
    (33, "Q4_0_8_8"),
    (36, "IQ4_NL_4_4"),
    (37, "IQ4_NL_4_8"),
    (38, "IQ4_NL_8_8"),
];

/// Returns the type with this number.
///
/// # Errors
///
/// `Unsupported`, with the number, for a type that is unknown or that ggml has removed.
pub fn ggml_type(id: u32) -> Result<&'static GgmlType> {
    if let Some(found) = GGML_TYPES.iter().find(|kind| kind.id == id) {
        return Ok(found);
    }
    Err(match REMOVED.iter().find(|(removed, _)| *removed == id) {
        Some((_, name)) => Error::unsupported(format!(
            "ggml type {id} ({name}), which ggml has removed; quantise the model again"
        )),
        None => Error::unsupported(format!(
            "ggml type {id}, which this version does not know; its bytes cannot be told"
        )),
    })
}

/// Returns the type with this name, in any case.
#[must_use]
pub fn ggml_type_named(name: &str) -> Option<&'static GgmlType> {
    GGML_TYPES.iter().find(|kind| kind.name.eq_ignore_ascii_case(name))
}
