//! How a lab begins and ends.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use plimsoll_lab::{Lab, Place, Status};

use crate::Test;

pub(crate) const TESTS: &[Test] = &[
    ("life::up_and_down_may_be_said_twice", up_and_down_may_be_said_twice),
    ("life::a_lab_dies_with_its_owner", a_lab_dies_with_its_owner),
];

const PROGRAM: &str = env!("CARGO_BIN_EXE_plimsoll-lab");

fn place(name: &str) -> Place {
    Place::at(std::env::temp_dir().join(format!("plimsoll-{name}-{}", std::process::id())))
}

fn up_and_down_may_be_said_twice() -> Result<(), Failed> {
    let place = place("life");
    let first = Lab::up(&place, None)?;
    let Status::Up { server, .. } = &first else { return Err("it is not up".into()) };
    assert_eq!(Lab::up(&place, None)?, first);
    let address = server.trim_start_matches("https://");
    assert!(std::net::TcpStream::connect(address).is_ok());

    assert!(Lab::down(&place)?);
    assert_eq!(Lab::status(&place)?, Status::Down);
    assert!(std::net::TcpStream::connect(address).is_err());
    assert!(place.path().join("logs/kube-apiserver.log").is_file());
    assert!(!place.path().join("pki").exists());
    assert!(!Lab::down(&place)?);
    fs::remove_dir_all(place.path())?;
    Ok(())
}

fn a_lab_dies_with_its_owner() -> Result<(), Failed> {
    let place = place("owner");
    let mut owner = Command::new(PROGRAM)
        .arg("--at")
        .arg(place.path())
        .args(["with", "--", "sh", "-c", "echo ready; exec cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    let output = owner.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line)?;
    assert_eq!(line, "ready\n");
    assert!(matches!(Lab::status(&place)?, Status::Up { .. }));

    owner.kill()?;
    owner.wait()?;
    let start = Instant::now();
    while Lab::status(&place)? != Status::Down || place.path().exists() {
        assert!(start.elapsed() < Duration::from_secs(20), "it still lives");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
