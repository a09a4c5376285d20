//! The form of an item: a new one, and another version of one.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::power::Category;
use kernel::{Day, MatterId, OrganId};
use web::http::{By, Page, PageError, Posted};
use web::view::{Action, Choice, ErrorSummary, Field as Input, Form, Grid, Heading, Html, Panel};

use super::item::found;
use super::say::{self, path};
use super::{Operation, ProposePowers, error, t};
use crate::decide::{Given, MAX_TEXT, Refusal};
use crate::inventory::InventoryError;
use crate::typed::{self, Typed};
use crate::types::{Clients, Fault, Faulty, Field, Level, MOST, Standing};

/// What is wrong with a form beside the fields of the item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    From,
    Reason,
}

/// What is wrong with a form.
#[derive(Default)]
struct Wrongs {
    faults: Vec<Fault>,
    beside: Option<(Beside, &'static str)>,
}

fn heading(page: &Page, key: &str) -> Heading {
    Heading::new(page.words, t(page, key))
        .under(page.words.t("http-chapter-power"), "/powers")
        .under(t(page, "menu"), "/powers")
        .lead(t(page, "form-lead"))
}

/// The organ that a person means: by its id, its unified social credit code or its name.
pub(super) fn organ_named(page: &Page, text: &str) -> Option<OrganId> {
    let (register, today) = (&page.register, page.today());
    let by_id = text.parse().ok().filter(|id| register.organ_on(*id, today).is_some());
    let by_name = || {
        let view = register.organs(today);
        view.all().find(|organ| organ.name.zh == text || organ.name.en == text).map(|organ| organ.id)
    };
    by_id.or_else(|| register.organ_by_uscc(text, today)).or_else(by_name)
}

/// Processes that an item may be bound to, as they are in force.
async fn processes(state: &Operation, page: &Page) -> Result<Vec<Choice>, PageError> {
    let library = state.inventory.library();
    library.refresh().await?;
    let none = Choice::new("", t(page, "not-connected"));
    let all = library
        .all_in_force(page.today())
        .into_iter()
        .map(|version| Choice::new(version.definition.process.as_str(), version.definition.name.as_str()));
    Ok(std::iter::once(none).chain(all).collect())
}

/// The inputs of the form, each with what is wrong with it.
async fn inputs(state: &Operation, page: &Page, typed: &Typed, wrongs: &Wrongs) -> Result<Vec<Input>, PageError> {
    let words = page.words;
    let of = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let wrong = |field: Field| wrongs.faults.iter().find(|fault| fault.field == field).map(|fault| fault.wrong);
    let ready = |input: Input, field: Field| match wrong(field) {
        Some(wrong) => input.error(t(page, &format!("wrong-{}", wrong.code()))),
        None => input,
    };
    let label = |field: Field| say::field(words, field);
    let help = |field: Field| t(page, &format!("help-{}", field.code()));
    let english = |name: &str, field: Field| {
        let label = words.with("operation-in-english", &[("field", label(field).into())]);
        Input::text(format!("{name}_en"), label).value(of(&format!("{name}_en"))).optional(words)
    };
    let area_en = |name: &str, field: Field| {
        let label = words.with("operation-in-english", &[("field", label(field).into())]);
        Input::area(format!("{name}_en"), label).value(of(&format!("{name}_en"))).optional(words)
    };
    let text = |field: Field| Input::text(field.code(), label(field)).value(of(field.code()));
    let area = |field: Field| Input::area(field.code(), label(field)).value(of(field.code()));
    let select =
        |field: Field, options: Vec<Choice>| Input::select(field.code(), label(field), options).value(of(field.code()));
    let coded = |kind: &str, codes: Vec<&'static str>| -> Vec<Choice> {
        codes.into_iter().map(|code| Choice::new(code, t(page, &format!("{kind}-{code}")))).collect()
    };
    let categories = Category::ALL.map(|it| Choice::new(it.code(), page.either(&it.name()))).to_vec();
    let mut all = Vec::new();
    for field in Field::ALL {
        let input = match field {
            Field::Code => text(field).help(help(field)),
            Field::Name => text(field),
            Field::Category => select(field, categories.clone()),
            // An officer proposes for their own organ.
            Field::Organ => continue,
            Field::Standing => select(field, coded("standing", Standing::ALL.iter().map(|it| it.code()).collect())),
            Field::Level => select(field, coded("level", Level::ALL.iter().map(|it| it.code()).collect())),
            Field::Clients => select(field, coded("clients", Clients::ALL.iter().map(|it| it.code()).collect())),
            Field::Bases | Field::Materials => area(field).help(help(field)),
            Field::Conditions => area(field).limit(words, MOST.text as u32),
            Field::Statutory | Field::Promised => text(field).help(help(field)).optional(words),
            Field::Fee => area(field).help(help(field)).optional(words),
            Field::Result | Field::Place | Field::Complaints => area(field).optional(words),
            Field::Process => select(field, processes(state, page).await?).help(help(field)),
            Field::Discretion => text(field).help(help(field)).optional(words),
            Field::Online => {
                let input = Input::check("online", t(page, "online-check"));
                if typed.contains_key("online") { input.value("on") } else { input }
            }
        };
        let may_lack = matches!(field, Field::Materials | Field::Process);
        let input = if may_lack { input.optional(words) } else { input };
        all.push(ready(input, field));
        match field {
            Field::Name => all.push(english("name", field)),
            Field::Conditions => all.push(area_en("conditions", field)),
            Field::Fee => {
                all.push(area_en("fee", field));
                let basis = Input::text("fee_basis", t(page, "fee-basis")).value(of("fee_basis")).optional(words);
                all.push(basis);
            }
            Field::Result | Field::Place | Field::Complaints => all.push(area_en(field.code(), field)),
            _ => {}
        }
    }
    let beside = |which: Beside, input: Input| match wrongs.beside {
        Some((of, key)) if of == which => input.error(words.t(key)),
        _ => input,
    };
    all.push(beside(Beside::From, Input::day("from", t(page, "from")).value(of("from")).help(t(page, "from-help"))));
    let reason = Input::area("reason", t(page, "reason")).value(of("reason")).limit(words, MAX_TEXT as u32);
    all.push(beside(Beside::Reason, reason.help(t(page, "reason-help"))));
    Ok(all)
}

