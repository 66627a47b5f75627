//! YAML trees that know where they come from.
//!
//! The crate reads YAML as Go's `sigs.k8s.io/yaml` does (YAML 1.1 scalars, last duplicate key wins,
//! every key a string), keeps the byte span of every node, and writes YAML with the same bytes as
//! that library. It knows nothing of Kubernetes or Helm.
//!
//! ```
//! let text = "image: {tag: 1.20, pull: yes}  # quoted, the tag would stay\n";
//! let parsed = plimsoll_yaml::parse_one(text)?;
//! let tag = parsed.root.dig(&["image", "tag"]).expect("the text has it");
//! assert_eq!(tag.span.of(text), "1.20");
//! let yaml = plimsoll_yaml::to_yaml(&&parsed.root).expect("nothing in it is refused");
//! assert_eq!(yaml, "image:\n  pull: true\n  tag: 1.2\n");
//! # Ok::<(), plimsoll_yaml::Error>(())
//! ```

mod edit;
mod emit;
mod error;
mod go_float;
mod go_quote;
mod json;
mod list;
mod merge;
mod origin;
mod parse;
mod path;
mod scalar;
mod span;
mod timestamp;
mod tree;

pub use edit::{EditError, set};
pub use emit::{Emit, EmitError, MAX_EMIT_DEPTH, Role, Shape, Sink, emit, escape, to_yaml};
pub use error::{Error, ErrorKind};
pub use go_float::{format_g, format_json, format_yaml};
pub use json::{JsonError, JsonStyle, emit_json, parse_json, to_json, to_json_pretty};
pub use list::{ListedContent, ListedNode, NodeList};
pub use merge::merge;
pub use origin::{Input, Origin, OriginKind, Place, Provenance};
pub use parse::{
    MAX_DEPTH, MAX_NODES, Parsed, Skimmed, documents, parse, parse_list, parse_one, parse_part,
    skim_part,
};
pub use path::{FieldPath, PathError, Step};
pub use span::{LineIndex, Position, Span};
pub use tree::{Comment, Content, Document, Entry, Node, Number, Repeated};
