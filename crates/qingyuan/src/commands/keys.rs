//! `qingyuan keys`: the node's keys shown, rotated by two persons, backed up under a passphrase, restored.

use std::collections::BTreeMap;
use std::io::{BufRead as _, IsTerminal as _, Read as _};
use std::path::Path;

use access::device::Agent;
use age::secrecy::SecretString;
use base64::prelude::{BASE64_STANDARD as BASE64, Engine as _};
use directory::{FirstStep, SignedIn, Whence};
use serde::{Deserialize, Serialize};

use crate::cli::{Ended, Place};
use crate::node::{Node, chain};
use crate::say::both;

/// Characters of a passphrase at least: it stands alone between a stolen file and the node's signature.
const PASSPHRASE: usize = 16;
/// Bytes of a file of keys at most.
const LONGEST: u64 = 1 << 20;

/// The files of a folder of keys.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bundle {
    node: i64,
    /// Name to content in base64.
    files: BTreeMap<String, String>,
}

/// Prints the keys of the log with the sizes they count for, and the key this node witnesses with.
pub(crate) async fn show(place: &Place) -> Result<Ended, String> {
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let ring = node.keyring().map_err(|fault| chain(&fault))?;
    let keys = ring.keys();
    for key in keys.log {
        let to = key.to_size.map_or_else(|| "…".to_owned(), |to| to.to_string());
        println!("{}  {}–{to}", key.vkey, key.from_size);
    }
    for vkey in keys.beside {
        println!("{vkey}");
    }
    println!("{}", ring.into_witness().vkey());
    Ok(Ended::Done)
}

/// Rotates the key of the log: a system and a security administrator, each with their password.
pub(crate) async fn rotate(place: &Place, first: &str, second: &str) -> Result<Ended, String> {
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let first = identified(&node, first).await?.reader.officer();
    let second = identified(&node, second).await?.reader.officer();
    let mut ring = node.keyring().map_err(|fault| chain(&fault))?;
    notary::rotate(&node.directory, &mut ring, first, second).await.map_err(|error| match error {
        notary::RotateError::Refused(refusal) => said(refusal),
        other => chain(&other),
    })?;
    let key = ring.keys().log.last().map(|key| key.vkey.to_string()).unwrap_or_default();
    println!(
        "{}",
        both(
            &format!("新密钥已启用：{key}\n两个检查点由新旧密钥共同签名后，旧密钥停用。请另行备份密钥。"),
            &format!(
                "The new key is in use: {key}\nOnce two checkpoints carry both signatures the old key ends. Back the keys up again."
            ),
        )
    );
    node.store.close().await;
    Ok(Ended::Done)
}

fn said(refusal: notary::RotationRefusal) -> String {
    let (zh, en) = match refusal {
        notary::RotationRefusal::OnePerson => {
            ("更换密钥须由两个人共同进行。", "A key is rotated by two persons, not by one twice.")
        }
        notary::RotationRefusal::WrongHands => (
            "更换密钥须由一名系统管理员（--first）和一名安全管理员（--second）共同进行。",
            "A key is rotated by a system administrator (--first) and a security administrator (--second).",
        ),
        notary::RotationRefusal::Underway => (
            "上一次更换还没有完成：新旧密钥仍在共同签名。节点运行时，两个检查点之后即完成。",
            "The last rotation is not finished: both keys still sign. While the node serves, two checkpoints end it.",
        ),
    };
    both(zh, en)
}

/// Asks for all that an officer signs in with, throttled as a sign-in is, and signs them out at once.
pub(crate) async fn identified(node: &Node, login: &str) -> Result<SignedIn, String> {
    let refused = |refusal: &dyn std::fmt::Display| format!("{login}: {refusal}");
    let password = secret(&both(&format!("{login} 的密码："), &format!("Password of {login}: ")))?;
    let console = Whence { address: "console".to_owned(), agent: Agent::default(), device: None };
    let entered = match node.sign_in.sign_in(login, &password, &console).await.map_err(|why| refused(&why))? {
        FirstStep::Entered(entered) => entered,
        FirstStep::SecondFactor(halfway) => {
            let code = secret(&both(&format!("{login} 的动态验证码："), &format!("Code of {login}: ")))?;
            node.sign_in.second_step(&halfway, &code, &console).await.map_err(|why| refused(&why))?
        }
    };
    let fault = |fault| chain(&fault);
    let signed_in = node.sign_in.signed_in(&entered.token.reveal()).await.map_err(fault)?;
    node.sign_in.sign_out(&entered.token).await.map_err(fault)?;
    signed_in.ok_or_else(|| refused(&directory::SignInRefusal::NoPost))
}

