//! Places for what a file has not placed: layers from left to right along the flow, sub-processes from the inside out.
//!
//! The same file is laid out the same way each time: everything follows the order of its text.

use std::collections::{HashMap, HashSet};

use bpmn::model::{EventPlace, Reference};

use crate::element::{Elements, What};
use crate::geometry::{Point, Rect, point};

/// Distances in units of the diagram, which are pixels.
const COLUMN: f64 = 56.0;
const ROW: f64 = 52.0;
const PADDING: f64 = 28.0;
const HEAD: f64 = 30.0;
const POOLS: f64 = 48.0;

/// What was laid out, its upper left corner at zero.
#[derive(Default)]
pub(crate) struct Block {
    pub(crate) placed: Vec<(usize, Rect)>,
    pub(crate) w: f64,
    pub(crate) h: f64,
}

/// Lays out a set of elements; `wanted` says which.
pub(crate) struct Layout<'e, 'm> {
    elements: &'e Elements<'m>,
    wanted: &'e dyn Fn(usize) -> bool,
    children: HashMap<Option<usize>, Vec<usize>>,
    flows: Vec<(usize, usize)>,
    on_border: HashMap<usize, Vec<usize>>,
}

impl<'e, 'm> Layout<'e, 'm> {
    pub(crate) fn new(elements: &'e Elements<'m>, wanted: &'e dyn Fn(usize) -> bool) -> Layout<'e, 'm> {
        let mut children: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
        let mut flows = Vec::new();
        let mut on_border: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, element) in elements.list.iter().enumerate() {
            children.entry(element.holder).or_default().push(at);
            if matches!(element.what, What::Flow(..)) {
                flows.extend(elements.ends(at));
            }
            if let Some(host) = elements.host(at).filter(|_| wanted(at)) {
                on_border.entry(host).or_default().push(at);
            }
        }
        Layout { elements, wanted, children, flows, on_border }
    }

    /// Pools below one another with their processes in them; what no pool has, after them.
    ///
    /// - `holders`: processes and sub-processes whose content is to be placed.
    /// - `pools`: whether pools are to be placed, and processes in them.
    pub(crate) fn all(&self, holders: &[usize], pools: bool) -> Block {
        let mut whole = Block::default();
        let mut done = Vec::new();
        let top = self.children.get(&None).map_or(&[][..], Vec::as_slice);
        let mut stack: Vec<Block> = Vec::new();
        for pool in top.iter().copied().filter(|at| pools && (self.wanted)(*at)) {
            if let What::Pool { process, .. } = self.elements.list[pool].what {
                let process = process.and_then(|id| self.elements.find(id)).filter(|at| !done.contains(at));
                done.extend(process);
                stack.push(self.pool(pool, process));
            }
        }
        let widest = stack.iter().map(|block| block.w).fold(0.0, f64::max);
        for block in &mut stack {
            // Pools and lanes are all as wide as the widest.
            let short = widest - block.w;
            for (at, rect) in &mut block.placed {
                if matches!(self.elements.list[*at].what, What::Pool { .. } | What::Lane(_)) {
                    rect.w += short;
                }
            }
        }
        for holder in holders.iter().filter(|at| !done.contains(at)) {
            stack.push(self.level(self.members(Some(*holder))));
        }
        let loose: Vec<usize> = top.iter().copied().filter(|at| pools && self.is_loose(*at)).collect();
        stack.push(self.level(loose));
        for block in stack.into_iter().filter(|block| !block.placed.is_empty()) {
            whole.below(block, POOLS);
        }
        whole
    }

    /// What stands beside pools: remarks and conversations of a collaboration.
    fn is_loose(&self, at: usize) -> bool {
        (self.wanted)(at) && matches!(self.elements.list[at].what, What::Remark | What::Conversation { .. })
    }

    fn members(&self, holder: Option<usize>) -> Vec<usize> {
        let all = self.children.get(&holder).map_or(&[][..], Vec::as_slice);
        all.iter().copied().filter(|at| (self.wanted)(*at)).collect()
    }

    fn pool(&self, pool: usize, process: Option<usize>) -> Block {
        let Some(process) = process else {
            return Block { placed: vec![(pool, Rect::new(0.0, 0.0, 400.0, 60.0))], w: 400.0, h: 60.0 };
        };
        let lanes: Vec<usize> = self.children.get(&Some(process)).map_or(&[][..], Vec::as_slice).to_vec();
        let lanes: Vec<usize> =
            lanes.into_iter().filter(|at| matches!(self.elements.list[*at].what, What::Lane(_))).collect();
        let members = self.members(Some(process));
        let inner = if lanes.is_empty() {
            let mut inner = Block::default();
            inner.put(self.level(members), point(PADDING, PADDING));
            Block { w: inner.w + PADDING, h: (inner.h + PADDING).max(80.0), ..inner }
        } else {
            self.in_lanes(members, &lanes)
        };
        let (w, h) = ((inner.w + HEAD).max(400.0), inner.h);
        let mut block = Block { placed: vec![(pool, Rect::new(0.0, 0.0, w, h))], w, h };
        block.put(inner, point(HEAD, 0.0));
        block
    }

    /// The content of a process in its lanes: columns are those of the whole process, rows each lane's own.
    fn in_lanes(&self, members: Vec<usize>, lanes: &[usize]) -> Block {
        let mut lane_of = HashMap::new();
        for (row, lane) in lanes.iter().enumerate() {
            let What::Lane(it) = self.elements.list[*lane].what else { continue };
            let nodes = gather(it);
            lane_of.extend(nodes.iter().filter_map(|id| self.elements.find(id)).map(|node| (node, row)));
        }
        let grid = self.columns(&members);
        let width = grid.width + 2.0 * PADDING + HEAD;
        let mut whole = Block { w: width, ..Block::default() };
        for (row, lane) in lanes.iter().enumerate() {
            let own: Vec<usize> =
                members.iter().copied().filter(|at| lane_of.get(at).copied().unwrap_or(0) == row).collect();
            let inner = self.rows(&own, &grid);
            let (top, h) = (whole.h, inner.h + 2.0 * PADDING);
            whole.placed.push((*lane, Rect::new(0.0, top, width, h.max(90.0))));
            whole.put(inner, point(HEAD + PADDING, top + PADDING));
            whole.h = top + h.max(90.0);
        }
        Block { w: width, ..whole }
    }

    /// One level of a process.
    fn level(&self, members: Vec<usize>) -> Block {
        let grid = self.columns(&members);
        self.rows(&members, &grid)
    }

    fn columns(&self, members: &[usize]) -> Grid {
        let steps: Vec<usize> = members.iter().copied().filter(|at| self.in_flow(*at)).collect();
        let place: HashMap<usize, usize> = steps.iter().enumerate().map(|(i, at)| (*at, i)).collect();
        // A line from an event on a border leaves its host, as far as columns go.
        let node = |at: usize| self.elements.host(at).unwrap_or(at);
        let flows: Vec<(usize, usize)> = self
            .flows
            .iter()
            .filter_map(|(from, to)| Some((*place.get(&node(*from))?, *place.get(&node(*to))?)))
            .collect();
        let aside =
            self.flows.iter().filter(|(from, _)| self.elements.host(*from).is_some()).map(|(_, to)| *to).collect();
        let layers = layers(steps.len(), &flows);
        let blocks: HashMap<usize, Block> = steps.iter().map(|at| (*at, self.size(*at))).collect();
        let count = layers.iter().copied().max().map_or(0, |last| last + 1);
        let mut widths = vec![0.0f64; count];
        for (i, at) in steps.iter().enumerate() {
            widths[layers[i]] = widths[layers[i]].max(blocks[at].w);
        }
        let mut left = Vec::with_capacity(count);
        let mut x = 0.0;
        for width in &widths {
            left.push(x);
            x += width + COLUMN;
        }
        let layer = steps.iter().enumerate().map(|(i, at)| (*at, layers[i])).collect();
        let before = flows.iter().filter(|(from, to)| layers[*from] < layers[*to]);
        let mut comes_from: HashMap<usize, Vec<usize>> = HashMap::new();
        for (from, to) in before {
            comes_from.entry(steps[*to]).or_default().push(steps[*from]);
        }
        Grid { layer, left, widths, blocks, comes_from, aside, width: (x - COLUMN).max(0.0) }
    }

    fn rows(&self, members: &[usize], grid: &Grid) -> Block {
        let mut block = Block::default();
        let mut middle: HashMap<usize, f64> = HashMap::new();
        for layer in 0..grid.left.len() {
            let mut here: Vec<(f64, usize)> = members
                .iter()
                .copied()
                .filter(|at| grid.layer.get(at) == Some(&layer))
                .map(|at| (grid.wish(at, &middle), at))
                .collect();
            // Stable, so that ways out of one gateway keep the order of the text.
            here.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut free = f64::NEG_INFINITY;
            for (wish, at) in here {
                let size = &grid.blocks[&at];
                let y = (wish - size.h / 2.0).max(free);
                let x = grid.left[layer] + (grid.widths[layer] - size.w) / 2.0;
                free = y + size.h + ROW;
                middle.insert(at, y + size.h / 2.0);
                self.put_step(at, size, point(x, y), &mut block);
            }
        }
        block.settle();
        self.put_rest(members, &mut block);
        block
    }

    /// Puts a step with what it holds and the events on its border.
    fn put_step(&self, at: usize, size: &Block, corner: Point, block: &mut Block) {
        let rect = Rect::new(corner.x, corner.y, size.w, size.h);
        block.placed.push((at, rect));
        block.placed.extend(size.placed.iter().map(|(inner, rect)| (*inner, rect.moved(corner))));
        let events = self.on_border.get(&at).map_or(&[][..], Vec::as_slice);
        for (i, event) in events.iter().enumerate() {
            let x = (rect.right() - 46.0 - 46.0 * i as f64).max(rect.x - 10.0);
            block.placed.push((*event, Rect::new(x, rect.bottom() - 18.0, 36.0, 36.0)));
        }
    }

    /// Data and remarks in a row below the flow.
    fn put_rest(&self, members: &[usize], block: &mut Block) {
        let top = if block.placed.is_empty() { 0.0 } else { block.h + ROW };
        let mut x = 0.0;
        for at in members.iter().copied().filter(|at| !self.in_flow(*at) && self.elements.host(*at).is_none()) {
            let (w, h) = match self.elements.list[at].what {
                What::Remark => (140.0, 48.0),
                What::Store => (50.0, 50.0),
                What::Data { .. } => (36.0, 50.0),
                What::Conversation { .. } => (50.0, 44.0),
                _ => continue,
            };
            block.placed.push((at, Rect::new(x, top, w, h)));
            x += w + COLUMN;
            block.w = block.w.max(x);
            block.h = block.h.max(top + h + 20.0);
        }
    }

    /// Whether an element has a column of its own: a step that is not on another's border.
    fn in_flow(&self, at: usize) -> bool {
        self.elements.list[at].what.is_step() && self.elements.host(at).is_none()
    }

    /// The size of a step, and what it holds, placed within it.
    fn size(&self, at: usize) -> Block {
        match self.elements.list[at].what {
            What::Event(it) if !matches!(it.place, EventPlace::Implicit) => {
                Block { w: 36.0, h: 36.0, ..Block::default() }
            }
            What::Gateway(_) => Block { w: 50.0, h: 50.0, ..Block::default() },
            what if what.is_sub_process() => {
                let inner = self.level(self.members(Some(at)));
                if inner.placed.is_empty() {
                    return Block { w: 110.0, h: 80.0, ..Block::default() };
                }
                let mut block = Block::default();
                block.put(inner, point(PADDING, PADDING + 20.0));
                Block { w: block.w + PADDING, h: block.h + PADDING, ..block }
            }
            _ => Block { w: 110.0, h: 72.0, ..Block::default() },
        }
    }
}

