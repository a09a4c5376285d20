//! Signing in at another system 统一身份认证 (OpenID Connect Core 1.0): the authorization code flow with PKCE, and what an
//! ID token must be to count.
//!
//! Pure: what is fetched from the provider is fetched by a function that the caller gives, and the time is a parameter.
//! What the node must remember while the browser is away is [`Asked`]; the caller seals it and lets it count once. Which
//! officer an [`Identity`] belongs to is no question of this module, and no claim of a token answers it.

use std::fmt;

use kernel::{Instant, Param, Refuse};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient,
    CoreClientAuthMethod, CoreGrantType, CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKey, CoreJsonWebKeySet,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::url::{Host, Url};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError,
    ClientId, ClientSecret, CsrfToken, DiscoveryError, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    ProviderMetadata, RedirectUrl, RequestTokenError, SignatureVerificationError, TokenResponse as _,
};
pub use openidconnect::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::seal::SealKey;

/// Where providers send the browser back to, below the node's public address.
pub const BACK: &str = "/sign-in/oidc/back";
/// A subject is no longer. Source: OpenID Connect Core 1.0, §2.
pub const LONGEST_SUBJECT: usize = 255;
/// By how much a provider's clock may be ahead, in ms.
const AHEAD_MS: i64 = 5 * 60_000;

/// An address that cannot be used: not HTTPS and not this machine, or more than an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("write an https:// address without query or fragment; http:// is for this machine only")]
pub struct UnsafeAddress;

/// A provider that does not answer, in words for the log; they hold neither code nor token.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

/// Asks the provider: one request, one answer, no redirects followed.
pub type Ask<'a> = dyn Fn(HttpRequest) -> Result<HttpResponse, Unreachable> + 'a;

/// Why nobody is signed in by a provider's answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OidcRefusal {
    /// The person, or the provider for them, said no.
    #[error("the provider was told not to go on")]
    Denied,
    /// The provider answered with another error than a no.
    #[error("the provider answered with an error")]
    Failed,
    /// The provider does not answer, or not as OpenID Connect has it. For the log: why.
    #[error("the provider cannot be asked: {0}")]
    Unreachable(Unreachable),
    /// The answer is none to a question that this browser brought, or was taken before, or comes too late.
    #[error("the answer belongs to no sign-in that this browser has begun")]
    NotOurs,
    /// The answer says to come from another provider (RFC 9207).
    #[error("the answer comes from another provider")]
    OtherIssuer,
    /// The code or the ID token does not hold. For the log: in what.
    #[error("the provider's token does not hold: {0}")]
    BadToken(&'static str),
}

impl Refuse for OidcRefusal {
    fn code(&self) -> &'static str {
        match self {
            OidcRefusal::Denied => "oidc.denied",
            OidcRefusal::Failed => "oidc.failed",
            OidcRefusal::Unreachable(_) => "oidc.unreachable",
            OidcRefusal::NotOurs => "oidc.not_ours",
            OidcRefusal::OtherIssuer => "oidc.other_issuer",
            OidcRefusal::BadToken(_) => "oidc.bad_token",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// Which provider, and who the node is there.
#[derive(Clone)]
pub struct Client {
    issuer: IssuerUrl,
    client_id: ClientId,
    secret: Option<ClientSecret>,
    back: RedirectUrl,
    acr: Vec<String>,
    amr: Vec<String>,
}

/// What makes a [`Client`], as it is configured.
#[derive(Clone, Copy, Debug)]
pub struct Configured<'a> {
    /// The provider's issuer identifier, to the byte.
    pub issuer: &'a str,
    /// The node's name there.
    pub client_id: &'a str,
    /// The node's public address, without a path.
    pub address: &'a str,
    /// Values of `acr` that count as a second factor.
    pub acr: &'a [String],
    /// Values of `amr` that count as a second factor.
    pub amr: &'a [String],
}

/// What a provider publishes about itself, with its keys.
#[derive(Clone, Debug)]
pub struct Provider(Metadata);

/// What the node remembers while the browser is at the provider.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    state: String,
    nonce: String,
    verifier: String,
}

