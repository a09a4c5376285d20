//! `qingyuan doctor`: what could go wrong, asked before it does.

use std::time::Instant;

use crate::cli::{Ended, Place};
use crate::node::{Node, chain};
use crate::say::both;

/// Checks folder, store, durability, keys, calendar, supervision.
pub(crate) async fn doctor(place: &Place) -> Result<Ended, String> {
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let mut wrong = 0;
    let mut say = |fine: bool, zh: String, en: String| {
        wrong += usize::from(!fine);
        println!("{} {}", if fine { "✓" } else { "△" }, both(&zh, &en));
    };
    let begun = Instant::now();
    let answers = node.store.ping().await;
    let ms = begun.elapsed().as_secs_f64() * 1e3;
    match answers {
        Ok(()) => say(true, format!("数据库应答，{ms:.1} 毫秒"), format!("the store answers, {ms:.1} ms")),
        Err(fault) => say(
            false,
            format!("数据库不应答：{}", chain(&fault)),
            format!("the store does not answer: {}", chain(&fault)),
        ),
    }
    let durable = node.store.durability().await.map_err(|fault| chain(&fault))?;
    say(durable.is_ok(), format!("落盘设置：{durable}"), format!("durability: {durable}"));
    let probe = node.data.join("blobs").join(".probe");
    let writable = std::fs::create_dir_all(node.data.join("blobs"))
        .and_then(|()| std::fs::write(&probe, b"x"))
        .and_then(|()| std::fs::remove_file(&probe));
    say(writable.is_ok(), "附件目录可写".to_owned(), "the blob folder can be written".to_owned());
    let signer = node.signer();
    say(signer.is_ok(), "签名密钥可读".to_owned(), "the signing key can be read".to_owned());
    let today = node.clock.today();
    let calendar = node.calendar.is_working(today).is_ok() && node.calendar.is_working(today.plus(60)).is_ok();
    let (zh, en) = if calendar {
        ("今后 60 天有工作日历".to_owned(), "there is a working calendar for the next 60 days".to_owned())
    } else {
        let year = today.plus(60).year();
        (
            format!("缺 {year} 年的工作日历，到那时时限不能起算；国务院公布放假安排后，请换用带该年日历的版本"),
            format!(
                "no working calendar for {year}: no clock can be armed then; once the holidays are announced, run a version that brings that year's"
            ),
        )
    };
    say(calendar, zh, en);
    let acts = node.store.log_size(node.id.number()).await.map_err(|fault| chain(&fault))?;
    let seen = node.store.cursor(node.id.number(), "supervise").await.map_err(|fault| chain(&fault))?;
    say(
        acts == seen,
        format!("已记录 {acts} 条行为，已监督 {seen} 条"),
        format!("{acts} acts recorded, {seen} supervised"),
    );
    let bundle = web::assets::require();
    say(bundle.is_ok(), "页面样式和脚本已随程序构建".to_owned(), "styles and scripts are built in".to_owned());
    if wrong == 0 {
        Ok(Ended::Done)
    } else {
        Err(both(&format!("{wrong} 项需要处理。"), &format!("{wrong} to be mended.")))
    }
}
