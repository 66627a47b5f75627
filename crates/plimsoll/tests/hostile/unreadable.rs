//! Files that may not be read, and devices, which not every user can make.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A user without rights, whatever runs this test.
const NOBODY: u32 = 65_534;

/// A directory that everybody can read, with a chart and the program in it.
struct Shared(PathBuf);

impl Shared {
    fn new(name: &str) -> Self {
        let name = format!("plimsoll-{name}-{}", std::process::id());
        let shared = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(shared.0.join("c/templates")).unwrap();
        fs::write(shared.0.join("c/Chart.yaml"), "apiVersion: v2\nname: c\nversion: 1.0.0\n")
            .unwrap();
        // A program that this process itself writes may be busy while another test starts a child.
        let copied = Command::new("cp")
            .arg(env!("CARGO_BIN_EXE_plimsoll"))
            .arg(shared.0.join("plimsoll"))
            .status()
            .unwrap();
        assert!(copied.success());
        shared
    }

    fn path(&self) -> &Path {
        &self.0
    }

    fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.0.join(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Runs the program as somebody who is not the superuser.
    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(self.0.join("plimsoll"));
        command.args(args).current_dir(&self.0).env_clear();
        if fs::metadata(&self.0).unwrap().uid() == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output().unwrap()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

#[test]
fn what_may_not_be_read_is_refused_to_users_without_rights() {
    let shared = Shared::new("unreadable");
    fs::write(shared.path().join("c/templates/t.yaml"), "a: 1").unwrap();
    for (name, words) in [
        ("c/templates/t.yaml", "open c/templates/t.yaml: permission denied"),
        ("c/templates", "list c/templates: permission denied"),
        ("c/Chart.yaml", "open c/Chart.yaml: permission denied"),
    ] {
        let before = fs::metadata(shared.path().join(name)).unwrap().permissions().mode();
        shared.mode(name, 0);
        for args in [&["render", "r", "c"][..], &["check", "c"]] {
            let output = shared.run(args);
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert_eq!(output.status.code(), Some(3), "{args:?} {name}: {said}");
            assert!(said.contains(words), "{args:?} {name}: {said}");
            assert!(said.contains("make it readable"), "{args:?} {name}: {said}");
        }
        shared.mode(name, before);
    }
    assert_eq!(shared.run(&["render", "r", "c"]).status.code(), Some(0));
}

#[test]
fn a_device_is_refused_where_one_can_be_made() {
    let shared = Shared::new("device");
    let made = Command::new("mknod")
        .arg(shared.path().join("c/zero"))
        .args(["c", "1", "5"])
        .output()
        .unwrap();
    if !made.status.success() {
        eprintln!("skipped: only the superuser can make a device");
        return;
    }
    let output = shared.run(&["render", "r", "c"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("c/zero is no regular file"), "{said}");
}
