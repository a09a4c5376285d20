//! What a panel or page shows when there is nothing to show: empty, loading, broken, refused.

use askama::Template;

use super::{Action, Icon, Link};
use crate::component;
use crate::locale::Words;

/// One sentence for the reader, at most one link.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/notice.html")]
pub struct Notice {
    icon: Icon,
    class: &'static str,
    role: &'static str,
    text: String,
    link: Option<Link>,
}

impl Notice {
    /// Something to know.
    pub fn note(text: impl Into<String>) -> Notice {
        Notice { icon: Icon::Notice, class: "notice", role: "status", text: text.into(), link: None }
    }

    /// Something was done.
    pub fn done(text: impl Into<String>) -> Notice {
        Notice { icon: Icon::Done, class: "done", ..Notice::note(text) }
    }

    /// Something needs an act soon.
    pub fn caution(text: impl Into<String>) -> Notice {
        Notice { icon: Icon::Yellow, class: "yellow", ..Notice::note(text) }
    }

    /// Something went wrong: read out at once.
    pub fn wrong(text: impl Into<String>) -> Notice {
        Notice { icon: Icon::Red, class: "red", role: "alert", ..Notice::note(text) }
    }

    /// The one link.
    pub fn link(mut self, link: Link) -> Notice {
        self.link = Some(link);
        self
    }

    /// The four tones.
    pub fn samples(words: Words) -> Vec<(&'static str, Notice)> {
        vec![
            (
                "note",
                Notice::note(words.either(
                    "11 月 20 日起启用规则 R024 第 2 版。",
                    "Rule R024 version 2 is in force from 20 November.",
                )),
            ),
            (
                "done",
                Notice::done(
                    words.either("已提交结论，记录 #1,204,402。", "Verdict submitted, recorded as #1,204,402."),
                )
                .link(Link::new("/proof/1204402", words.either("看凭证", "See the receipt"))),
            ),
            (
                "caution",
                Notice::caution(words.either("筛选条件隐藏了 2 件逾期事项。", "The filter hides 2 overdue matters.")),
            ),
            (
                "wrong",
                Notice::wrong(words.either(
                    "没有提交。还缺一份材料：房屋使用证明。",
                    "Not submitted. One document is missing: proof of premises.",
                )),
            ),
        ]
    }
}

/// A state in place of content: an icon, what is the case, why, what to do, and small print.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/state.html")]
pub struct State {
    icon: Icon,
    class: &'static str,
    role: &'static str,
    title: String,
    lines: Vec<String>,
    code: String,
    actions: Vec<Action>,
}

impl State {
    fn new(icon: Icon, class: &'static str, title: impl Into<String>) -> State {
        State {
            icon,
            class,
            role: "status",
            title: title.into(),
            lines: Vec::new(),
            code: String::new(),
            actions: Vec::new(),
        }
    }

    /// Nothing here: the cause, and what would fill it. Both are needed: "no data" alone says nothing.
    pub fn empty(cause: impl Into<String>, next: impl Into<String>) -> State {
        State::new(Icon::Unverified, "empty", cause).line(next)
    }

    /// Still computing; shown after 300 ms with the time it usually takes.
    pub fn loading(words: Words, seconds: u32) -> State {
        State::new(Icon::Waiting, "loading", words.count("state-loading", seconds.into()))
    }

    /// Something broke on our side: `reference` finds it in the log, `kept` says what was not lost.
    pub fn broken(words: Words, reference: &str, kept: impl Into<String>) -> State {
        let mut state =
            State::new(Icon::Red, "broken", words.with("state-broken", &[("reference", reference.into())])).line(kept);
        state.role = "alert";
        state.line(words.t("state-broken-again"))
    }

    /// The reader's post lacks a duty. Says which and who grants it, and never whether the thing asked for exists.
    pub fn no_permission(words: Words, duty: &str, post: &str, granted_by: &str) -> State {
        State::new(Icon::Refused, "refused", words.with("state-no-permission", &[("duty", duty.into())]))
            .line(words.with("state-no-permission-post", &[("post", post.into()), ("grantor", granted_by.into())]))
    }

    /// No such page, or none that this reader may see: the two are not told apart.
    pub fn not_found(words: Words) -> State {
        State::new(Icon::Search, "empty", words.t("state-not-found")).line(words.t("state-not-found-next"))
    }

    /// A refusal in three parts: what did not happen, why (rule, article), what to do; `code` is for support.
    pub fn refused(
        what: impl Into<String>,
        why: impl Into<String>,
        next: impl Into<String>,
        code: impl Into<String>,
    ) -> State {
        let mut state = State::new(Icon::Refused, "refused", what).line(why).line(next);
        state.role = "alert";
        state.code = code.into();
        state
    }

    /// A module's refusal in the reader's language, with what to do next where a text `refusal-CODE-next` says it.
    pub fn refusal(words: Words, refused: &kernel::Refused) -> State {
        let next = words.find(&format!("refusal-{}-next", refused.code.replace(['.', '_'], "-")));
        State::refused(words.t("state-refused"), words.refusal(refused), next.unwrap_or_default(), refused.code)
    }

    /// One more sentence; an empty one is left out.
    pub fn line(mut self, line: impl Into<String>) -> State {
        let line = line.into();
        if !line.is_empty() {
            self.lines.push(line);
        }
        self
    }

    /// A way out.
    pub fn action(mut self, action: Action) -> State {
        self.actions.push(action);
        self
    }

    /// All states.
    pub fn samples(words: Words) -> Vec<(&'static str, State)> {
        vec![
            (
                "empty",
                State::empty(
                    words.either(
                        "10 月没有收到该单位数据，最后一次是 9 月 28 日。",
                        "Nothing received in October; last on 28 September.",
                    ),
                    words.either("请该单位补报，或导入文件。", "Ask the organ to report, or import a file."),
                )
                .action(Action::go(words.either("导入文件", "Import a file"), "/import")),
            ),
            ("loading", State::loading(words, 3)),
            (
                "error",
                State::broken(
                    words,
                    "8F2K",
                    words.either("已填内容保留到 12 月 18 日。", "What you entered is kept until 18 December."),
                ),
            ),
            (
                "no permission",
                State::no_permission(
                    words,
                    words.either("监督", "supervision"),
                    words.either("窗口岗", "counter clerk"),
                    words.either("区卫健局安全管理员", "the security administrator of your bureau"),
                )
                .action(Action::go(words.either("换岗", "Switch posts"), "/posts")),
            ),
            ("not found", State::not_found(words)),
            (
                "refused",
                State::refused(
                    words.either("没有派出。", "Not assigned."),
                    words.either("监督岗三本周配额已满（25 / 25）。", "Post 3 has used this week's quota (25 of 25)."),
                    words.either("请派给其他岗，或等到下周一。", "Assign to another post, or wait until Monday."),
                    "queue.quota_full",
                ),
            ),
        ]
    }
}

component!(Notice, State);
