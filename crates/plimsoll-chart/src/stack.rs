//! Recursion needs room: charts nest templates, and the parser and evaluator follow them down.

use std::cell::Cell;
use std::thread;

/// Bytes of stack for parsing and running templates. Memory is taken only as far as it is used.
const DEEP: usize = 512 * 1024 * 1024;

thread_local! {
    /// Whether the running thread has a deep stack.
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` on a stack that is deep enough for any rendering.
///
/// Renderings see to it themselves; who makes many of them saves a thread for each by wrapping all
/// of them at once.
pub fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if IS_DEEP.get() {
        return work();
    }
    thread::scope(|scope| {
        let worker = thread::Builder::new()
            .name("plimsoll-render".to_owned())
            .stack_size(DEEP)
            .spawn_scoped(scope, || {
                IS_DEEP.set(true);
                work()
            });
        match worker.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // Without room for a thread nothing can be rendered at all.
            Err(error) => std::panic::resume_unwind(Box::new(error.to_string())),
        }
    })
}