/// What the browser brings back in the query.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Returned {
    code: String,
    state: String,
    iss: Option<String>,
    error: Option<String>,
}

/// Whom the provider knows: its own name and the person's name there.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider's issuer identifier.
    pub issuer: String,
    /// The person's name there; no other claim is looked at.
    pub subject: String,
    /// Whether the provider says that a second factor was shown, in the values that the node is configured to believe.
    pub vouched: bool,
}

/// RFC 9207 §3: whether answers name their issuer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct NamesItself {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for NamesItself {}

type Metadata = ProviderMetadata<
    NamesItself,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// HTTPS, or this machine itself.
fn is_safe(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" && url.host().is_some() || url.scheme() == "http" && loopback
}

/// Reads an issuer or a public address: HTTPS but for the machine itself, without query, fragment or name and password.
///
/// # Errors
/// If it is anything else.
pub fn address(text: &str) -> Result<Url, UnsafeAddress> {
    let url = Url::parse(text).map_err(|_| UnsafeAddress)?;
    let bare =
        url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    if bare && is_safe(&url) { Ok(url) } else { Err(UnsafeAddress) }
}

impl Client {
    /// The node at a provider.
    ///
    /// - `secret`: of a confidential client; without one PKCE alone ties the code to the node.
    ///
    /// # Errors
    /// If issuer or public address is in the clear and beyond this machine, or no address.
    pub fn new(configured: Configured<'_>, secret: Option<String>) -> Result<Client, UnsafeAddress> {
        address(configured.issuer)?;
        let public = address(configured.address)?;
        let back = public.join(BACK).map_err(|_| UnsafeAddress)?;
        Ok(Client {
            issuer: IssuerUrl::new(configured.issuer.to_owned()).map_err(|_| UnsafeAddress)?,
            client_id: ClientId::new(configured.client_id.to_owned()),
            secret: secret.map(ClientSecret::new),
            back: RedirectUrl::from_url(back),
            acr: configured.acr.to_vec(),
            amr: configured.amr.to_vec(),
        })
    }

    /// The provider's issuer identifier.
    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Where the provider sends browsers back to.
    pub fn back(&self) -> &str {
        self.back.as_str()
    }

    /// Reads what the provider publishes (OpenID Connect Discovery 1.0), and its keys.
    ///
    /// # Errors
    /// If it cannot be asked, names another issuer than it is asked for, or leads into the clear.
    pub fn discover(&self, ask: &Ask<'_>) -> Result<Provider, OidcRefusal> {
        let metadata = Metadata::discover(&self.issuer, &ask).map_err(|error| unreachable(&error))?;
        let endpoints = [Some(metadata.authorization_endpoint().url()), metadata.token_endpoint().map(|it| it.url())];
        let all = endpoints.into_iter().flatten().chain([metadata.jwks_uri().url()]);
        // A provider within the machine leads where it likes within the machine; one over HTTPS stays there.
        let clear = self.issuer.url().scheme() == "http";
        if all.into_iter().any(|url| !is_safe(url) || (url.scheme() == "http" && !clear)) {
            return Err(told("it leads into the clear"));
        }
        if metadata.token_endpoint().is_none() {
            return Err(told("it has no token endpoint"));
        }
        Ok(Provider(metadata))
    }

