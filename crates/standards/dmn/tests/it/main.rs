//! Tests of `dmn`.

mod tck;
