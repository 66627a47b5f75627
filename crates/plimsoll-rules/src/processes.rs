//! How many processes of an engine run in one container.

use plimsoll_app::engines::{Engine, Knob, Setting, SettingBy};

/// Returns the number of processes that a launcher starts in one container, with the setting that
/// says so; nothing where the number is not written.
///
/// Torchrun counts processes for each node, Accelerate over all of them.
///
/// Source: PyTorch documentation 2.8, torchrun, `--nproc-per-node`; Hugging Face Accelerate
/// documentation 1.10, `accelerate launch`, `--num_processes` and `--num_machines`.
pub(crate) fn in_container(engine: &Engine) -> Option<(i64, &Setting)> {
    let setting = engine.setting(Knob::ProcessesPerNode)?;
    let number = engine.number(Knob::ProcessesPerNode)?.value;
    let is_total = matches!(&setting.by, SettingBy::Flag(flag) if flag.contains("num_process"))
        || matches!(&setting.by, SettingBy::Flag(flag) if flag.contains("num-process"));
    if !is_total {
        return Some((number, setting));
    }
    let nodes = match engine.setting(Knob::Nodes) {
        Some(_) => engine.number(Knob::Nodes)?.value.max(1),
        None => 1,
    };
    Some((number.saturating_add(nodes - 1) / nodes, setting))
}
