//! Where a request comes from: the connection's other end, or whom a trusted proxy names.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderName};

/// An address, or all addresses that begin like it: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// No address and no network.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no address or network")]
pub struct NoNetwork;

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Network, NoNetwork> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().map_err(|_| NoNetwork)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NoNetwork)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        if bits > width { Err(NoNetwork) } else { Ok(Network { address, bits }) }
    }
}

impl Network {
    /// Whether the address lies in it. An IPv4 address written as IPv6 counts as what it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let drop = 32 - self.bits;
                drop == 32 || own.to_bits() >> drop == other.to_bits() >> drop
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let drop = 128 - self.bits;
                drop == 128 || own.to_bits() >> drop == other.to_bits() >> drop
            }
            _ => false,
        }
    }
}

/// Who asks, as far as the connection and trusted proxies tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// The address; none where no connection is known.
    pub address: Option<IpAddr>,
    /// Whether a proxy says that it was asked over HTTPS.
    pub https: bool,
    /// Whether a trusted proxy stands between.
    pub proxied: bool,
}

impl Origin {
    /// The machine itself.
    pub fn is_loopback(&self) -> bool {
        self.address.is_some_and(|address| address.is_loopback())
    }
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Finds out who asks.
///
/// - `peer`: the other end of the connection.
/// - `trusted`: proxies in front. Headers of anybody else are ignored, since anybody can write them.
///
/// `X-Forwarded-For` is read from its end: each proxy appends whom it was asked by, so that the last address that is no
/// proxy of ours is the asker, and whatever stands before it was written by the asker. Something that is no address ends
/// the reading: then the last proxy known is all that is known.
pub fn origin(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> Origin {
    let peer = peer.to_canonical();
    let is_ours = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_ours(peer) {
        return Origin { address: Some(peer), https: false, proxied: false };
    }
    let named: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(str::trim)
        .collect();
    let mut address = peer;
    for text in named.iter().rev() {
        let Some(named) = host(text) else { break };
        address = named;
        if !is_ours(named) {
            break;
        }
    }
    // Of several values the last is the nearest proxy's.
    let proto = headers.get_all(FORWARDED_PROTO).iter().next_back().and_then(|value| value.to_str().ok());
    let https =
        proto.and_then(|proto| proto.rsplit(',').next()).is_some_and(|it| it.trim().eq_ignore_ascii_case("https"));
    Origin { address: Some(address), https, proxied: true }
}

/// An address as proxies write it: bare, in brackets, with or without a port.
fn host(text: &str) -> Option<IpAddr> {
    let bare = text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok();
    bare.or_else(with_port).or_else(in_brackets).map(|address| address.to_canonical())
}

/// The same of a request, whose connection the server has noted beside it.
pub(crate) fn of(extensions: &Extensions, headers: &HeaderMap, trusted: &[Network]) -> Origin {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(Origin::default, |info| origin(info.0.ip(), headers, trusted))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn networks_are_read_and_hold_what_begins_like_them() {
        let cases = [
            ("10.0.0.7", "10.0.0.7", true),
            ("10.0.0.7", "10.0.0.8", false),
            ("10.0.0.0/8", "10.255.1.2", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "::1", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "fe80::1", false),
            ("::/0", "2001:db8::1", true),
            ("192.168.4.0/23", "192.168.5.255", true),
            ("192.168.4.0/23", "192.168.6.0", false),
        ];
        for (network, address, holds) in cases {
            let network: Network = network.parse().unwrap();
            assert_eq!(network.contains(address.parse().unwrap()), holds, "{network:?} {address}");
        }
        for wrong in ["", "10.0.0", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "proxy.example", "10.0.0.1:80"]
        {
            assert_eq!(wrong.parse::<Network>(), Err(NoNetwork), "{wrong}");
        }
    }

    #[test]
    fn forwarded_headers_count_from_trusted_proxies_only() {
        // What it is; peer, X-Forwarded-For by header, X-Forwarded-Proto; the address, whether HTTPS.
        type Case = (&'static str, &'static str, &'static [&'static str], &'static str, &'static str, bool);
        let cases: &[Case] = &[
            ("nobody trusted says something", "203.0.113.5", &["198.51.100.1"], "https", "203.0.113.5", false),
            ("the proxy names the asker", "10.0.0.1", &["198.51.100.1"], "https", "198.51.100.1", true),
            ("the proxy was asked in the clear", "10.0.0.1", &["198.51.100.1"], "http", "198.51.100.1", false),
            ("the asker invents one before", "10.0.0.1", &["1.2.3.4, 198.51.100.1"], "", "198.51.100.1", false),
            ("two proxies of ours", "10.0.0.1", &["198.51.100.1, 10.0.0.2"], "", "198.51.100.1", false),
            ("two headers", "10.0.0.1", &["1.2.3.4", "198.51.100.1"], "", "198.51.100.1", false),
            ("the proxy says nothing", "10.0.0.1", &[], "", "10.0.0.1", false),
            ("no address", "10.0.0.1", &["unknown"], "", "10.0.0.1", false),
            ("no address behind a proxy", "10.0.0.1", &["1.2.3.4, _hidden, 10.0.0.2"], "", "10.0.0.2", false),
            ("with a port", "10.0.0.1", &["198.51.100.1:4711"], "", "198.51.100.1", false),
            ("IPv6 in brackets", "10.0.0.1", &["[2001:db8::7]"], "", "2001:db8::7", false),
            ("IPv6 with a port", "10.0.0.1", &["[2001:db8::7]:4711"], "", "2001:db8::7", false),
            ("a proxy seen as IPv6", "::ffff:10.0.0.1", &["198.51.100.1"], "HTTPS", "198.51.100.1", true),
            ("protocols of a chain", "10.0.0.1", &["198.51.100.1"], "http, https", "198.51.100.1", true),
        ];
        let trusted: Vec<Network> = vec!["10.0.0.0/24".parse().unwrap()];
        for (case, peer, named, proto, address, https) in cases {
            let mut headers = HeaderMap::new();
            for value in *named {
                headers.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
            }
            if !proto.is_empty() {
                headers.append(FORWARDED_PROTO, HeaderValue::from_str(proto).unwrap());
            }
            let peer: IpAddr = peer.parse().unwrap();
            let found = origin(peer, &headers, &trusted);
            assert_eq!((found.address, found.https), (Some(address.parse().unwrap()), *https), "{case}");
            let ignored = origin(peer, &headers, &[]);
            assert_eq!((ignored.address, ignored.https), (Some(peer.to_canonical()), false), "{case}, nobody trusted");
        }
    }
}
