//! How commands that work on one chart tell that it cannot be read or rendered.

use std::path::Path;
use std::sync::Arc;

use plimsoll_chart::ErrorKind;

use super::{Color, Exit};
use crate::output::source::Sources;
use crate::output::{self, Stream, Style};
use crate::trouble::Trouble;
use crate::values_args::RenderArgs;

/// The texts of flags, which places call by the flag's name.
pub(super) fn sources(args: &RenderArgs) -> Sources {
    let mut sources = Sources::default();
    for (flag, text) in args.flag_texts() {
        sources.add(&Arc::from(flag), &Arc::from(text));
    }
    sources
}

/// Writes the error to standard error: first Helm's own text, then the place with its line and the
/// next step.
pub(super) fn tell(
    error: &anyhow::Error,
    chart: &Path,
    sources: &mut Sources,
    color: Color,
) -> Exit {
    let trouble = Trouble::new(error, chart, &sources.known());
    output::error(&trouble.message);
    output::line("");
    output::line(&output::trouble(&trouble, sources, Style::new(color, Stream::Err)));
    exit(error)
}

/// What is wrong with the command line itself is wrong usage.
fn exit(error: &anyhow::Error) -> Exit {
    let Some(error) = error.downcast_ref::<plimsoll_chart::Error>() else {
        return Exit::Unreadable;
    };
    let is_in_flag = error.place().is_some_and(|place| place.file.starts_with("--"));
    let is_usage = match error.kind() {
        ErrorKind::ShowOnly | ErrorKind::ReleaseName => true,
        ErrorKind::Values => is_in_flag,
        ErrorKind::KubeVersion => error.to_string().starts_with("invalid kube version"),
        _ => false,
    };
    if is_usage { Exit::Usage } else { Exit::Unreadable }
}
