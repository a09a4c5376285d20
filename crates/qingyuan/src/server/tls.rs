//! Certificate and key as files: read at the start, and again when they have been renewed.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use kernel::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};
use x509_cert::der::Decode as _;

use crate::config::TlsFiles;
use crate::say::both;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(60);

/// Why the files cannot be used.
#[derive(Debug)]
pub(crate) enum TlsError {
    /// File, and the system's words.
    Unreadable(PathBuf, String),
    /// No PEM certificate in it.
    NoCertificate(PathBuf),
    /// No PEM private key in it.
    NoKey(PathBuf),
    /// The library's words; of the pair, never of the key's content.
    NoPair(String),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            TlsError::Unreadable(file, why) => {
                let file = file.display();
                both(&format!("[tls]：{file} 读不出：{why}。"), &format!("[tls]: {file} cannot be read: {why}."))
            }
            TlsError::NoCertificate(file) => {
                let file = file.display();
                both(
                    &format!("[tls] certificate：{file} 里没有 PEM 证书。"),
                    &format!("[tls] certificate: there is no PEM certificate in {file}."),
                )
            }
            TlsError::NoKey(file) => {
                let file = file.display();
                both(
                    &format!("[tls] key：{file} 里没有 PEM 私钥。"),
                    &format!("[tls] key: there is no PEM private key in {file}."),
                )
            }
            TlsError::NoPair(why) => both(
                &format!("[tls]：私钥与证书不是一对，或不能使用：{why}。"),
                &format!("[tls]: key and certificate are no pair, or of no use: {why}."),
            ),
        })
    }
}

/// The pair in use. Renewed files are taken up while the node runs; a faulty renewal leaves the old pair.
pub(crate) struct Certificates {
    files: TlsFiles,
    pair: RwLock<Arc<CertifiedKey>>,
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates").field("files", &self.files).finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.pair.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Certificates {
    /// Reads the files.
    pub(crate) fn read(files: &TlsFiles) -> Result<Arc<Certificates>, TlsError> {
        Ok(Arc::new(Certificates { files: files.clone(), pair: RwLock::new(Arc::new(pair(files)?)) }))
    }

    /// What makes connections of TLS 1.2 and 1.3.
    pub(crate) fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, TlsError> {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::NoPair(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// When the certificate in use ends; `None` if it does not say so in a way we read.
    pub(crate) fn ends(&self) -> Option<Instant> {
        let pair = self.pair.read().unwrap_or_else(PoisonError::into_inner);
        let certificate = x509_cert::Certificate::from_der(pair.cert.first()?).ok()?;
        let seconds = certificate.tbs_certificate().validity().not_after.to_unix_duration().as_secs();
        Some(Instant::from_ms(i64::try_from(seconds).ok()?.checked_mul(1_000)?))
    }

    /// Takes up renewed files for as long as it is polled.
    pub(crate) async fn renew(self: Arc<Self>) {
        let mut seen = self.changed();
        loop {
            tokio::time::sleep(LOOK).await;
            let now = self.changed();
            if now != seen {
                self.take_up();
            }
            seen = now;
        }
    }

    fn take_up(&self) {
        match pair(&self.files) {
            Ok(renewed) => {
                *self.pair.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(renewed);
                tracing::info!("a renewed certificate is in use");
            }
            // Perhaps half of the pair has been written: the next change is looked at again.
            Err(error) => tracing::error!(%error, "a renewed certificate cannot be used; the old one still is"),
        }
    }

    /// When the files were written last.
    fn changed(&self) -> [Option<SystemTime>; 2] {
        [&self.files.certificate, &self.files.key]
            .map(|file| std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok())
    }
}

fn pair(files: &TlsFiles) -> Result<CertifiedKey, TlsError> {
    let read =
        |file: &PathBuf| std::fs::read(file).map_err(|error| TlsError::Unreadable(file.clone(), error.to_string()));
    let (chain, key) = (read(&files.certificate)?, read(&files.key)?);
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&chain)
        .collect::<Result<_, _>>()
        .map_err(|_| TlsError::NoCertificate(files.certificate.clone()))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(files.certificate.clone()));
    }
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| TlsError::NoKey(files.key.clone()))?;
    CertifiedKey::from_der(chain, key, &ring::default_provider())
        .map_err(|error: rustls::Error| TlsError::NoPair(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &std::path::Path, name: &str) -> TlsFiles {
        let made = rcgen::generate_simple_self_signed([format!("{name}.test.invalid")]).unwrap();
        let files =
            TlsFiles { certificate: folder.join(format!("{name}.pem")), key: folder.join(format!("{name}.key")) };
        std::fs::write(&files.certificate, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        files
    }

    #[test]
    fn a_pair_is_read_its_end_known_and_what_is_none_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (write(folder.path(), "one"), write(folder.path(), "other"));
        let certificates = Certificates::read(&one).unwrap();
        assert!(certificates.ends().unwrap().ms() > 4_000_000_000_000, "rcgen's certificates end in the far future");
        certificates.acceptor().unwrap();
        let crossed = TlsFiles { certificate: one.certificate.clone(), key: other.key.clone() };
        assert!(matches!(Certificates::read(&crossed), Err(TlsError::NoPair(_))));
        let swapped = TlsFiles { certificate: one.key.clone(), key: one.certificate.clone() };
        assert!(matches!(Certificates::read(&swapped), Err(TlsError::NoCertificate(_))));
        let twice = TlsFiles { certificate: one.certificate.clone(), key: one.certificate.clone() };
        assert!(matches!(Certificates::read(&twice), Err(TlsError::NoKey(_))));
        let absent = TlsFiles { certificate: folder.path().join("none"), key: one.key.clone() };
        assert!(matches!(Certificates::read(&absent), Err(TlsError::Unreadable(..))));
    }

    #[test]
    fn renewed_files_are_taken_up_and_faulty_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (write(folder.path(), "one"), write(folder.path(), "other"));
        let certificates = Certificates::read(&one).unwrap();
        let shown = |certificates: &Certificates| certificates.pair.read().unwrap().cert[0].clone();
        let first = shown(&certificates);
        std::fs::copy(&other.certificate, &one.certificate).unwrap();
        certificates.take_up();
        assert_eq!(shown(&certificates), first, "half a pair is not taken");
        std::fs::copy(&other.key, &one.key).unwrap();
        certificates.take_up();
        assert_ne!(shown(&certificates), first);
    }
}
