//! `qingyuan init`: a node in earnest. No default password: each of the first three administrators gets a one-time code.

use std::time::Duration;

use access::code::Code;
use directory::{Founded, RegisterEvent};
use kernel::dated::Period;
use kernel::officer::{Appointment, Officer, Post};
use kernel::organ::{Organ, OrganKind};
use kernel::{Class, DivisionCode, NodeId, OfficerId, OrganId, PostId, Text};
use store::Actor;

use crate::cli::{Ended, Place};
use crate::config::Config;
use crate::node::{Node, chain};
use crate::say::both;

/// For how long a first code is good.
const VALID: Duration = Duration::from_secs(72 * 3600);

/// The three administrators 三员: nobody holds two of the posts.
const ADMINISTRATORS: [(&str, &str, &str, &str); 3] = [
    ("system-administrator", "sysadmin", "系统管理员", "System administrator"),
    ("security-administrator", "secadmin", "安全管理员", "Security administrator"),
    ("audit-administrator", "auditadmin", "审计管理员", "Audit administrator"),
];

/// Founds the node, and shows each administrator's code this once.
pub(crate) async fn init(
    place: &Place,
    division: &str,
    name: &str,
    name_en: &str,
    domain: &str,
) -> Result<Ended, String> {
    let (id, codes) = found(place, division, name, name_en, domain).await?;
    println!(
        "{}",
        both(
            &format!("节点 {id} 已建立。三位管理员各凭一次性验证码设定密码，72 小时内有效，只显示这一次："),
            &format!(
                "Node {id} is founded. Each administrator sets a password with a one-time code, good for 72 hours, shown this once:"
            ),
        )
    );
    for (login, code) in codes {
        println!("  {login}  {code}");
    }
    Ok(Ended::Done)
}

/// Founds the node; gives its id, and each administrator's sign-in name with their code.
pub(crate) async fn found(
    place: &Place,
    division: &str,
    name: &str,
    name_en: &str,
    domain: &str,
) -> Result<(NodeId, Vec<(String, String)>), String> {
    let division = DivisionCode::parse(division).map_err(|error| format!("--division {division}: {error}"))?;
    let well_formed = !domain.is_empty()
        && domain.len() <= 200
        && domain.bytes().all(|c| c.is_ascii_alphanumeric() || b".-".contains(&c));
    if !well_formed {
        return Err(both(
            "--domain 只能是域名，例如 qingyuan.example.gov.cn。",
            "--domain is a domain name, such as qingyuan.example.gov.cn.",
        ));
    }
    let id = NodeId::of(division, 1).ok_or("--division")?;
    let config = Config::new(id, domain, false, 0).map_err(|error| error.to_string())?;
    config.write(&place.data).map_err(|error| error.to_string())?;
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    store::Signer::found(&place.data.join("keys"), domain, id.number()).map_err(|fault| chain(&fault))?;
    let today = node.clock.today();
    let organ = OrganId::v7(node.clock.now(), random()?);
    let actor = || Actor::System { component: "init".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let mut events = vec![
        RegisterEvent::Founded(Founded {
            name: Text::new(name, name_en),
            domain: domain.to_owned(),
            synthetic: false,
            supervisor: Some(organ),
        }),
        RegisterEvent::OrgansEntered {
            organs: vec![Organ {
                id: organ,
                number: 1,
                name: Text::new(name, name_en),
                short: Text::new(name, name_en),
                kind: OrganKind::Supervision,
                division,
                parent: None,
                period: Period::since(today),
                uscc: None,
            }],
        },
    ];
    let (mut posts, mut officers, mut appointments) = (Vec::new(), Vec::new(), Vec::new());
    for (duty, login, zh, en) in ADMINISTRATORS {
        let post = PostId::v7(node.clock.now(), random()?);
        let officer = OfficerId::v7(node.clock.now(), random()?);
        posts.push(Post {
            id: post,
            organ,
            name: Text::new(zh, en),
            duties: vec![duty.to_owned()],
            ceiling: Class::WorkSecret,
            valid_from: today,
            valid_to: None,
        });
        officers.push(Officer { id: officer, login: login.to_owned(), name: Text::new(zh, en) });
        appointments.push(Appointment { officer, post, from: today, to: None });
    }
    let granted: Vec<OfficerId> = officers.iter().map(|officer| officer.id).collect();
    let logins: Vec<String> = officers.iter().map(|officer| officer.login.clone()).collect();
    events.push(RegisterEvent::PostsEntered { posts });
    events.push(RegisterEvent::OfficersEntered { officers });
    events.push(RegisterEvent::Appointed { appointments });
    for officer in &granted {
        events.push(RegisterEvent::CredentialGranted { officer: *officer, means: "one-time code".to_owned() });
    }
    for event in &events {
        node.directory.enter(event, actor()).await.map_err(|error| chain(&error))?;
    }
    let mut codes = Vec::new();
    for (officer, login) in granted.iter().zip(&logins) {
        let (code, row) =
            Code::draw(*officer, node.clock.now(), VALID.as_millis() as i64).map_err(|error| error.to_string())?;
        node.sign_in.keep_code(&row).await.map_err(|fault| chain(&fault))?;
        codes.push((login.clone(), code.reveal()));
    }
    node.store.close().await;
    Ok((id, codes))
}

fn random() -> Result<[u8; 10], String> {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}
