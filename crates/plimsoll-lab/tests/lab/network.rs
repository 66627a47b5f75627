//! Nothing leads out of the lab.

use libtest_mimic::Failed;
use plimsoll_lab::Lab;

use crate::Test;
use crate::cluster::lab;

pub(crate) const TESTS: &[Test] = &[
    ("network::nothing_leads_out", nothing_leads_out),
    ("network::its_door_is_inside", its_door_is_inside),
];

/// What a command within the lab says, and whether it did well.
fn inside(command: &[&str]) -> (bool, String) {
    let output = Lab::command(lab().place()).unwrap().args(command).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

fn nothing_leads_out() -> Result<(), Failed> {
    // The first is a public address; the second is one that a service of the cluster may have.
    for address in ["1.1.1.1", "10.96.0.1", "2606:4700:4700::1111"] {
        let connect = format!("exec 3<>/dev/tcp/{address}/443");
        let (connected, said) = inside(&["bash", "-c", &connect]);
        assert!(!connected, "{address}");
        assert!(said.contains("Network is unreachable"), "{address}: {said}");
    }
    Ok(())
}

fn its_door_is_inside() -> Result<(), Failed> {
    let (connected, said) = inside(&["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/6443"]);
    assert!(connected, "{said}");
    Ok(())
}
