//! Under which post somebody acts today.

use std::collections::BTreeSet;

use kernel::officer::{Appointment, Post};
use kernel::organ::OrganView;
use kernel::{Class, Day, DivisionCode, NodeId, OfficerId, OrganId, PostId};

use crate::permission::Denied;

/// An officer who holds a post today, with all that policies look at. Made only by [`Reader::new`], which checks the
/// appointment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reader {
    node: NodeId,
    officer: OfficerId,
    post: PostId,
    organ: OrganId,
    division: DivisionCode,
    organs: BTreeSet<OrganId>,
    duties: BTreeSet<String>,
    held: BTreeSet<String>,
    ceiling: Class,
}

/// What the store knows about an officer, for [`Reader::new`].
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The node.
    pub node: NodeId,
    /// Who.
    pub officer: OfficerId,
    /// Under which of the officer's posts.
    pub post: PostId,
    /// All posts that the officer is or was appointed to.
    pub posts: &'a [Post],
    /// All appointments of the officer.
    pub appointments: &'a [Appointment],
    /// The organs as of today.
    pub organs: &'a OrganView<'a>,
    /// Today.
    pub today: Day,
}

impl Reader {
    /// The reader of these facts.
    ///
    /// Refused unless the officer is appointed to the post today, and post and organ exist today. The duties of *all*
    /// posts held today are kept beside those of this one: some may not be held by one person. A post among them that
    /// is not given refuses too, since what is not known may be what forbids.
    pub fn new(facts: &Facts<'_>) -> Result<Reader, Denied> {
        let not_serving = Denied::NotServing { day: facts.today };
        let serving = || kernel::officer::serving(facts.appointments, facts.officer, facts.today);
        if !serving().any(|appointment| appointment.post == facts.post) {
            return Err(not_serving);
        }
        let mut held = BTreeSet::new();
        let mut acting = None;
        for appointment in serving() {
            let post = facts.posts.iter().find(|post| post.id == appointment.post).ok_or(Denied::Fault)?;
            if !post.exists(facts.today) {
                continue;
            }
            held.extend(post.duties.iter().cloned());
            if post.id == facts.post {
                acting = Some(post);
            }
        }
        let post = acting.ok_or_else(|| not_serving.clone())?;
        let organ = facts.organs.get(post.organ).ok_or(not_serving)?;
        Ok(Reader {
            node: facts.node,
            officer: facts.officer,
            post: post.id,
            organ: organ.id,
            division: organ.division,
            organs: facts.organs.subtree(organ.id).iter().map(|organ| organ.id).collect(),
            duties: post.duties.iter().cloned().collect(),
            held,
            ceiling: post.ceiling,
        })
    }

    /// The node.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Who.
    pub fn officer(&self) -> OfficerId {
        self.officer
    }

    /// Under which post.
    pub fn post(&self) -> PostId {
        self.post
    }

    /// The post's organ.
    pub fn organ(&self) -> OrganId {
        self.organ
    }

    /// The division that organ serves.
    pub fn division(&self) -> DivisionCode {
        self.division
    }

    /// The post's organ and all below it.
    pub fn organs(&self) -> &BTreeSet<OrganId> {
        &self.organs
    }

    /// Codes of the post's duties.
    pub fn duties(&self) -> &BTreeSet<String> {
        &self.duties
    }

    /// Codes of the duties of all posts that the officer holds today.
    pub fn held(&self) -> &BTreeSet<String> {
        &self.held
    }

    /// The highest class that the post may read.
    pub fn ceiling(&self) -> Class {
        self.ceiling
    }
}
