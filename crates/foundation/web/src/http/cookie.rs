//! Cookies: their names, how they are read, how they are set.

use std::collections::HashMap;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::http::app::App;

/// The session's secret.
pub(crate) const SESSION: &str = "qy-session";
/// Who gave the right password, sealed, between the two steps of signing in.
pub(crate) const HALFWAY: &str = "qy-halfway";
/// What a passkey was asked, sealed, until its browser answers.
pub(crate) const CEREMONY: &str = "qy-ceremony";
/// What a provider was asked, sealed, until the browser is back.
pub(crate) const AWAY: &str = "qy-away";
/// The device, for whose officers wrong attempts elsewhere do not count.
pub(crate) const DEVICE: &str = "qy-device";
/// The chosen language.
pub(crate) const LANGUAGE: &str = "qy-language";
/// The chosen colours.
pub(crate) const THEME: &str = "qy-theme";

/// How long a cookie lives, and who reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kept {
    /// As long as the browser runs; out of reach of scripts.
    WithTheBrowser,
    /// Five minutes, on the pages of signing in only; out of reach of scripts.
    ForTheNextStep,
    /// Five minutes; out of reach of scripts.
    ForACeremony,
    /// Ten minutes, where the browser comes back to only; out of reach of scripts.
    WhileAway,
    /// A year; out of reach of scripts.
    Long,
    /// A year; it is no secret.
    AsAPreference,
}

/// Sets a cookie of this node.
pub(crate) fn set(response: &mut Response, app: &App, name: &str, value: &str, kept: Kept) {
    let secure = if app.inner.settings.secure_cookies { "; Secure" } else { "" };
    let kind = match kept {
        Kept::WithTheBrowser => "Path=/; HttpOnly",
        Kept::ForTheNextStep => "Path=/sign-in; HttpOnly; Max-Age=300",
        Kept::WhileAway => "Path=/sign-in/oidc; HttpOnly; Max-Age=600",
        Kept::ForACeremony => "Path=/; HttpOnly; Max-Age=300",
        Kept::Long => "Path=/; HttpOnly; Max-Age=31536000",
        Kept::AsAPreference => "Path=/; Max-Age=31536000",
    };
    append(response, &format!("{name}={value}; SameSite=Strict; {kind}{secure}"));
}

/// Takes a cookie back.
pub(crate) fn expire(response: &mut Response, name: &str) {
    let path = match name {
        HALFWAY => "/sign-in",
        AWAY => "/sign-in/oidc",
        _ => "/",
    };
    append(response, &format!("{name}=; Path={path}; SameSite=Strict; HttpOnly; Max-Age=0"));
}

fn append(response: &mut Response, cookie: &str) {
    // Values are of our own making: letters, digits, hyphens, underscores.
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The cookies of a request.
pub(crate) fn read(headers: &HeaderMap) -> HashMap<String, String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
