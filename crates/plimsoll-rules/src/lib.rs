//! Rules that judge AI applications.