/// Which column each step has, and how wide columns are.
struct Grid {
    layer: HashMap<usize, usize>,
    left: Vec<f64>,
    widths: Vec<f64>,
    blocks: HashMap<usize, Block>,
    comes_from: HashMap<usize, Vec<usize>>,
    /// Steps that events on borders lead to: they stand lower than the host, below its border.
    aside: HashSet<usize>,
    width: f64,
}

impl Grid {
    /// The height at which a step stands best: that of what leads to it.
    fn wish(&self, at: usize, middle: &HashMap<usize, f64>) -> f64 {
        let from = self.comes_from.get(&at).map_or(&[][..], Vec::as_slice);
        let known: Vec<f64> = from.iter().filter_map(|at| middle.get(at).copied()).collect();
        let highest = known.iter().copied().reduce(f64::min).unwrap_or(0.0);
        if self.aside.contains(&at) { highest + 100.0 } else { highest }
    }
}

impl Block {
    /// Puts another block at a place within this one, which grows.
    fn put(&mut self, other: Block, at: Point) {
        self.w = self.w.max(at.x + other.w);
        self.h = self.h.max(at.y + other.h);
        self.placed.extend(other.placed.into_iter().map(|(element, rect)| (element, rect.moved(at))));
    }

    /// Puts another block below this one.
    fn below(&mut self, other: Block, gap: f64) {
        let top = if self.placed.is_empty() { 0.0 } else { self.h + gap };
        self.put(other, point(0.0, top));
    }