/// Writes all keys into one file under a passphrase; any `age` opens it.
pub(crate) fn backup(place: &Place, file: &Path) -> Result<Ended, String> {
    let config = crate::config::Config::read(&place.data).map_err(|error| error.to_string())?;
    if file.exists() {
        return Err(both(
            &format!("{} 已存在，没有覆盖。", file.display()),
            &format!("{} exists already; it was left as it is.", file.display()),
        ));
    }
    let folder = place.data.join("keys");
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut bundle = Bundle { node: config.node, files: BTreeMap::new() };
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().map_err(failed)?.is_file() && !name.ends_with(".part") {
            bundle.files.insert(name, BASE64.encode(std::fs::read(entry.path()).map_err(failed)?));
        }
    }
    let passphrase = secret(&both("口令（至少 16 个字符）：", "Passphrase (16 characters at least): "))?;
    if passphrase.chars().count() < PASSPHRASE {
        return Err(both("口令太短：至少 16 个字符。", "The passphrase is too short: 16 characters at least."));
    }
    if std::io::stdin().is_terminal() && secret(&both("再输一次：", "Again: "))? != passphrase {
        return Err(both("两次输入的口令不同。", "The two passphrases differ."));
    }
    let plain = serde_json::to_vec(&bundle).map_err(|error| error.to_string())?;
    let recipient = age::scrypt::Recipient::new(SecretString::from(passphrase));
    let sealed = age::encrypt(&recipient, &plain).map_err(|error| error.to_string())?;
    store::write_private(file, &sealed).map_err(|fault| chain(&fault))?;
    println!(
        "{}",
        both(
            &format!("{} 个密钥文件已加密写入 {}；口令另处保管。", bundle.files.len(), file.display()),
            &format!(
                "{} files of keys are sealed in {}; keep the passphrase elsewhere.",
                bundle.files.len(),
                file.display()
            ),
        )
    );
    Ok(Ended::Done)
}

/// Puts the keys of such a file into a data folder; what is there and differs is never overwritten.
pub(crate) fn restore(place: &Place, file: &Path) -> Result<Ended, String> {
    let restored = restore_into(&place.data, file)?;
    println!(
        "{}",
        both(&format!("已恢复 {restored} 个密钥文件。"), &format!("{restored} files of keys are restored."))
    );
    Ok(Ended::Done)
}

fn restore_into(data: &Path, file: &Path) -> Result<usize, String> {
    let unreadable = |why: String| format!("{}: {why}", file.display());
    let mut sealed = Vec::new();
    let opened = std::fs::File::open(file).map_err(|error| unreadable(error.to_string()))?;
    opened.take(LONGEST).read_to_end(&mut sealed).map_err(|error| unreadable(error.to_string()))?;
    let passphrase = secret(&both("口令：", "Passphrase: "))?;
    let identity = age::scrypt::Identity::new(SecretString::from(passphrase));
    let plain = age::decrypt(&identity, &sealed).map_err(|_| {
        unreadable(both("口令不对，或不是密钥备份文件。", "the passphrase is wrong, or it is no file of keys."))
    })?;
    let bundle: Bundle = serde_json::from_slice(&plain).map_err(|error| unreadable(error.to_string()))?;
    if let Ok(config) = crate::config::Config::read(data)
        && config.node != bundle.node
    {
        return Err(both(
            &format!("这是节点 {} 的密钥，而 {} 是节点 {}。", bundle.node, data.display(), config.node),
            &format!("These are keys of node {}; {} is node {}.", bundle.node, data.display(), config.node),
        ));
    }
    let folder = data.join("keys");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut wanted = Vec::new();
    for (name, content) in &bundle.files {
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        let content = BASE64.decode(content).ok().filter(|_| plain && !name.starts_with('.'));
        let content = content.ok_or_else(|| unreadable(name.clone()))?;
        let path = folder.join(name);
        match std::fs::read(&path) {
            Ok(there) if there == content => {}
            // These move on with the log; those of the folder are the newer ones.
            Ok(_) if name.ends_with(".frontier") || name.ends_with(".verified") => {}
            Ok(_) => {
                return Err(both(
                    &format!("{} 已有不同的内容，没有改动任何文件。", path.display()),
                    &format!("{} is there and differs; no file was changed.", path.display()),
                ));
            }
            Err(_) => wanted.push((path, content)),
        }
    }
    for (path, content) in &wanted {
        store::write_private(path, content).map_err(|fault| chain(&fault))?;
    }
    Ok(wanted.len())
}

/// A secret from the terminal, unseen, or a line of standard input where there is no terminal.
fn secret(prompt: &str) -> Result<String, String> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password(prompt).map_err(|error| error.to_string());
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| error.to_string())?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