async fn form(
    state: &Operation,
    page: &Page,
    action: String,
    typed: &Typed,
    wrongs: &Wrongs,
) -> Result<Html, PageError> {
    let inputs = inputs(state, page, typed, wrongs).await?;
    let summary = ErrorSummary::of(page.words, &inputs.iter().collect::<Vec<_>>());
    let mut form = Form::new(action, page.csrf.as_str()).with(summary);
    for input in inputs {
        form = form.with(input);
    }
    let form = form.button(Action::submit(t(page, "propose")).main()).after(t(page, "propose-after"));
    let organ = page.words.with("operation-of-organ", &[("organ", page.organ(page.reader.organ()).into())]);
    let grid = Grid::new().cell(8, Panel::new(t(page, "form"), form).note(Html::data(&organ)));
    Ok(web::view::IntoHtml::into_html(grid))
}

/// GET /powers/new
pub(super) async fn new(State(state): State<Operation>, by: By<ProposePowers>) -> Result<Response, PageError> {
    let page = &by.page;
    let typed = Typed::from([("from".to_owned(), page.today().plus(1).to_string())]);
    let body = form(&state, page, "/powers".to_owned(), &typed, &Wrongs::default()).await?;
    Ok(page.html(heading(page, "new"), body))
}

/// GET /powers/{id}/edit
pub(super) async fn edit(
    State(state): State<Operation>,
    by: By<ProposePowers>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let (item, _) = found(page, &id).await?;
    let newest = item.newest().ok_or(PageError::NotFound)?;
    let mut typed = typed::write(&newest.content);
    let from = newest.from.max(page.today()).plus(1);
    typed.insert("from".to_owned(), from.to_string());
    let body = form(&state, page, format!("{}/amend", path(item.id)), &typed, &Wrongs::default()).await?;
    let title = heading(page, "amend").under(page.either(&newest.content.name), path(item.id));
    Ok(page.html(title, body))
}