    /// Moves everything so that it begins at zero, and takes its size.
    fn settle(&mut self) {
        let Some(around) = self.placed.iter().map(|(_, rect)| *rect).reduce(Rect::with) else { return };
        let by = point(0.0, -around.y);
        self.placed.iter_mut().for_each(|(_, rect)| *rect = rect.moved(by));
        (self.w, self.h) = (around.right(), around.h);
    }
}

/// The ids of all nodes in a lane and the lanes within it.
fn gather(lane: &bpmn::model::Lane) -> Vec<&str> {
    let mut ids: Vec<&str> = lane.flow_nodes.iter().filter_map(Reference::local).collect();
    for inner in lane.children.iter().flat_map(|set| &set.lanes) {
        ids.extend(gather(inner));
    }
    ids
}

/// The column of each of `count` nodes: one more than the last that leads to it. Flows that lead back are passed over.
pub(crate) fn layers(count: usize, flows: &[(usize, usize)]) -> Vec<usize> {
    let mut next = vec![Vec::new(); count];
    for (from, to) in flows {
        next[*from].push(*to);
    }
    let order = finishing_order(count, &next);
    let mut rank = vec![0; count];
    for (i, node) in order.iter().enumerate() {
        rank[*node] = i;
    }
    let mut layer = vec![0; count];
    // Nodes that finish last come first; what leads to one that finishes later leads back.
    for node in order.iter().rev() {
        for to in next[*node].iter().filter(|to| rank[**to] < rank[*node]) {
            layer[*to] = layer[*to].max(layer[*node] + 1);
        }
    }
    layer
}

