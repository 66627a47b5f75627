//! A tensor as a header lists it.

use crate::{Error, GgmlType, Result};

/// How a tensor's elements are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dtype {
    /// One of ggml's types.
    Ggml(&'static GgmlType),
    /// A plain type, by the name that safetensors gives it, and its bits.
    Plain(&'static str, u32),
}

impl Dtype {
    /// Returns its name in its format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ggml(kind) => kind.name,
            Self::Plain(name, _) => name,
        }
    }

    /// Returns how many bytes a tensor of this shape takes; the first dimension is the one whose
    /// elements lie side by side.
    ///
    /// # Errors
    ///
    /// `Invalid` where rows do not divide into blocks, `Limit` where the product leaves 64 bits.
    pub fn bytes(self, shape: &[u64]) -> Result<u64> {
        let elements = elements(shape)?;
        match self {
            Self::Ggml(kind) => {
                let row = shape.first().copied().unwrap_or(1);
                if row % u64::from(kind.block) != 0 {
                    return Err(Error::invalid(format!(
                        "rows of {row} elements do not divide into {}'s blocks of {}",
                        kind.name, kind.block
                    )));
                }
                (elements / u64::from(kind.block)).checked_mul(u64::from(kind.bytes))
            }
            Self::Plain(_, bits) => {
                elements.checked_mul(u64::from(bits)).map(|bits| bits.div_ceil(8))
            }
        }
        .ok_or_else(too_large)
    }
}

/// A tensor as a header lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name in the file.
    pub name: String,
    /// Its dimensions; the first is the one whose elements lie side by side.
    pub shape: Vec<u64>,
    /// How its elements are stored.
    pub dtype: Dtype,
    /// What it takes in the file.
    pub bytes: u64,
}

impl Tensor {
    /// Makes a tensor whose bytes follow from its shape.
    ///
    /// # Errors
    ///
    /// As [`Dtype::bytes`].
    pub fn new(name: impl Into<String>, shape: &[u64], dtype: Dtype) -> Result<Self> {
        Ok(Self { name: name.into(), shape: shape.to_vec(), dtype, bytes: dtype.bytes(shape)? })
    }

    /// Returns how many elements it has.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.shape.iter().fold(1, |product: u64, side| product.saturating_mul(*side))
    }
}

/// Returns the product of the sides; 1 for none.
pub(crate) fn elements(shape: &[u64]) -> Result<u64> {
    shape
        .iter()
        .try_fold(1_u64, |product, side| product.checked_mul(*side))
        .filter(|elements| *elements <= i64::MAX as u64)
        .ok_or_else(too_large)
}

fn too_large() -> Error {
    Error::limit("its dimensions multiply to more than 64 bits hold")
}
