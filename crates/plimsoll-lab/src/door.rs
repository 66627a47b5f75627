//! The lab's one door: connections from outside to the API server.
//!
//! The listening socket was made outside and handed in, and a socket stays in the network where it
//! was made. So the door lets loopback of the machine in, and nothing out.

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

use crate::address;

/// Joins every connection with one to the API server, for ever.
pub(crate) async fn keep(listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((outside, _)) => {
                tokio::spawn(join(outside));
            }
            // Out of file descriptors, most likely: others must end first.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    }
}

async fn join(mut outside: TcpStream) {
    // A side that breaks off is told to the other by closing it; nobody else wants to know.
    if let Ok(mut inside) = TcpStream::connect(address::API_SERVER).await {
        let _ended = copy_bidirectional(&mut outside, &mut inside).await;
    }
}
