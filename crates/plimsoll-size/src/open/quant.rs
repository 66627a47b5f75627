//! What people call the way in which a GGUF file is quantised.

use std::collections::BTreeMap;

use crate::Gguf;

/// Names of `general.file_type`.
///
/// Source: llama.cpp include/llama.h, `llama_ftype`.
const FILE_TYPES: &[(u64, &str)] = &[
    (0, "F32"),
    (1, "F16"),
    (2, "Q4_0"),
    (3, "Q4_1"),
    (7, "Q8_0"),
    (8, "Q5_0"),
    (9, "Q5_1"),
    (10, "Q2_K"),
    (11, "Q3_K_S"),
    (12, "Q3_K_M"),
    (13, "Q3_K_L"),
    (14, "Q4_K_S"),
    (15, "Q4_K_M"),
    (16, "Q5_K_S"),
    (17, "Q5_K_M"),
    (18, "Q6_K"),
    (19, "IQ2_XXS"),
    (20, "IQ2_XS"),
    (21, "Q2_K_S"),
    (22, "IQ3_XS"),
    (23, "IQ3_XXS"),
    (24, "IQ1_S"),
    (25, "IQ4_NL"),
    (26, "IQ3_S"),
    (27, "IQ3_M"),
    (28, "IQ2_S"),
    (29, "IQ2_M"),
    (30, "IQ4_XS"),
    (31, "IQ1_M"),
    (32, "BF16"),
    (36, "TQ1_0"),
    (37, "TQ2_0"),
    (38, "MXFP4"),
];

/// Returns the recipe that the header names, or the type that most bytes have.
pub(crate) fn file_type_name(gguf: &Gguf) -> String {
    let said = gguf.metadata.number("general.file_type").ok().flatten();
    if let Some((_, name)) = said.and_then(|said| FILE_TYPES.iter().find(|(id, _)| *id == said)) {
        return (*name).to_owned();
    }
    let mut sums = BTreeMap::new();
    for tensor in &gguf.tensors {
        *sums.entry(tensor.dtype.name()).or_insert(0_u64) += tensor.bytes >> 10;
    }
    let most = sums.into_iter().max_by_key(|(_, bytes)| *bytes);
    most.map_or_else(|| "unknown".to_owned(), |(name, _)| name.to_owned())
}
