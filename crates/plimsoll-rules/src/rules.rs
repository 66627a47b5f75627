//! The registry: every rule, sorted by slug.

use crate::{Context, Finding, Report, Rule};

mod credential_literal;
mod database_image_withdrawn;
mod database_in_every_pod;
mod engine_exposed_without_auth;
mod env_reference_late;
mod external_secret_version_unserved;
mod gateway_key_misplaced;
mod gpu_autoscaled_on_cpu;
mod gpu_limit_hard_coded;
mod gpu_pod_evicted_by_autoscaler;
mod gpu_quantity_invalid;
mod gpu_resource_unknown;
mod gpu_rollout_deadlock;
mod gpu_selector_vendor_mismatch;
mod gpu_selectors_anded;
mod gpu_share_several;
mod gpu_taint_not_tolerated;
mod health_path_absent;
mod health_path_costly;
mod health_path_needs_key;
mod hook_families_mixed;
mod hook_needs_later_object;
mod image_vendor_mismatch;
mod key_repeated;
mod liveness_asks_others;
mod liveness_before_loaded;
mod memory_limit_missing;
mod model_directory_not_persistent;
mod model_pull_in_post_start;
mod node_label_placeholder;
mod object_unidentified;
mod readiness_equals_liveness;
mod replicas_with_autoscaler;
mod router_timeout_default;
mod runtime_class_without_gpu;
mod secret_regenerated;
mod selector_label_mutable;
mod service_link_collision;
mod shared_memory_missing;
mod signing_key_missing;
mod single_node_volume_replicas;
mod single_node_volume_rollout;
pub(crate) mod suppression_expired;
pub(crate) mod suppression_malformed;
pub(crate) mod suppression_unknown_rule;
pub(crate) mod suppression_unused;
mod tensor_parallel_mismatch;
mod unguarded_paths_exposed;
mod user_data_not_persistent;
mod volume_claim_without_keep;
mod volume_under_root_home;

/// All rules, sorted by slug.
pub static RULES: &[&Rule] = &[
    &credential_literal::RULE,
    &database_image_withdrawn::RULE,
    &database_in_every_pod::RULE,
    &engine_exposed_without_auth::RULE,
    &env_reference_late::RULE,
    &external_secret_version_unserved::RULE,
    &gateway_key_misplaced::RULE,
    &gpu_autoscaled_on_cpu::RULE,
    &gpu_limit_hard_coded::RULE,
    &gpu_pod_evicted_by_autoscaler::RULE,
    &gpu_quantity_invalid::RULE,
    &gpu_resource_unknown::RULE,
    &gpu_rollout_deadlock::RULE,
    &gpu_selector_vendor_mismatch::RULE,
    &gpu_selectors_anded::RULE,
    &gpu_share_several::RULE,
    &gpu_taint_not_tolerated::RULE,
    &health_path_absent::RULE,
    &health_path_costly::RULE,
    &health_path_needs_key::RULE,
    &hook_families_mixed::RULE,
    &hook_needs_later_object::RULE,
    &image_vendor_mismatch::RULE,
    &key_repeated::RULE,
    &liveness_asks_others::RULE,
    &liveness_before_loaded::RULE,
    &memory_limit_missing::RULE,
    &model_directory_not_persistent::RULE,
    &model_pull_in_post_start::RULE,
    &node_label_placeholder::RULE,
    &object_unidentified::RULE,
    &readiness_equals_liveness::RULE,
    &replicas_with_autoscaler::RULE,
    &router_timeout_default::RULE,
    &runtime_class_without_gpu::RULE,
    &secret_regenerated::RULE,
    &selector_label_mutable::RULE,
    &service_link_collision::RULE,
    &shared_memory_missing::RULE,
    &signing_key_missing::RULE,
    &single_node_volume_replicas::RULE,
    &single_node_volume_rollout::RULE,
    &suppression_expired::RULE,
    &suppression_malformed::RULE,
    &suppression_unknown_rule::RULE,
    &suppression_unused::RULE,
    &tensor_parallel_mismatch::RULE,
    &unguarded_paths_exposed::RULE,
    &user_data_not_persistent::RULE,
    &volume_claim_without_keep::RULE,
    &volume_under_root_home::RULE,
];

/// Returns the rule called `slug`.
#[must_use]
pub fn rule(slug: &str) -> Option<&'static Rule> {
    let index = RULES.binary_search_by(|rule| rule.slug.cmp(slug)).ok()?;
    Some(RULES[index])
}

/// Runs every rule; the findings come in the order of the rules, then of the application.
#[must_use]
pub fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        if let Some(check) = rule.check {
            let mut report = Report::new(rule);
            check(context, &mut report);
            findings.extend(report.into_findings());
        }
    }
    findings
}
