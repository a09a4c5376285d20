//! The server under the router: which connections it takes, TLS, and how long it waits for slow ones.

mod listen;
mod tls;

use std::net::IpAddr;

use web::http::Network;

pub(crate) use listen::{Counts, Server};
pub(crate) use tls::Certificates;

use crate::say::both;

/// Whose connections are taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Peers {
    /// Anybody's: they are encrypted, or come from the machine itself.
    Any,
    /// Of these proxies and of the machine itself: what they bring has been encrypted up to them.
    Only(Vec<Network>),
}

impl Peers {
    /// Whether a connection from there is taken.
    pub(crate) fn takes(&self, peer: IpAddr) -> bool {
        match self {
            Peers::Any => true,
            Peers::Only(proxies) => {
                peer.to_canonical().is_loopback() || proxies.iter().any(|proxy| proxy.contains(peer))
            }
        }
    }
}

/// Decides whose connections an address may take. Passwords travel over them: in the clear within the machine only, or
/// from a proxy that is named.
///
/// # Errors
/// One sentence with the ways out.
pub(crate) fn peers(listen: IpAddr, tls: bool, proxies: &[Network]) -> Result<Peers, String> {
    if tls || listen.is_loopback() {
        return Ok(Peers::Any);
    }
    if !proxies.is_empty() {
        return Ok(Peers::Only(proxies.to_vec()));
    }
    Err(both(
        &format!(
            "{listen} 不是本机地址，不能不加密就对外服务：请在 node.toml 写 [tls] 的 certificate 和 key，或在 [proxy] trusted 写前置代理的地址，或只监听 127.0.0.1。"
        ),
        &format!(
            "{listen} is not the loopback, and nothing is served in the clear: give certificate and key under [tls] in node.toml, or the proxy in front under [proxy] trusted, or listen on 127.0.0.1."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_clear_only_within_the_machine_or_behind_a_named_proxy() {
        let proxy: Network = "10.0.0.2".parse().unwrap();
        let only = Some(Peers::Only(vec![proxy]));
        let cases: [(&str, bool, &[Network], Option<Peers>); 7] = [
            ("127.0.0.1", false, &[], Some(Peers::Any)),
            ("::1", false, &[], Some(Peers::Any)),
            ("0.0.0.0", false, &[], None),
            ("192.0.2.1", false, &[], None),
            ("0.0.0.0", true, &[], Some(Peers::Any)),
            ("0.0.0.0", false, &[proxy], only.clone()),
            ("::", false, &[proxy], only),
        ];
        for (listen, tls, proxies, expected) in cases {
            assert_eq!(peers(listen.parse().unwrap(), tls, proxies).ok(), expected, "{listen} tls {tls} {proxies:?}");
        }
        let refused = peers("0.0.0.0".parse().unwrap(), false, &[]).unwrap_err();
        assert!(refused.contains("[tls]") && refused.contains("trusted"), "{refused}");
    }

    #[test]
    fn who_comes_past_the_proxy_is_not_taken() {
        let only = Peers::Only(vec!["10.0.0.0/24".parse().unwrap()]);
        for (peer, taken) in
            [("10.0.0.9", true), ("::ffff:10.0.0.9", true), ("127.0.0.1", true), ("::1", true), ("10.0.1.9", false)]
        {
            assert_eq!(only.takes(peer.parse().unwrap()), taken, "{peer}");
        }
        assert!(Peers::Any.takes("203.0.113.1".parse().unwrap()));
    }
}