/// Nodes in the order in which a walk along the flows leaves them, beginning where nothing leads to.
fn finishing_order(count: usize, next: &[Vec<usize>]) -> Vec<usize> {
    let mut led_to = vec![false; count];
    next.iter().flatten().for_each(|to| led_to[*to] = true);
    let starts = (0..count).filter(|node| !led_to[*node]).chain(0..count);
    let mut seen = vec![false; count];
    let mut order = Vec::with_capacity(count);
    for start in starts {
        // By hand, as a long process would run out of stack.
        let mut open = vec![(start, 0)];
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        while let Some((node, way)) = open.pop() {
            match next[node].get(way) {
                Some(to) => {
                    open.push((node, way + 1));
                    if !std::mem::replace(&mut seen[*to], true) {
                        open.push((*to, 0));
                    }
                }
                None => order.push(node),
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::layers;

    #[test]
    fn columns_follow_the_flow() {
        type Case<'a> = (&'a str, usize, &'a [(usize, usize)], &'a [usize]);
        let cases: [Case<'_>; 6] = [
            ("nothing", 0, &[], &[]),
            ("a row", 3, &[(0, 1), (1, 2)], &[0, 1, 2]),
            ("a split and merge of unequal length", 4, &[(0, 1), (1, 2), (0, 2), (2, 3)], &[0, 1, 2, 3]),
            ("a way back", 3, &[(0, 1), (1, 2), (2, 1)], &[0, 1, 2]),
            ("a circle without entry", 2, &[(0, 1), (1, 0)], &[0, 1]),
            ("to itself, and alone", 2, &[(0, 0)], &[0, 0]),
        ];
        for (case, count, flows, expected) in cases {
            assert_eq!(layers(count, flows), expected, "{case}");
        }
    }
}
