//! How the node asks other systems over HTTP: witnesses, an SMS gateway, a provider of signing in.
//!
//! Whoever is asked was written down by the operator. No redirect is followed, so that no answer leads elsewhere; a status is an
//! answer, which the caller reads; time is limited. How much of an answer is read is for the caller to limit.

use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Certificates that the other side's must lead to, instead of those that browsers know.
#[derive(Clone, Debug)]
pub struct Roots(Arc<Vec<Certificate<'static>>>);

impl Roots {
    /// Reads certificates from PEM; nothing if there is none, or one that is bent.
    pub fn read(pem: &[u8]) -> Option<Roots> {
        let items: Vec<PemItem<'static>> = parse_pem(pem).collect::<Result<_, _>>().ok()?;
        let certificates = items.into_iter().filter_map(|item| match item {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        });
        let certificates: Vec<Certificate<'static>> = certificates.collect();
        (!certificates.is_empty()).then(|| Roots(Arc::new(certificates)))
    }
}

/// A client; connections are kept alive.
///
/// - `patience`: for how long a request may take in all.
/// - `roots`: where they are given, no others count.
pub fn agent(patience: Duration, roots: Option<Roots>) -> ureq::Agent {
    let mut tls = TlsConfig::builder();
    if let Some(Roots(roots)) = roots {
        tls = tls.root_certs(RootCerts::Specific(roots));
    }
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .max_redirects(0)
        .tls_config(tls.build())
        .user_agent(concat!("qingyuan/", env!("CARGO_PKG_VERSION")))
        .build();
    config.new_agent()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_no_certificate_gives_no_roots() {
        let bent = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        for pem in ["", "no PEM", bent] {
            assert!(Roots::read(pem.as_bytes()).is_none(), "{pem:?}");
        }
        let whole = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        assert!(Roots::read(whole.as_bytes()).is_some());
        assert!(Roots::read(format!("{whole}{bent}").as_bytes()).is_none(), "one of them is bent");
    }
}
