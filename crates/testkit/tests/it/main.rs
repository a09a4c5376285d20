//! What needs a whole house: parsers under strange input, the store under faults.

mod doors;
mod faults;
mod fuzz;
