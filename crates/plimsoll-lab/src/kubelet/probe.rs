//! Probes, run as a kubelet does against a real process.
//!
//! Source: kubernetes v1.36.4, pkg/probe and pkg/kubelet/prober; the sentences are theirs.

use std::net::Ipv4Addr;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Container, HTTPGetAction, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::process::Sandbox;

/// How much of an answer is read.
const MOST: u64 = 10 << 10;

/// How often, how long, and how many times.
pub(crate) struct Rhythm {
    pub(crate) delay: Duration,
    pub(crate) period: Duration,
    pub(crate) failures: u32,
    pub(crate) successes: u32,
    limit: Duration,
}

impl Rhythm {
    /// Source of the defaults: kubernetes v1.36.4, pkg/apis/core/v1/defaults.go.
    pub(crate) fn of(probe: &Probe) -> Self {
        let seconds = |value: Option<i32>, usual: u64| {
            let value =
                value.and_then(|value| u64::try_from(value).ok()).filter(|value| *value > 0);
            Duration::from_secs(value.unwrap_or(usual))
        };
        let count = |value: Option<i32>, usual: u32| {
            value
                .and_then(|value| u32::try_from(value).ok())
                .filter(|value| *value > 0)
                .unwrap_or(usual)
        };
        Self {
            delay: seconds(probe.initial_delay_seconds, 0),
            period: seconds(probe.period_seconds, 10),
            limit: seconds(probe.timeout_seconds, 1),
            failures: count(probe.failure_threshold, 3),
            successes: count(probe.success_threshold, 1),
        }
    }
}

/// Asks once; the error is the sentence that the event has.
pub(crate) async fn ask(
    probe: &Probe,
    container: &Container,
    address: Ipv4Addr,
    sandbox: &Sandbox,
) -> Result<(), String> {
    let limit = Rhythm::of(probe).limit;
    if let Some(get) = &probe.http_get {
        return http(get, container, address, limit).await;
    }
    if let Some(socket) = &probe.tcp_socket {
        let port = port(&socket.port, container)?;
        return connect(address, port, limit).await.map(|_| ());
    }
    if let Some(exec) = &probe.exec {
        return run(exec.command.as_deref().unwrap_or_default(), sandbox, limit).await;
    }
    Err("the lab runs no probe of this kind".to_owned())
}

async fn http(
    get: &HTTPGetAction,
    container: &Container,
    address: Ipv4Addr,
    limit: Duration,
) -> Result<(), String> {
    if get.scheme.as_deref() == Some("HTTPS") {
        return Err("the lab runs no probe over TLS".to_owned());
    }
    let port = port(&get.port, container)?;
    let path = get.path.as_deref().unwrap_or("/");
    let url = format!("http://{address}:{port}{path}");
    let mut question =
        format!("GET {path} HTTP/1.1\r\nConnection: close\r\nUser-Agent: kube-probe/1.36\r\n");
    let headers = get.http_headers.iter().flatten();
    let host = headers.clone().find(|header| header.name.eq_ignore_ascii_case("host"));
    let own = format!("{address}:{port}");
    question += &format!("Host: {}\r\n", host.map_or(own.as_str(), |header| &header.value));
    for header in headers.filter(|header| !header.name.eq_ignore_ascii_case("host")) {
        question += &format!("{}: {}\r\n", header.name, header.value);
    }
    question += "\r\n";
    let answer = async {
        let mut stream =
            connect(address, port, limit).await.map_err(|why| format!("Get {url:?}: {why}"))?;
        let failed = |why: std::io::Error| format!("Get {url:?}: {why}");
        stream.write_all(question.as_bytes()).await.map_err(failed)?;
        let mut answer = Vec::new();
        let mut bounded = BufReader::new(stream.take(MOST));
        bounded.read_until(b'\n', &mut answer).await.map_err(failed)?;
        Ok::<_, String>(answer)
    };
    let late = || {
        format!(
            "Get {url:?}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        )
    };
    let answer = timeout(limit, answer).await.map_err(|_| late())??;
    match status(&answer) {
        Some(code) if (200..400).contains(&code) => Ok(()),
        Some(code) => Err(format!("HTTP probe failed with statuscode: {code}")),
        None => Err(format!("Get {url:?}: malformed HTTP response")),
    }
}

/// The code of an answer's first line.
fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\r').next()?;
    let line = std::str::from_utf8(line).ok()?;
    line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()
}

async fn connect(address: Ipv4Addr, port: u16, limit: Duration) -> Result<TcpStream, String> {
    match timeout(limit, TcpStream::connect((address, port))).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            Err(format!("dial tcp {address}:{port}: connect: connection refused"))
        }
        Ok(Err(error)) => Err(format!("dial tcp {address}:{port}: {error}")),
        Err(_) => Err(format!("dial tcp {address}:{port}: i/o timeout")),
    }
}

async fn run(command: &[String], sandbox: &Sandbox, limit: Duration) -> Result<(), String> {
    let mut process = sandbox.command().map_err(|why| why.to_string())?;
    process.args(command).kill_on_drop(true);
    match timeout(limit, process.output()).await {
        Ok(Ok(output)) if output.status.success() => Ok(()),
        Ok(Ok(output)) => {
            let said = [output.stdout, output.stderr].concat();
            Err(String::from_utf8_lossy(&said[..said.len().min(10 << 10)]).trim().to_owned())
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => {
            Err(format!("command timed out: {:?} timed out after {limit:?}", command.join(" ")))
        }
    }
}

fn port(written: &IntOrString, container: &Container) -> Result<u16, String> {
    let number = match written {
        IntOrString::Int(number) => Some(*number),
        IntOrString::String(name) => container
            .ports
            .iter()
            .flatten()
            .find(|port| port.name.as_ref() == Some(name))
            .map(|port| port.container_port),
    };
    number
        .and_then(|number| u16::try_from(number).ok())
        .ok_or_else(|| format!("the container has no port {written:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_code() {
        assert_eq!(status(b"HTTP/1.1 503 Service Unavailable\r\nA: b\r\n\r\n"), Some(503));
        assert_eq!(status(b"HTTP/1.0 200\r\n\r\n"), Some(200));
        assert_eq!(status(b"SSH-2.0-OpenSSH\r\n"), None);
        assert_eq!(status(b""), None);
    }

    #[test]
    fn what_is_not_written_has_kubernetes_defaults() {
        let rhythm = Rhythm::of(&Probe { period_seconds: Some(2), ..Probe::default() });
        assert_eq!(rhythm.period, Duration::from_secs(2));
        assert_eq!((rhythm.failures, rhythm.successes), (3, 1));
        assert_eq!(rhythm.limit, Duration::from_secs(1));
    }
}
