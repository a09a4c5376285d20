//! Statistics that every machine computes alike.
//!
//! Sums run in ascending order, results are rounded to nine decimals with [`round9`] before they are compared, and the
//! logarithm and the exponential are our own ([`ln`], [`exp`]): they use nothing but the four operations, which IEEE 754
//! defines to the last bit, where the libraries of two systems may differ in it.
//! Nothing here knows what a tender is.

mod benford;
mod counts;
mod elementary;
mod graph;
mod information;
mod moments;
mod ranks;
mod shuffle;
mod tails;

pub use benford::{BENFORD_FIRST, Benford, benford_expected, first_digit, second_digit};
pub use counts::{Counts, Fences};
pub use elementary::{exp, ln, log10, normal_cdf};
pub use graph::{components, modularity_communities};
pub use information::{entropy, herfindahl, jaccard_sorted, normalised_entropy, normalised_mutual_information};
pub use moments::{
    cv, geometric_mean, kolmogorov_uniform, kurtosis, mean, median, round9, skewness, standard_deviation, sum,
};
pub use ranks::{RankSum, midranks, rank_sum, spearman};
pub use shuffle::{Random, permutation_p};
pub use tails::{
    binomial_tail, hypergeometric_tail, ln_choose, ln_factorial, poisson_lower_tail, poisson_tail, wilson_interval,
};
