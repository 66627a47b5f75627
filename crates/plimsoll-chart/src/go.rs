//! What Go does that templates can see: printing of values, quoting, comparison.
