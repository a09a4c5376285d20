//! What needs the whole program but no process of its own: every route, and an office from nothing.

mod office;
mod walk;
