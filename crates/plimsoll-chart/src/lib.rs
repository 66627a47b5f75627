//! Helm chart rendering with provenance.
