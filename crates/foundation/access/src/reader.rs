//! Under which post somebody acts today.

use std::collections::BTreeSet;

use kernel::officer::{Appointment, Mandate, Post, serving};
use kernel::organ::OrganView;
use kernel::{Class, Day, DivisionCode, NodeId, OfficerId, OrganId, PostId};

use crate::acting::acting;
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
    on_behalf_of: Option<OfficerId>,
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
    /// All posts that the officer is or was appointed to, or has a mandate for.
    pub posts: &'a [Post],
    /// All appointments of the officer, and of those for whom the officer acts.
    pub appointments: &'a [Appointment],
    /// All mandates of the officer to act for others.
    pub mandates: &'a [Mandate],
    /// The organs as of today.
    pub organs: &'a OrganView<'a>,
    /// Today.
    pub today: Day,
}

impl Reader {
    /// The reader of these facts.
    ///
    /// Refused unless the officer is appointed to the post today or acts in it for its holder, and post and organ exist
    /// today. The duties of *all* posts acted in today are kept beside those of this one: some may not be held by one
    /// person. A post among them that is not given refuses too, since what is not known may be what forbids.
    pub fn new(facts: &Facts<'_>) -> Result<Reader, Denied> {
        let not_serving = Denied::NotServing { day: facts.today };
        let known = |id| facts.posts.iter().find(|post| post.id == id);
        let named = serving(facts.appointments, facts.officer, facts.today).map(|appointment| appointment.post);
        let mandated = facts.mandates.iter().filter(|it| it.agent == facts.officer && it.holds(facts.today));
        if named.chain(mandated.map(|mandate| mandate.post)).any(|id| known(id).is_none()) {
            return Err(Denied::Fault);
        }
        let acts = acting(facts.officer, facts.today, known, facts.appointments, facts.mandates);
        let held = acts.iter().flat_map(|it| it.duties.iter().map(|duty| (*duty).to_owned())).collect();
        let acts = acts.into_iter().find(|it| it.post.id == facts.post).ok_or_else(|| not_serving.clone())?;
        let post = acts.post;
        let organ = facts.organs.get(post.organ).ok_or(not_serving)?;
        Ok(Reader {
            node: facts.node,
            officer: facts.officer,
            post: post.id,
            organ: organ.id,
            division: organ.division,
            organs: facts.organs.subtree(organ.id).iter().map(|organ| organ.id).collect(),
            duties: acts.duties.iter().map(|duty| (*duty).to_owned()).collect(),
            held,
            ceiling: post.ceiling,
            on_behalf_of: acts.on_behalf_of,
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

    /// Codes of the duties that the officer has in the post.
    pub fn duties(&self) -> &BTreeSet<String> {
        &self.duties
    }

    /// Codes of the duties of all posts that the officer acts in today.
    pub fn held(&self) -> &BTreeSet<String> {
        &self.held
    }

    /// For whom the officer acts, if not in a post of their own.
    pub fn on_behalf_of(&self) -> Option<OfficerId> {
        self.on_behalf_of
    }

    /// Whose work it is: the holder's for whom the officer acts, else the officer's own.
    pub fn principal(&self) -> OfficerId {
        self.on_behalf_of.unwrap_or(self.officer)
    }

    /// The highest class that the post may read.
    pub fn ceiling(&self) -> Class {
        self.ceiling
    }
}