    /// Begins: where the browser is sent, and what is remembered.
    ///
    /// - `afresh`: the person shows there again who they are, whoever is signed in there.
    ///
    /// # Errors
    /// Never as the provider stands once discovered.
    pub fn begin(&self, provider: &Provider, afresh: bool) -> Result<(String, Asked), OidcRefusal> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client(provider)?;
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        request = request.set_pkce_challenge(challenge);
        for value in &self.acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(value.clone()));
        }
        if afresh {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        let (url, state, nonce) = request.url();
        let asked =
            Asked { state: state.into_secret(), nonce: nonce.secret().clone(), verifier: verifier.into_secret() };
        Ok((url.into(), asked))
    }

    /// Ends: whom the provider says to have recognised.
    ///
    /// Checked in this order: state, issuer of the answer, the provider's no, then the code is given for an ID token, and
    /// of that signature, issuer, audience, time and nonce (OpenID Connect Core 1.0, §3.1.3.7), and the authorised party.
    ///
    /// - `now`: of the machine; a provider knows no node's clock.
    ///
    /// # Errors
    /// The first of these that does not hold.
    pub fn finish(
        &self,
        provider: &Provider,
        asked: &Asked,
        returned: &Returned,
        now: Instant,
        ask: &Ask<'_>,
    ) -> Result<Identity, OidcRefusal> {
        if !bool::from(asked.state.as_bytes().ct_eq(returned.state.as_bytes())) {
            return Err(OidcRefusal::NotOurs);
        }
        let must_say = provider.0.additional_metadata().authorization_response_iss_parameter_supported;
        match &returned.iss {
            Some(iss) if iss != self.issuer.as_str() => return Err(OidcRefusal::OtherIssuer),
            None if must_say => return Err(OidcRefusal::OtherIssuer),
            Some(_) | None => {}
        }
        match returned.error.as_deref() {
            Some("access_denied") => return Err(OidcRefusal::Denied),
            Some(_) => return Err(OidcRefusal::Failed),
            None => {}
        }
        let token = self.redeem(provider, asked, &returned.code, ask)?;
        self.judge(provider, asked, token, now, ask)
    }

    fn redeem(
        &self,
        provider: &Provider,
        asked: &Asked,
        code: &str,
        ask: &Ask<'_>,
    ) -> Result<CoreIdToken, OidcRefusal> {
        let client = self.client(provider)?;
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| told("it has no token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(asked.verifier.clone()));
        let there = |request| {
            let answer = ask(request)?;
            let broken = answer.status().is_server_error();
            if broken { Err(Unreachable(format!("it answers {}", answer.status()))) } else { Ok(answer) }
        };
        let answer = request.request(&there).map_err(|error| match error {
            RequestTokenError::Request(unreachable) => OidcRefusal::Unreachable(unreachable),
            RequestTokenError::ServerResponse(_) => OidcRefusal::BadToken("the code is not taken"),
            // The cause holds what was answered, and that may be a token.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => OidcRefusal::BadToken("the answer is none"),
        })?;
        answer.id_token().cloned().ok_or(OidcRefusal::BadToken("there is no ID token"))
    }

    fn judge(
        &self,
        provider: &Provider,
        asked: &Asked,
        token: CoreIdToken,
        now: Instant,
        ask: &Ask<'_>,
    ) -> Result<Identity, OidcRefusal> {
        let nonce = Nonce::new(asked.nonce.clone());
        let claims = match token.claims(&self.verifier(provider, provider.0.jwks().clone(), now), &nonce) {
            // Providers change their keys when they like: one that is not known may be new.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_),
            )) => {
                let keys =
                    CoreJsonWebKeySet::fetch(provider.0.jwks_uri(), &ask).map_err(|error| unreachable(&error))?;
                token.claims(&self.verifier(provider, keys, now), &nonce)
            }
            answer => answer,
        };
        let claims = claims.map_err(|error| OidcRefusal::BadToken(why(&error)))?;
        // One audience alone is let through above, and it is the node; whom else it was given to makes it another's.
        if claims.authorized_party().is_some_and(|party| *party != self.client_id) {
            return Err(OidcRefusal::BadToken("authorised party"));
        }
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT {
            return Err(OidcRefusal::BadToken("subject"));
        }
        let acr = claims.auth_context_ref().is_some_and(|acr| self.acr.iter().any(|known| known == acr.as_str()));
        let mut methods = claims.auth_method_refs().into_iter().flatten();
        let amr = methods.any(|amr| self.amr.iter().any(|known| known == amr.as_str()));
        Ok(Identity { issuer: self.issuer.as_str().to_owned(), subject: subject.to_owned(), vouched: acr || amr })
    }

    /// Signed by a key of the provider's: a secret that both know signs nothing, and what nobody signed says nothing.
    fn verifier(&self, provider: &Provider, keys: CoreJsonWebKeySet, now: Instant) -> CoreIdTokenVerifier<'static> {
        use CoreJwsSigningAlgorithm as Alg;
        const TAKEN: [Alg; 9] = [
            Alg::RsaSsaPkcs1V15Sha256,
            Alg::RsaSsaPkcs1V15Sha384,
            Alg::RsaSsaPkcs1V15Sha512,
            Alg::RsaSsaPssSha256,
            Alg::RsaSsaPssSha384,
            Alg::RsaSsaPssSha512,
            Alg::EcdsaP256Sha256,
            Alg::EcdsaP384Sha384,
            Alg::EdDsa,
        ];
        let published = provider.0.id_token_signing_alg_values_supported();
        let taken = TAKEN.into_iter().filter(|alg| published.contains(alg));
        CoreIdTokenVerifier::new_public_client(self.client_id.clone(), self.issuer.clone(), keys)
            .set_allowed_algs(taken)
            .set_time_fn(move || chrono::DateTime::from_timestamp_millis(now.ms()).unwrap_or_default())
            .set_issue_time_verifier_fn(move |issued| {
                let latest = now.plus_ms(AHEAD_MS).ms();
                if issued.timestamp_millis() <= latest { Ok(()) } else { Err("it is of the future".to_owned()) }
            })
    }

    fn client(&self, provider: &Provider) -> Result<Ready, OidcRefusal> {
        let client =
            CoreClient::from_provider_metadata(provider.0.clone(), self.client_id.clone(), self.secret.clone())
                .set_redirect_uri(self.back.clone());
        let ways = provider.0.token_endpoint_auth_methods_supported();
        let post = ways.is_some_and(|ways| {
            ways.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !ways.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        Ok(if post { client.set_auth_type(AuthType::RequestBody) } else { client })
    }
}

/// A client that knows its provider.
type Ready = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

/// What a token lacks, in a word of ours: the library's own words quote it.
fn why(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "time",
        ClaimsVerificationError::InvalidAudience(_) => "audience",
        ClaimsVerificationError::InvalidIssuer(_) => "issuer",
        ClaimsVerificationError::InvalidNonce(_) => "nonce",
        ClaimsVerificationError::InvalidSubject(_) => "subject",
        ClaimsVerificationError::SignatureVerification(_) => "signature",
        _ => "form",
    }
}

