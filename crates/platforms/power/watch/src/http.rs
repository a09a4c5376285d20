//! Pages and API of the rules.
