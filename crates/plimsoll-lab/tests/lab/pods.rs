//! What the pretended kubelet does with pods.

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ContainerStatus, PersistentVolumeClaim, Pod};
use kube::api::{DeleteParams, GetParams};
use libtest_mimic::Failed;
use plimsoll_lab::Namespace;

use crate::Test;
use crate::cluster::{api, apply, event, is, lab, namespace, node_of, pods, until};

pub(crate) const TESTS: &[Test] = &[
    ("pods::a_missing_secret_is_named", a_missing_secret_is_named),
    ("pods::a_missing_key_is_named", a_missing_key_is_named),
    ("pods::a_missing_secret_is_not_mounted", a_missing_secret_is_not_mounted),
    ("pods::init_containers_go_first", init_containers_go_first),
    ("pods::out_of_memory_again_and_again", out_of_memory_again_and_again),
    ("pods::an_image_that_is_absent", an_image_that_is_absent),
    ("pods::slow_starts_are_slow", slow_starts_are_slow),
    ("pods::jobs_end_well_or_not", jobs_end_well_or_not),
    ("pods::deleted_pods_go", deleted_pods_go),
    ("pods::claims_get_what_their_class_gives", claims_get_what_their_class_gives),
    ("pods::a_real_process_is_probed", a_real_process_is_probed),
    ("pods::a_probe_that_fails_ends_the_process", a_probe_that_fails_ends_the_process),
    ("pods::an_unknown_behaviour_is_told", an_unknown_behaviour_is_told),
];

fn pod(annotations: &str, spec: &str) -> String {
    format!(
        "apiVersion: v1
kind: Pod
metadata:
  name: a
  annotations: {{{annotations}}}
spec:
  containers:
    - name: main
      image: example.test/main:1
{spec}"
    )
}

fn main_of(pod: &Pod) -> Option<&ContainerStatus> {
    pod.status.as_ref()?.container_statuses.as_ref()?.first()
}

/// Watches the pod until its container waits for this reason, and says in which words.
fn waiting(namespace: &Namespace, reason: &str) -> String {
    let why = |pod: &Pod| {
        let waiting = main_of(pod)?.state.as_ref()?.waiting.as_ref()?;
        (waiting.reason.as_deref() == Some(reason))
            .then(|| waiting.message.clone().unwrap_or_default())
    };
    let pod = until::<Pod>(namespace, "a", reason, |pod| why(pod).is_some());
    why(&pod).unwrap()
}

const SECRET: &str = "{apiVersion: v1, kind: Secret, metadata: {name: hf}, stringData: {KEY: x}}";

fn a_missing_secret_is_named() -> Result<(), Failed> {
    let namespace = namespace("secret");
    apply(&namespace, &pod("", "      envFrom: [{secretRef: {name: hf}}]\n"));
    assert_eq!(waiting(&namespace, "CreateContainerConfigError"), "secret \"hf\" not found");
    event(&namespace, "a", "Failed: Error: secret \"hf\" not found");
    apply(&namespace, &SECRET.replace("KEY", "token"));
    node_of(&namespace, "a");
    Ok(())
}

fn a_missing_key_is_named() -> Result<(), Failed> {
    let namespace = namespace("key");
    apply(&namespace, &SECRET.replace("KEY", "other"));
    let environment = "      env: [{name: T, valueFrom: {secretKeyRef: {name: hf, key: token}}}]\n";
    apply(&namespace, &pod("", environment));
    let expected = format!("couldn't find key token in Secret {}/hf", namespace.name());
    assert_eq!(waiting(&namespace, "CreateContainerConfigError"), expected);
    Ok(())
}

fn a_missing_secret_is_not_mounted() -> Result<(), Failed> {
    let namespace = namespace("mount");
    apply(&namespace, &pod("", "  volumes: [{name: v, secret: {secretName: hf}}]\n"));
    waiting(&namespace, "ContainerCreating");
    let expected =
        "FailedMount: MountVolume.SetUp failed for volume \"v\" : secret \"hf\" not found";
    event(&namespace, "a", expected);
    apply(&namespace, &SECRET.replace("KEY", "token"));
    node_of(&namespace, "a");
    Ok(())
}

