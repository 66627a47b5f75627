//! The table of GPUs.

use plimsoll_size::{GpuRow, Model, Setting};

use crate::output::Style;

pub(super) fn gpus(model: &Model, setting: &Setting, rows: &[GpuRow], style: Style) -> String {
    let mut text = format!(
        "{} ({}) in {}, {} tokens × {}\n\n",
        style.bold(&model.name),
        model.format,
        setting.engine.name(),
        setting.context,
        setting.parallel
    );
    let title = format!(
        "{:<26} {:>8} {:>5} {:>10} {:>10} {:>9} {:>9}",
        "GPU", "memory", "GPUs", "used", "of", "context", "tokens/s"
    );
    text.push_str(&style.dim(&title));
    text.push('\n');
    let mut are_small = 0;
    for row in rows {
        let Some(gpus) = row.gpus else {
            are_small += 1;
            continue;
        };
        let context = row.max_context.map_or_else(|| "-".to_owned(), |context| context.to_string());
        let speed = row.tokens_per_second.map(|speed| {
            // A star where the bandwidth is general knowledge.
            format!("{speed:.0}{}", if row.gpu.is_bandwidth_read { "" } else { "*" })
        });
        text.push_str(&format!(
            "{:<26} {:>6}Gi {gpus:>5} {:>10} {:>10} {context:>9} {:>9}\n",
            row.gpu.name,
            row.gpu.memory_gib,
            row.used.to_string(),
            row.usable.to_string(),
            speed.unwrap_or_else(|| "-".to_owned()),
        ));
    }
    if are_small > 0 {
        text.push_str(&format!("\n{are_small} others do not hold it eight times over.\n"));
    }
    text.push_str(
        "\ncontext: the largest that fits. tokens/s: at most, for one sequence, by bandwidth; with a \
         star\nwhere the bandwidth was not read in a source.\n",
    );
    text
}
