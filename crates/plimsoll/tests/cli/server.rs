//! A server of HTTP on this machine, for tests: it answers as the test says, and remembers what it
//! was asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The address without the host, with its query.
    pub(crate) path: String,
    headers: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let is = |(own, _): &&(String, String)| own.eq_ignore_ascii_case(name);
        self.headers.iter().find(is).map(|(_, value)| value.as_str())
    }

    /// The first and the last byte that were asked for.
    pub(crate) fn range(&self) -> Option<(usize, usize)> {
        let (first, last) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
        Some((first.parse().unwrap(), last.parse().unwrap()))
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// How long the body claims to be.
    pub(crate) length: Option<u64>,
    /// How long it takes until something is said.
    pub(crate) delay: Duration,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        Self { status, headers: Vec::new(), body, length: None, delay: Duration::ZERO }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The part of a file that was asked for. The file is `length` bytes long, and zeros follow what
    /// there is of it.
    pub(crate) fn part(asked: &Asked, start: &[u8], length: usize) -> Self {
        let (first, last) = asked.range().unwrap_or((0, length - 1));
        let last = last.min(length - 1);
        let byte = |at: usize| start.get(at).copied().unwrap_or(0);
        Self::new(206, (first..=last).map(byte).collect::<Vec<u8>>())
            .with("content-range", format!("bytes {first}-{last}/{length}"))
    }
}

type Handler = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A server that runs until it is dropped.
pub(crate) struct Server {
    /// Such as `127.0.0.1:12345`.
    pub(crate) host: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    sent: Arc<Mutex<u64>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn new(handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let (asked, sent) = (Arc::default(), Arc::default());
        let stop = Arc::new(AtomicBool::new(false));
        let handler: Arc<Handler> = Arc::new(handler);
        let thread = {
            let (asked, sent, stop) = (Arc::clone(&asked), Arc::clone(&sent), Arc::clone(&stop));
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    let (asked, sent) = (Arc::clone(&asked), Arc::clone(&sent));
                    let handler = Arc::clone(&handler);
                    std::thread::spawn(move || serve(stream.unwrap(), &asked, &sent, &*handler));
                }
            })
        };
        Self { host, asked, sent, stop, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.host)
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The bytes of bodies so far.
    pub(crate) fn sent(&self) -> u64 {
        *self.sent.lock().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Somebody has to knock for it to look.
        drop(TcpStream::connect(&self.host));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn serve(stream: TcpStream, asked: &Mutex<Vec<Asked>>, sent: &Mutex<u64>, handler: &Handler) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() || line.is_empty() {
        return;
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if reader.by_ref().take(1 << 16).read_line(&mut line).is_err() {
            return;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
            None => break,
        }
    }
    let question = Asked { path, headers };
    asked.lock().unwrap().push(question.clone());
    let reply = handler(&question);
    std::thread::sleep(reply.delay);
    let mut head = format!(
        "HTTP/1.1 {} X\r\nconnection: close\r\ncontent-length: {}\r\n",
        reply.status,
        reply.length.unwrap_or(reply.body.len() as u64)
    );
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut stream = reader.into_inner();
    // A client that has read enough goes away.
    for piece in std::iter::once(head.as_bytes()).chain(reply.body.chunks(1 << 14)) {
        if stream.write_all(piece).is_err() {
            return;
        }
        *sent.lock().unwrap() += piece.len() as u64;
    }
    if reply.length.is_some() {
        // More was promised: as much as anybody reads.
        let zeros = [0; 1 << 14];
        while stream.write_all(&zeros).is_ok() {
            *sent.lock().unwrap() += zeros.len() as u64;
        }
    }
}
