//! Names that a user may have meant.

/// Returns the candidate closest to `wanted`, if any is close enough to be worth a word.
pub(crate) fn closest<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = wanted.to_lowercase();
    let most = lower.chars().count() / 3 + 1;
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_close_names_are_suggested() {
        let rules = ["gpu-rollout-deadlock", "gpu-limit-hard-coded"];
        assert_eq!(closest("gpu-rolout-deadlok", rules), Some("gpu-rollout-deadlock"));
        assert_eq!(closest("colour", rules), None);
        assert_eq!(closest("DEPLOYMENT/a", ["Deployment/a", "Service/a"]), Some("Deployment/a"));
    }
}
