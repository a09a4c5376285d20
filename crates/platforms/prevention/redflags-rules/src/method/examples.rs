//! One worked example per indicator, chapter by chapter.

mod award;
mod contract;
mod further;
mod planning;
mod screens;
mod statutory;
mod tender;

use super::Case;

pub(super) static ALL: [&[Case]; 7] =
    [&planning::ALL, &tender::ALL, &award::ALL, &contract::ALL, &statutory::ALL, &further::ALL, &screens::ALL];