fn told(why: &str) -> OidcRefusal {
    OidcRefusal::Unreachable(Unreachable(why.to_owned()))
}

fn unreachable(error: &DiscoveryError<Unreachable>) -> OidcRefusal {
    match error {
        DiscoveryError::Request(unreachable) => OidcRefusal::Unreachable(unreachable.clone()),
        DiscoveryError::Response(status, ..) => told(&format!("it answers {status}")),
        DiscoveryError::Validation(_) => told("it names another issuer than it is asked for"),
        _ => told("what it publishes cannot be read"),
    }
}

impl Identity {
    /// Names the identity in rows and acts: 32 hexadecimal digits under the node's own key, from which nobody without the
    /// key tells whether a subject is meant.
    pub fn mark(&self, key: &SealKey) -> String {
        mark(key, &self.issuer, &self.subject)
    }
}

/// As [`Identity::mark`], of an identity that somebody wrote down.
pub fn mark(key: &SealKey, issuer: &str, subject: &str) -> String {
    let mark = key.mark("identity at a provider", &[issuer.as_bytes(), subject.as_bytes()]);
    mark.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({} at {})", self.client_id.as_str(), self.issuer.as_str())
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asked(…)")
    }
}

impl fmt::Debug for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Returned(…)")
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

#[cfg(test)]
mod tests;
