//! What the API server refuses, and how that is told.

use k8s_openapi::api::core::v1::{Node, Pod, Secret};
use kube::api::{Api, ListParams};
use libtest_mimic::Failed;
use plimsoll_lab::User;

use crate::Test;
use crate::cluster::{api, apply, lab, namespace, pods};

pub(crate) const TESTS: &[Test] = &[
    ("refusals::an_unknown_field_is_located", an_unknown_field_is_located),
    ("refusals::a_wrong_value_is_located", a_wrong_value_is_located),
    ("refusals::an_unknown_kind_is_located", an_unknown_kind_is_located),
    ("refusals::definitions_are_enforced", definitions_are_enforced),
    ("refusals::a_dry_run_keeps_nothing", a_dry_run_keeps_nothing),
    ("refusals::users_may_do_what_their_roles_say", users_may_do_what_their_roles_say),
];

const DEPLOYMENT: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: fine
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: wrong
spec:
  selector:
    matchLabels: {app: wrong}
  template:
    metadata:
      labels: {app: wrong}
    spec:
      containers:
        - name: main
          image: example.test/main:1
          MARK
";

fn refused(manifests: &str) -> Vec<(usize, String, String)> {
    let namespace = namespace("refusals");
    let refusals = lab().block_on(lab().dry_run(manifests, &namespace)).unwrap();
    refusals.into_iter().map(|refusal| (refusal.line, refusal.object, refusal.message)).collect()
}

fn an_unknown_field_is_located() -> Result<(), Failed> {
    let found = refused(&DEPLOYMENT.replace("MARK", "imagePullPolice: Always"));
    let [(line, object, message)] = found.as_slice() else {
        return Err(format!("{found:?}").into());
    };
    assert_eq!((*line, object.as_str()), (20, "Deployment/wrong"), "{message}");
    assert!(message.contains("imagePullPolice"), "{message}");
    Ok(())
}

fn a_wrong_value_is_located() -> Result<(), Failed> {
    let found = refused(&DEPLOYMENT.replace("MARK", "imagePullPolicy: Sometimes"));
    let [(line, _, message)] = found.as_slice() else { return Err(format!("{found:?}").into()) };
    assert_eq!(*line, 20);
    assert!(message.contains("Unsupported value: \"Sometimes\""), "{message}");
    assert_eq!(refused(&DEPLOYMENT.replace("MARK", "imagePullPolicy: Always")), []);
    Ok(())
}

fn an_unknown_kind_is_located() -> Result<(), Failed> {
    let found =
        refused("# first\napiVersion: example.test/v1\nkind: Nothing\nmetadata: {name: a}\n");
    let [(2, object, _)] = found.as_slice() else { return Err(format!("{found:?}").into()) };
    assert_eq!(object, "Nothing/a");
    Ok(())
}

fn definitions_are_enforced() -> Result<(), Failed> {
    let route = "\
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: a}
spec:
  to:
    kind: Service
    name: web
    weight: many
";
    let found = refused(route);
    let [(8, _, message)] = found.as_slice() else { return Err(format!("{found:?}").into()) };
    assert!(message.contains("expected numeric"), "{message}");
    assert_eq!(refused(&route.replace("many", "100")), []);
    Ok(())
}

fn a_dry_run_keeps_nothing() -> Result<(), Failed> {
    let namespace = namespace("dry");
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: b}]}}";
    assert_eq!(lab().block_on(lab().dry_run(pod, &namespace))?, []);
    assert!(pods(&namespace).is_empty());
    apply(&namespace, pod);
    assert_eq!(pods(&namespace), ["a"]);
    Ok(())
}

fn users_may_do_what_their_roles_say() -> Result<(), Failed> {
    let namespace = namespace("users");
    let list = ListParams::default();
    assert!(lab().block_on(api::<Secret>(&namespace).list(&list)).is_ok());

    let forbidden =
        |error: kube::Error| matches!(error, kube::Error::Api(status) if status.code == 403);
    let viewer = lab().client(User::Viewer);
    let pods: Api<Pod> = Api::namespaced(viewer.clone(), namespace.name());
    let secrets: Api<Secret> = Api::namespaced(viewer.clone(), namespace.name());
    let nodes: Api<Node> = Api::all(viewer);
    assert!(lab().block_on(pods.list(&list)).is_ok());
    assert!(lab().block_on(secrets.list(&list)).is_err_and(forbidden));
    assert!(lab().block_on(nodes.list(&list)).is_err_and(forbidden));

    let pods: Api<Pod> = Api::namespaced(lab().client(User::Stranger), namespace.name());
    assert!(lab().block_on(pods.list(&list)).is_err_and(forbidden));
    Ok(())
}
