//! Bounds on one rendering, so that no chart hangs or exhausts memory.

/// What one rendering may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Nodes of templates that may run; a call of a function counts as ten of them.
    pub steps: u64,
    /// Bytes of text and of lists that may be made in all, most of which is gone again soon.
    pub text_bytes: usize,
    /// Bytes that origins may occupy: each piece of text and each value has one.
    pub origin_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 50_000_000, text_bytes: 1024 * 1024 * 1024, origin_bytes: 512 * 1024 * 1024 }
    }
}

/// Blocks and pipelines that may be active at once, each inside the one before, through all
/// templates that call each other. Go allows 100000 templates by `template`, and Helm 1000 of one
/// name by `include`; the stack of [`crate::stack::deep`] holds this many blocks.
pub(crate) const NESTING: usize = 36_000;