fn init_containers_go_first() -> Result<(), Failed> {
    let namespace = namespace("init");
    let init = "  restartPolicy: Never
  initContainers:
    - {name: first, image: example.test/init:1}
    - {name: second, image: example.test/init:1}
";
    apply(&namespace, &pod("lab.plimsoll.test/second: exit=3", init));
    let failed = |pod: &Pod| {
        pod.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Failed")
    };
    let pod = until::<Pod>(&namespace, "a", "failed", failed);
    let status = pod.status.as_ref().unwrap();
    let codes: Vec<i32> = status
        .init_container_statuses
        .iter()
        .flatten()
        .map(|one| one.state.as_ref().unwrap().terminated.as_ref().unwrap().exit_code)
        .collect();
    assert_eq!(codes, [0, 3]);
    let main = main_of(&pod).unwrap().state.as_ref().unwrap();
    assert_eq!(main.waiting.as_ref().unwrap().reason.as_deref(), Some("PodInitializing"));
    Ok(())
}

fn out_of_memory_again_and_again() -> Result<(), Failed> {
    let namespace = namespace("oom");
    apply(&namespace, &pod("lab.plimsoll.test/main: oom", ""));
    let again = |pod: &Pod| main_of(pod).is_some_and(|main| main.restart_count >= 2);
    let found = until::<Pod>(&namespace, "a", "started anew", again);
    let before = main_of(&found).unwrap().last_state.clone().unwrap().terminated.unwrap();
    assert_eq!((before.exit_code, before.reason.as_deref()), (137, Some("OOMKilled")));
    let why = waiting(&namespace, "CrashLoopBackOff");
    assert!(why.contains("restarting failed container=main pod=a_"), "{why}");
    Ok(())
}

fn an_image_that_is_absent() -> Result<(), Failed> {
    let namespace = namespace("image");
    apply(&namespace, &pod("lab.plimsoll.test/main: image=absent", ""));
    let why = waiting(&namespace, "ImagePullBackOff");
    assert_eq!(why, "Back-off pulling image \"example.test/main:1\"");
    event(&namespace, "a", "Failed: Failed to pull image \"example.test/main:1\"");
    Ok(())
}

fn slow_starts_are_slow() -> Result<(), Failed> {
    let namespace = namespace("slow");
    apply(&namespace, &pod("lab.plimsoll.test/main: ready=3s", ""));
    let runs = |pod: &Pod| {
        pod.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Running")
    };
    let pod = until::<Pod>(&namespace, "a", "running", runs);
    assert!(!is(&pod, "Ready"));
    node_of(&namespace, "a");
    Ok(())
}

fn jobs_end_well_or_not() -> Result<(), Failed> {
    let namespace = namespace("jobs");
    for (name, behaviour) in [("good", "exit=0"), ("bad", "exit=1")] {
        apply(
            &namespace,
            &format!(
                "apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
spec:
  backoffLimit: 0
  template:
    metadata:
      annotations:
        lab.plimsoll.test/main: {behaviour}
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: example.test/main:1
"
            ),
        );
    }
    let has = |job: &Job, kind: &str, reason: &str| {
        job.status.iter().flat_map(|status| status.conditions.iter().flatten()).any(|one| {
            one.type_ == kind && one.status == "True" && one.reason.as_deref() == Some(reason)
        })
    };
    until::<Job>(&namespace, "good", "complete", |job| has(job, "Complete", "CompletionsReached"));
    until::<Job>(&namespace, "bad", "failed", |job| has(job, "Failed", "BackoffLimitExceeded"));
    Ok(())
}

fn deleted_pods_go() -> Result<(), Failed> {
    let namespace = namespace("delete");
    apply(&namespace, &pod("", ""));
    node_of(&namespace, "a");
    lab().block_on(async {
        let pods = api::<Pod>(&namespace);
        let deleted = pods.delete("a", &DeleteParams::default()).await.unwrap();
        let uid = deleted.left().unwrap().metadata.uid.unwrap();
        let gone = kube::runtime::conditions::is_deleted(&uid);
        let wait = kube::runtime::wait::await_condition(pods, "a", gone);
        tokio::time::timeout(std::time::Duration::from_secs(30), wait).await.unwrap().unwrap();
    });
    assert!(pods(&namespace).is_empty());
    Ok(())
}

