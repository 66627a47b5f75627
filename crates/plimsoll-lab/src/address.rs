//! Addresses within the lab's network namespace, which has loopback, one bridge and no way out.

use std::net::{IpAddr, Ipv4Addr};

/// Loopback, of which every network namespace has its own.
pub(crate) const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// The lab's own address on the bridge that pods with a process are connected to.
pub(crate) const LAB: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 77, 0, 1));
/// The first address of services, which is that of `kubernetes.default`.
pub(crate) const KUBERNETES: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 96, 0, 1));
/// The addresses that services get.
pub(crate) const SERVICES: &str = "10.96.0.0/16";
/// The bridge's name, its address and the size of its network.
pub(crate) const BRIDGE: (&str, &str) = ("lab0", "10.77.0.1/16");
/// Where the API server listens within the namespace.
pub(crate) const API_SERVER_URL: &str = "https://127.0.0.1:6443";
/// The same as an address to connect to.
pub(crate) const API_SERVER: (IpAddr, u16) = (LOOPBACK, 6443);
/// Where the scheduler says that it lives.
pub(crate) const SCHEDULER: (IpAddr, u16) = (LOOPBACK, 10259);
/// Where etcd listens for its client.
pub(crate) const ETCD: &str = "http://127.0.0.1:2379";
/// Where etcd would listen for its peers.
pub(crate) const ETCD_PEERS: &str = "http://127.0.0.1:2380";

/// The address of the node with this number.
pub(crate) fn node(number: usize) -> Ipv4Addr {
    numbered(1, number)
}

/// The address of the pod with this number; they are used again after some thousands.
pub(crate) fn pod(number: usize) -> Ipv4Addr {
    numbered(2, number % (250 * 250))
}

fn numbered(start: u8, number: usize) -> Ipv4Addr {
    let third = u8::try_from(number / 250).unwrap_or(250).saturating_add(start);
    let fourth = u8::try_from(number % 250).unwrap_or(0) + 1;
    Ipv4Addr::new(10, 77, third, fourth)
}
