//! A bar for work that takes longer than a second, on a terminal only.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long work may take before the bar shows itself.
const PATIENCE: Duration = Duration::from_secs(1);

/// The bar; it goes away when this is dropped, at once.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Dropped to tell the waiting thread that the work is done.
    working: Option<mpsc::Sender<()>>,
    waiting: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to wait; `steps` are counted by [`Progress::step`].
    pub(crate) fn start(steps: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("judging charts {bar:30} {pos}/{len}") {
            bar.set_style(style);
        }
        let (working, done) = mpsc::channel();
        let shown = bar.clone();
        // Without the thread the work is done all the same, only silently.
        let waiting =
            thread::Builder::new().name("plimsoll-progress".to_owned()).spawn(move || {
                if done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    shown.set_draw_target(ProgressDrawTarget::stderr());
                    shown.tick();
                }
            });
        Self { bar, working: Some(working), waiting: waiting.ok() }
    }

    /// Counts one step as done.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.working = None;
        if let Some(waiting) = self.waiting.take() {
            drop(waiting.join());
        }
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn short_work_is_not_kept_waiting() {
        let before = Instant::now();
        let progress = Progress::start(1);
        progress.step();
        drop(progress);
        assert!(before.elapsed() < PATIENCE);
    }
}