fn claims_get_what_their_class_gives() -> Result<(), Failed> {
    let namespace = namespace("claims");
    for (name, class, mode) in [
        ("shared", "file", "ReadWriteMany"),
        ("waits", "block", "ReadWriteOnce"),
        ("refused", "block", "ReadWriteMany"),
    ] {
        apply(
            &namespace,
            &format!(
                "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {name}
spec:
  storageClassName: {class}
  accessModes: [{mode}]
  resources:
    requests:
      storage: 1Gi
"
            ),
        );
    }
    let phase = |claim: &PersistentVolumeClaim| {
        claim.status.as_ref().and_then(|status| status.phase.clone()).unwrap_or_default()
    };
    let bound = |claim: &PersistentVolumeClaim| phase(claim) == "Bound";
    until::<PersistentVolumeClaim>(&namespace, "shared", "bound", bound);
    let waits = lab().block_on(api::<PersistentVolumeClaim>(&namespace).get("waits"))?;
    assert_eq!(phase(&waits), "Pending");
    let uses = |name: &str| {
        let volume =
            format!("  volumes: [{{name: v, persistentVolumeClaim: {{claimName: {name}}}}}]\n");
        pod("", &volume).replace("name: a", &format!("name: uses-{name}"))
    };
    apply(&namespace, &uses("waits"));
    node_of(&namespace, "uses-waits");
    apply(&namespace, &uses("refused"));
    let event = event(&namespace, "refused", "ProvisioningFailed");
    assert!(
        event.contains("it gives ReadWriteOnce, ReadWriteOncePod, not ReadWriteMany"),
        "{event}"
    );
    Ok(())
}

fn an_unknown_behaviour_is_told() -> Result<(), Failed> {
    let namespace = namespace("unknown");
    apply(&namespace, &pod("lab.plimsoll.test/main: explode", ""));
    let why = waiting(&namespace, "CreateContainerError");
    assert_eq!(why, "the lab knows no behaviour \"explode\"");
    Ok(())
}

/// A web server of files, which is a part of Python.
const SERVER: &str = "lab.plimsoll.test/main.process: python3 -u -m http.server 8080";

fn a_real_process_is_probed() -> Result<(), Failed> {
    let namespace = namespace("real");
    let probes = "      env: [{name: WHO, value: me}]
      ports: [{name: web, containerPort: 8080}]
      startupProbe: {httpGet: {path: /, port: web}, periodSeconds: 1, failureThreshold: 30}
      readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1}
      livenessProbe: {exec: {command: [sh, -c, 'test $(cat /sys/class/net/eth0/address)']}}
";
    apply(&namespace, &pod(SERVER, probes));
    let expected = "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404";
    event(&namespace, "a", expected);
    let found = lab().block_on(api::<Pod>(&namespace).get("a"))?;
    assert!(!is(&found, "Ready"));
    assert_eq!(main_of(&found).unwrap().started, Some(true));

    // Its directory is its own, and within the lab's.
    let uid = found.metadata.uid.as_deref().unwrap();
    let directory = format!("pods/a_{}({uid})", namespace.name());
    std::fs::write(lab().place().path().join(directory).join("ready"), "I am")?;
    node_of(&namespace, "a");

    // The API server reaches it at the pod's own address.
    let path = format!("/api/v1/namespaces/{}/pods/a:8080/proxy", namespace.name());
    let question = kube::core::Request::new(path).get("ready", &GetParams::default())?;
    let client = lab().client(plimsoll_lab::User::Admin);
    assert_eq!(lab().block_on(client.request_text(question))?, "I am");
    Ok(())
}

fn a_probe_that_fails_ends_the_process() -> Result<(), Failed> {
    let namespace = namespace("liveness");
    let probes =
        "      livenessProbe: {tcpSocket: {port: 9}, periodSeconds: 1, failureThreshold: 2}
";
    apply(&namespace, &pod(SERVER, probes));
    let failed = event(&namespace, "a", "Unhealthy: Liveness probe failed: dial tcp 10.77.");
    assert!(failed.ends_with(":9: connect: connection refused"), "{failed}");
    event(&namespace, "a", "Killing: Container main failed liveness probe, will be restarted");
    let again = |pod: &Pod| main_of(pod).is_some_and(|main| main.restart_count >= 1);
    let found = until::<Pod>(&namespace, "a", "started anew", again);
    let before = main_of(&found).unwrap().last_state.clone().unwrap().terminated.unwrap();
    // 128, and the number of the signal that asks a process to end.
    assert_eq!((before.exit_code, before.reason.as_deref()), (143, Some("Error")));
    Ok(())
}