/// What an officer typed as a proposal; or what is wrong with it.
fn given(page: &Page, typed: &Typed) -> Result<Given, Wrongs> {
    let mut all = typed.clone();
    all.insert("organ".to_owned(), page.reader.organ().to_string());
    let content = typed::read(&all, |text| organ_named(page, text));
    let from: Option<Day> = typed.get("from").and_then(|day| day.trim().parse().ok());
    let beside = from.is_none().then_some((Beside::From, "operation-no-day"));
    match (content, from) {
        (Ok(content), Some(from)) => {
            Ok(Given { content, from, reason: typed.get("reason").cloned().unwrap_or_default() })
        }
        (Err(faults), _) => Err(Wrongs { faults, beside }),
        (Ok(_), None) => Err(Wrongs { faults: Vec::new(), beside }),
    }
}

/// What a refusal is about; nothing where no field can mend it.
fn wrongs(refusal: &Refusal) -> Option<Wrongs> {
    let beside = |which, key| Some(Wrongs { faults: Vec::new(), beside: Some((which, key)) });
    match refusal {
        Refusal::Fields(Faulty(faults)) => Some(Wrongs { faults: faults.clone(), beside: None }),
        Refusal::Reason => beside(Beside::Reason, "refusal-power-reason"),
        Refusal::Past => beside(Beside::From, "refusal-power-past"),
        Refusal::Before => beside(Beside::From, "refusal-power-before"),
        Refusal::Same => beside(Beside::Reason, "refusal-power-same"),
        _ => None,
    }
}

/// POST /powers
pub(super) async fn propose(
    State(state): State<Operation>,
    by: By<ProposePowers>,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let again = async |wrongs: &Wrongs| {
        let body = form(&state, page, "/powers".to_owned(), &typed, wrongs).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page.html(heading(page, "new"), body)).into_response())
    };
    let given = match given(page, &typed) {
        Ok(given) => given,
        Err(wrongs) => return again(&wrongs).await,
    };
    match state.inventory.propose(by.hand(), given).await {
        Ok(id) => Ok(Redirect::to(&path(id)).into_response()),
        Err(InventoryError::Refused(refusal)) => match wrongs(&refusal) {
            Some(wrongs) => again(&wrongs).await,
            None => Err(PageError::refused(refusal)),
        },
        Err(other) => Err(error(other)),
    }
}

/// POST /powers/{id}/amend
pub(super) async fn amend(
    State(state): State<Operation>,
    by: By<ProposePowers>,
    Path(id): Path<String>,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let again = async |wrongs: &Wrongs| {
        let body = form(&state, page, format!("{}/amend", path(id)), &typed, wrongs).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page.html(heading(page, "amend"), body)).into_response())
    };
    let given = match given(page, &typed) {
        Ok(given) => given,
        Err(wrongs) => return again(&wrongs).await,
    };
    match state.inventory.amend(by.hand(), id, given).await {
        Ok(()) => Ok(Redirect::to(&path(id)).into_response()),
        Err(InventoryError::Refused(refusal)) => match wrongs(&refusal) {
            Some(wrongs) => again(&wrongs).await,
            None => Err(PageError::refused(refusal)),
        },
        Err(other) => Err(error(other)),
    }
}

/// POST /powers/{id}/repeal
pub(super) async fn repeal(
    State(state): State<Operation>,
    by: By<ProposePowers>,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let word = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
    let from = word("from").parse().map_err(|_| PageError::Malformed("from"))?;
    state.inventory.repeal(by.hand(), id, from, word("reason")).await.map_err(error)?;
    Ok(Redirect::to(&path(id)).into_response())
}
