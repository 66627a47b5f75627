//! Bounds on one rendering, so that no chart hangs or exhausts memory.

/// What one rendering may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Steps, each of which stands for some 40 nanoseconds: a node of a template that runs is one,
    /// the call of a function at least ten, and so on up to millions for a private key.
    pub steps: u64,
    /// Bytes of small texts, of lists and of maps that may be made in all.
    pub text_bytes: usize,
    /// Bytes that origins may occupy: each piece of text and each value has one.
    pub origin_bytes: usize,
    /// Bytes that all templates of the chart may write to their files together.
    pub output_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: STEPS, text_bytes: 192 * MIB, origin_bytes: 64 * MIB, output_bytes: 32 * MIB }
    }
}

const MIB: usize = 1024 * 1024;

/// The usual number of steps.
pub(crate) const STEPS: u64 = 40_000_000;

/// How many bytes of text are made in the time of a step.
pub(crate) const BYTES_A_STEP: u64 = 64;

/// How many bytes of a text are read in the time of a step.
pub(crate) const BYTES_READ_A_STEP: usize = 8;

/// Bytes that one function may make: of what a rendering makes in all, this is held at once.
pub(crate) const AT_ONCE: usize = 64 * MIB;

/// Bytes of a text that is counted for as long as it is held, not for ever.
pub(crate) const LARGE: usize = 32 * 1024;

/// Bytes of such texts that may be held at once.
pub const HELD_BYTES: usize = 128 * MIB;

/// Pieces of different origins that one text may have.
pub(crate) const MAX_PIECES: usize = 4 * 1024 * 1024;

/// Bytes of a text that a function may read as YAML, JSON or TOML: the tree takes many times that.
pub(crate) const READ_BYTES: usize = 5 * MIB;

/// Nodes of YAML that the files of a chart may hold together, and those that its manifests may.
pub const MAX_NODES: usize = 1_000_000;

/// Nodes that the templates of a chart may hold together once they are parsed, each word being one
/// or two.
pub const MAX_TEMPLATE_NODES: usize = 600_000;

/// Blocks and pipelines that may be active at once, each inside the one before, through all
/// templates that call each other. Go allows 100000 templates by `template`, and Helm 1000 of one
/// name by `include`; the stack of [`crate::stack::deep`] holds this many blocks.
pub(crate) const NESTING: usize = 36_000;

pub(crate) const TOO_MANY_STEPS: &str = "the rendering takes more steps than its limit allows";

pub(crate) const TOO_MUCH_TEXT: &str = "the rendering makes more text than its limit allows";

pub(crate) const TOO_MANY_PIECES: &str =
    "the rendering makes a text of more parts than its limit allows";
