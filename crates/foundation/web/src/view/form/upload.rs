//! Sending files: what may be sent is said before; what arrived is shown with its digest; a refusal names the limit and a way out.

use askama::Template;

use super::super::format;
use super::Mistake;
use crate::component;
use crate::locale::Words;

/// A file that arrived.
#[derive(Clone, Debug)]
pub struct Received {
    name: String,
    detail: String,
    replace: Option<String>,
}

impl Received {
    /// - `size`: in bytes. `digest`: the content's SHA-256 in hexadecimal; its first eight digits are shown.
    pub fn new(words: Words, name: impl Into<String>, size: u64, digest: &str) -> Received {
        let short: String = digest.chars().take(8).collect();
        let detail = words.with("upload-received", &[("size", format::bytes(size).into()), ("digest", short.into())]);
        Received { name: name.into(), detail, replace: None }
    }

    /// Where it can be replaced.
    pub fn replace(mut self, href: impl Into<String>) -> Received {
        self.replace = Some(href.into());
        self
    }
}

/// A file field with what arrived so far.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/upload.html")]
pub struct Upload {
    words: Words,
    name: String,
    label: String,
    limits: String,
    accept: String,
    several: bool,
    optional: bool,
    received: Vec<Received>,
    error: String,
}

impl Upload {
    /// - `kinds`: in words (`JSON、JSONL、gzip`). `accept`: as in the HTML attribute. `most`: largest size in bytes.
    pub fn new(
        words: Words,
        name: impl Into<String>,
        label: impl Into<String>,
        kinds: &str,
        accept: impl Into<String>,
        most: u64,
    ) -> Upload {
        let limits = words.with("upload-limits", &[("kinds", kinds.into()), ("size", format::bytes(most).into())]);
        Upload {
            words,
            name: name.into(),
            label: label.into(),
            limits,
            accept: accept.into(),
            several: false,
            optional: false,
            received: Vec::new(),
            error: String::new(),
        }
    }

    /// Several files at once.
    pub fn several(mut self) -> Upload {
        self.several = true;
        self
    }

    /// May be left out, and says so.
    pub fn optional(mut self) -> Upload {
        self.optional = true;
        self
    }

    /// A sentence before the limits.
    pub fn help(mut self, help: &str) -> Upload {
        self.limits = format!("{help} · {}", self.limits);
        self
    }

    /// What is wrong with it, for the summary; `None` where all is well.
    pub fn mistake(&self) -> Option<Mistake> {
        let mistake =
            || Mistake { target: format!("f-{}", self.name), label: self.label.clone(), error: self.error.clone() };
        (!self.error.is_empty()).then(mistake)
    }

    fn required(&self) -> bool {
        !self.optional && self.received.is_empty()
    }

    /// A file that arrived.
    pub fn received(mut self, file: Received) -> Upload {
        self.received.push(file);
        self
    }

    /// Why a file was refused, with the limit and a way out.
    pub fn error(mut self, error: impl Into<String>) -> Upload {
        self.error = error.into();
        self
    }

    /// Nothing sent, one arrived, one refused.
    pub fn samples(words: Words) -> Vec<(&'static str, Upload)> {
        let w = |chinese, english| words.either(chinese, english);
        let upload = || {
            Upload::new(
                words,
                "file",
                w("采购数据文件", "Procurement data"),
                w("JSON、JSON Lines、gzip", "JSON, JSON Lines, gzip"),
                ".json,.jsonl,.gz",
                2_000_000_000,
            )
        };
        vec![
            ("nothing sent", upload().several()),
            (
                "arrived",
                upload().received(
                    Received::new(words, "2026-11.jsonl.gz", 34_000_000, "7c1e90ab44de").replace("/import/1/replace"),
                ),
            ),
            (
                "refused",
                upload().error(w(
                    "这个文件 34 MB，上限 20 MB。请重拍，或分成两个文件。",
                    "This file is 34 MB; the limit is 20 MB. Take the photo again or split it.",
                )),
            ),
        ]
    }
}

component!(Upload);
