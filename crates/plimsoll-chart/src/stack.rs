//! Recursion needs room: charts nest templates, and the parser and evaluator follow them down.

use std::thread;

/// Bytes of stack for parsing and running templates. Memory is taken only as far as it is used.
const DEEP: usize = 512 * 1024 * 1024;

/// Runs `work` on a stack deep enough for [`crate::limits::NESTING`].
pub(crate) fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let worker = thread::Builder::new()
            .name("plimsoll-render".to_owned())
            .stack_size(DEEP)
            .spawn_scoped(scope, work);
        match worker.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // Without room for a thread nothing can be rendered at all.
            Err(error) => std::panic::resume_unwind(Box::new(error.to_string())),
        }
    })
}
