//! What reaches cases from outside over HTTP: messages, by machines and by hand, and the work of services beyond the house.

mod jobs;
mod messages;

use web::http::{App, RouteInfo, Routes};

use super::{Casework, DoWork, SendMessages};
use access::Permission as _;

/// Bytes of a report: the outputs of a job.
const REPORT: usize = 1 << 20;

/// What sending a message may be refused with.
const SENDING: &[&str] = &[
    "message.content",
    "message.fields",
    "message.id",
    "message.keep_until",
    "message.key",
    "message.name",
    "message.other_content",
];
/// What asking for jobs may be refused with.
const LEASING: &[&str] = &["job.fields", "job.in_house", "job.most", "job.seconds", "job.types", "job.worker"];
/// What reporting a job may be refused with.
const REPORTING: &[&str] = &[
    "case.no_organ",
    "case.too_large",
    "flow.not_active",
    "job.code",
    "job.fields",
    "job.other_result",
    "job.outputs",
    "job.retry_after",
    "job.why",
];

/// The routes of what comes from outside.
pub(super) fn routes(app: App) -> Routes<Casework> {
    let (send, work) = (SendMessages::CODE, DoWork::CODE);
    let came = ("外部消息", "Messages from outside");
    let act = |path, said, takes| RouteInfo::api_act(path, work, said, takes).refusals(REPORTING).limit(REPORT);
    Routes::new(app)
        .add(RouteInfo::page("/messages", send, came), messages::show)
        .add(RouteInfo::act("/messages", send, ("发出一条消息", "Sends a message")).refusals(SENDING), messages::send)
        .add(RouteInfo::api("/api/messages", send, came).answers(messages::schema), messages::api)
        .add(
            RouteInfo::api_act("/api/messages", send, ("送来一条消息", "Takes a message in"), messages::takes)
                .refusals(SENDING)
                .answers(messages::received_schema),
            messages::receive,
        )
        .add(
            RouteInfo::api_act("/api/jobs/lease", work, ("领取服务作业", "Leases jobs"), jobs::lease_takes)
                .refusals(LEASING)
                .answers(jobs::leased_schema),
            jobs::lease,
        )
        .add(
            act("/api/jobs/{key}/complete", ("作业已完成", "A job is done"), jobs::complete_takes)
                .answers(jobs::schema),
            jobs::complete,
        )
        .add(
            act("/api/jobs/{key}/fail", ("作业未能完成", "A job could not be done"), jobs::fail_takes)
                .answers(jobs::schema),
            jobs::fail,
        )
        .add(
            act(
                "/api/jobs/{key}/throw",
                ("作业报告业务差错", "A job reports an error or an escalation"),
                jobs::throw_takes,
            )
            .answers(jobs::schema),
            jobs::throw,
        )
}
