use super::*;

const WHOLE: &str = "
platform: openshift
nodes:
  - name: gpu
    count: 2
    gpu: RX 7900 XTX
    allocatable: {cpu: \"14\", memory: 58Gi, amd.com/gpu: 1}
    labels: {feature.node.kubernetes.io/pci-0300_1002.present: \"true\"}
    taints:
      - {key: amd.com/gpu, value: present, effect: NoSchedule}
  - name: plain
storageClasses:
  - {name: fast, accessModes: [ReadWriteOnce], encrypted: true}
  - {name: shared, default: true, accessModes: [ReadWriteOnce, ReadWriteMany]}
secretStores:
  - name: infisical
entrance:
  domain: apps.example.com
  gateway: {namespace: gateways, name: public}
";

fn problems(text: &str) -> Vec<String> {
    let problems = Cluster::read("c.yaml", text).expect_err("the file is wrong");
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn a_whole_file_is_read() {
    let cluster = Cluster::read("c.yaml", WHOLE).unwrap();
    assert_eq!(cluster.platform, Some(Platform::Openshift));
    let [gpu, plain] = &*cluster.nodes else { panic!("{:?}", cluster.nodes) };
    assert_eq!((gpu.count, gpu.gpus()), (2, Some((Vendor::Amd, 1))));
    assert_eq!(gpu.memory(), Some(58 << 30));
    assert_eq!(gpu.taints[0].effect, Effect::NoSchedule);
    assert_eq!((plain.count, plain.gpus(), plain.memory()), (1, None, None));
    assert_eq!(cluster.usual_class().unwrap().name, "shared");
    assert_eq!(cluster.storage_classes[0].encrypted, Some(true));
    assert_eq!(cluster.secret_stores, ["infisical"]);
    assert_eq!(cluster.domain.as_deref(), Some("apps.example.com"));
    let gateway = WayIn::Gateway { namespace: "gateways".into(), name: "public".into() };
    assert_eq!(cluster.way_in, Some(gateway));
}

#[test]
fn a_file_may_say_nothing() {
    assert_eq!(Cluster::read("c.yaml", "{}").unwrap(), Cluster::default());
    assert_eq!(
        problems(""),
        ["c.yaml:1:1: a mapping of platform, nodes, storageClasses, secretStores, entrance is \
         expected here, not nothing"]
    );
}

#[test]
fn every_problem_has_its_place() {
    let text = "
platform: vanilla
plattform: openshift
nodes:
  - {count: 0}
  - {name: GPU, gpu: L4}
  - name: a
    gpu: L4
    count: 0
    allocatable: {memory: much, nvidia.com/gpus: 1, cpu: -1}
    taints: [{key: k}, {effect: Never}]
storageClasses: [{name: a, default: true}, {name: b, default: yes, encrypted: 1, accessModes: [RWX]}]
secretStores: infisical
entrance: {gateway: {name: x}, ingress: {}}
";
    assert_eq!(
        problems(text),
        [
            "c.yaml:2:11: platform: one of kubernetes, openshift is expected here, not vanilla",
            "c.yaml:3:1: unknown key plattform; known are platform, nodes, storageClasses, secretStores, entrance",
            "c.yaml:5:5: nodes[0]: name is missing",
            "c.yaml:5:13: nodes[0].count: a number from 1 to 100000 is expected",
            "c.yaml:6:12: nodes[1].name: \"GPU\" is no name in Kubernetes: lower-case letters, digits, dashes and dots",
            "c.yaml:9:12: nodes[2].count: a number from 1 to 100000 is expected",
            "c.yaml:10:27: nodes[2].allocatable.memory: a quantity such as 58Gi is expected",
            "c.yaml:10:33: nodes[2].allocatable.nvidia.com/gpus: no such resource: nvidia.com/gpu",
            "c.yaml:10:58: nodes[2].allocatable.cpu: it cannot be negative",
            "c.yaml:11:14: nodes[2].taints[0]: effect is missing",
            "c.yaml:11:24: nodes[2].taints[1]: key is missing",
            "c.yaml:11:33: nodes[2].taints[1].effect: one of NoSchedule, PreferNoSchedule, NoExecute is expected here, not Never",
            "c.yaml:12:1: storageClasses: only one can be the default",
            "c.yaml:12:79: storageClasses[1].encrypted: true or false is expected here, not a number",
            "c.yaml:12:96: storageClasses[1].accessModes[0]: one of ReadWriteOnce, ReadWriteOncePod, ReadOnlyMany, ReadWriteMany is expected here, not RWX",
            "c.yaml:13:15: secretStores: a list is expected here, not a text",
            "c.yaml:14:21: entrance.gateway: namespace is missing",
            "c.yaml:14:32: entrance.ingress: a cluster file names one way in: gateway or ingress",
        ]
    );
}

#[test]
fn a_card_without_a_resource_is_a_mistake() {
    let at = |allocatable: &str| {
        problems(&format!("nodes:\n- name: a\n  gpu: L4\n  allocatable: {{{allocatable}}}\n"))
    };
    let none = "nodes[0].gpu: no GPU is allocatable";
    assert!(at("cpu: 8")[0].contains(none));
    assert!(at("nvidia.com/gpu: 0")[0].contains(none));
    let wrong = at("nvidia.com/gpus: 1");
    assert!(wrong[1].contains("nodes[0].allocatable.nvidia.com/gpus"), "{wrong:?}");
}

#[test]
fn text_that_is_no_yaml_and_keys_twice_are_told() {
    assert!(problems("a: [")[0].starts_with("c.yaml:"));
    assert_eq!(
        problems("platform: openshift\nplatform: kubernetes\n"),
        ["c.yaml:2:1: platform stands here twice"]
    );
    let many = format!("nodes: [{}]", "{name: a},".repeat(1001));
    assert_eq!(problems(&many), ["c.yaml:1:8: nodes: more than 1000 entries"]);
}

#[test]
fn half_a_file_is_no_reason_to_panic() {
    for end in 0..WHOLE.len() {
        let half = &WHOLE[..end];
        if let Err(problems) = Cluster::read("c.yaml", half) {
            assert!(problems.iter().all(|problem| problem.place.span.end <= half.len()), "{half}");
        }
    }
}
