//! Who may do an open task: whoever holds a post that it is offered to, and is not kept from it by what was done before 四眼, by
//! an opinion already given 会签, by keeping out 回避 or by not being among those who may know of the case.
//!
//! Officers who act for others add nobody: what the one may not do for whom they act, they may not do either.

use directory::Register;
use flow::Graph;
use flow::state::Number;
use kernel::{Day, OfficerId, OrganId, PostId};

use crate::case::Case;

/// An open task of a case, and the organ in which it is offered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offered {
    /// Its number.
    pub task: Number,
    /// The organ.
    pub organ: OrganId,
}

/// Why an officer with the post may not do a task, though it is offered to the post.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Barred {
    /// They keep out of the case 回避.
    Recused,
    /// They may not know of it.
    Unknown,
    /// What was done before stands in the way.
    Done(flow::Refusal),
}

/// Whether what is known of a case lets an officer do an open task; posts are looked at elsewhere.
///
/// - `ceiling`: the highest class that the officer's post may read.
pub(crate) fn admits(
    case: &Case,
    graph: &Graph,
    task: Number,
    (officer, ceiling): (OfficerId, kernel::Class),
) -> Result<(), Barred> {
    if case.recused.contains(&officer) {
        return Err(Barred::Recused);
    }
    if !case.secrecy.opens_to(ceiling, &[officer].into()) {
        return Err(Barred::Unknown);
    }
    flow::step::admits(graph, &case.with_principals(), task, officer).map_err(Barred::Done)
}

/// Everybody to whose post an open task is offered on a day, and what keeps them from it.
pub(crate) fn of<'a>(
    register: &'a Register,
    case: &'a Case,
    graph: &'a Graph,
    offered: Offered,
    day: Day,
) -> impl Iterator<Item = ((OfficerId, PostId), Result<(), Barred>)> + 'a {
    let posts = case.state.tasks.get(&offered.task).map(|task| task.posts.as_slice()).unwrap_or_default();
    let offers = move |post: &&kernel::officer::Post| {
        post.exists(day)
            && post.duties.iter().any(|duty| posts.contains(duty))
            && register.stands_for(post.organ, offered.organ, day)
    };
    register.posts().filter(offers).flat_map(move |post| {
        let serving = register.appointments().iter().filter(move |it| it.post == post.id && it.serves(day));
        serving.map(move |it| {
            let may = admits(case, graph, offered.task, (it.officer, post.ceiling));
            ((it.officer, post.id), may)
        })
    })
}

/// Whether somebody may do an open task on a day.
pub(crate) fn exist(register: &Register, case: &Case, graph: &Graph, offered: Offered, day: Day) -> bool {
    of(register, case, graph, offered, day).any(|(_, may)| may.is_ok())
}
