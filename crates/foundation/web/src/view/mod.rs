//! Everything a person sees: frames, components, figures in words.
//!
//! A page is a [`Heading`] and a body, put into a [`Frame`] (inside) or [`PublicFrame`] (outside). The body is made of components,
//! each a Rust value that becomes markup; most pages need no template of their own:
//!
//! ```
//! use web::locale::{Locale, Words};
//! use web::view::{Badge, Cell, Column, Facts, Frame, Grid, Heading, Html, Light, Panel, Rail, Row, Table, Theme};
//!
//! fn page(frame: &Frame) -> Html {
//!     let words = frame.words;
//!     let heading = Heading::new(words, "今天先办三件").lead("一件已逾期，两件今日到期。");
//!     let row = Row::new(vec![Cell::new(Badge::new(words, Light::Red)), Cell::subject("/w/1", "演示建工〇一七号").under("4 次中标")]);
//!     let table = Table::new(words, "mine", "等我办", vec![Column::new("级别").narrow(), Column::new("事项")]).row(row);
//!     let body = Grid::new()
//!         .cell(8, Panel::new("等我办", table).flush())
//!         .cell(4, Panel::new("监督覆盖", Facts::new().fact("已记录的行为", "1,204,331").sums()));
//!     frame.page(heading, body)
//! }
//!
//! let frame = Frame {
//!     words: Words::own(Locale::ZhCn),
//!     theme: Theme::Device,
//!     synthetic: true,
//!     place: "演示市".into(),
//!     today: "2026年11月18日".into(),
//!     posts: Vec::new(),
//!     rail: Rail::default(),
//!     csrf: "token".into(),
//!     here: "/".into(),
//! };
//! assert!(page(&frame).as_str().contains("<table"));
//! ```
//!
//! A platform that wants a template of its own derives `askama::Template` (with its own `templates/` folder), writes components
//! and [`Html`] in it as `{{ table }}` (they are never escaped twice; everything else is), and turns it into a component with
//! `web::component!(MyPart)` or into markup with [`Html::of`]. Texts come from [`Words`](crate::locale::Words).
//!
//! No markup carries inline styles or scripts: pages work under `script-src 'self'; style-src 'self'`. Every component offers
//! `samples`, which the page of samples ([`design`]) shows and the snapshots keep.

mod band;
pub mod chart;
mod clock;
pub mod design;
mod diff;
mod editor;
mod evidence;
mod facts;
mod filter;
mod form;
pub mod format;
mod frame;
mod heading;
mod html;
mod icon;
mod light;
mod link;
mod live;
mod panel;
mod qr;
mod quarantine;
mod said;
mod seal;
mod state;
pub mod table;
mod timeline;

pub use band::Band;
pub use chart::{Columns, Interval, Legend, Outcomes, PeerPlot, Series, Share, Spark, Strip, Tone};
pub use clock::{Clock, ClockBar, Piece};
pub use diff::{Change, Diff, compare};
pub use editor::{FormBuilder, ModelEditor, ModelKind, Named, OnForm};
pub use evidence::{Evidence, severity};
pub use facts::Facts;
pub use filter::{FilterBar, Tabs};
pub use form::{Ceremony, Choice, ErrorSummary, Field, Form, Mistake, PasskeyForm, Received, Stepper, Upload};
pub use frame::{Chapter, Entry, Frame, Post, PublicFrame, Rail, SecondStep, SignIn, Theme};
pub use heading::Heading;
pub use html::{Html, IntoHtml, language_of};
pub use icon::Icon;
pub use light::{Badge, Light};
pub use link::{Action, CSRF_FIELD, Link};
pub use live::{Live, Renewed};
pub use panel::{Grid, Panel, Stat, Stats};
pub use qr::Qr;
pub use quarantine::{Held, RawValue};
pub use said::Said;
pub use seal::{Mark, Seal};
pub use state::{Notice, State};
pub use table::{Cell, Column, Row, Table, TableQuery, TableSpec, Total};
pub use timeline::{Moment, ProcessLine, Step, Timeline};
