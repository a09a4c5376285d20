//! Decisions, knowledge and services, compiled and wired (DMN 1.5, 6.3, 10.4).

use super::admit::Admission;
use super::compile::{Compiler, null};
use super::finding::Finding;
use super::requirements::check_requirements;
use super::resolve::{Key, Models, feel_name};
use super::tree::{Decision, Knowledge, Reference, Service};
use crate::feel::meter;
use dsntk_feel::closure::Closure;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value;
use dsntk_feel::{Evaluator, FeelScope, FeelType, FunctionBody, Name};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock, Weak};

/// A name under which something is seen: that of the import, if it is imported, and its own.
type Seen = (Option<Name>, Name);

/// All that can be evaluated.
pub(crate) struct Engine {
    decisions: BTreeMap<Key, Ready>,
    services: BTreeMap<Key, ReadyService>,
    inputs: BTreeMap<Key, (Name, Admission)>,
    /// Types by name, as seen from each model: what `instance of` looks up.
    types: Vec<FeelContext>,
    /// Levels that an evaluation may stand in at once.
    pub(crate) levels: usize,
    metered: bool,
}

struct Ready {
    variable: Name,
    feel_type: FeelType,
    evaluator: Evaluator,
    knowledge: Vec<(Seen, Value)>,
    decisions: Vec<(Seen, Key)>,
    inputs: Vec<(Seen, Key)>,
}

struct ReadyService {
    feel_type: FeelType,
    outputs: Vec<Key>,
    given: Vec<(Name, Key, Admission)>,
    inputs: Vec<Key>,
}

/// What one evaluation is about: the inputs, decisions that are given, and those already made.
pub(crate) struct Frame<'a> {
    inputs: &'a FeelContext,
    given: BTreeMap<Key, Value>,
    made: RefCell<BTreeMap<Key, Value>>,
    clock: Option<&'a FeelContext>,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(inputs: &'a FeelContext, clock: Option<&'a FeelContext>) -> Self {
        Self { inputs, given: BTreeMap::new(), made: RefCell::new(BTreeMap::new()), clock }
    }
}

/// Compiles the models. Findings that are not local mean that nothing may be evaluated.
pub(crate) fn build(models: &Models, clock: bool, findings: &mut Vec<Finding>) -> Arc<Engine> {
    let itself: Arc<OnceLock<Weak<Engine>>> = Arc::new(OnceLock::new());
    check_requirements(models, findings);
    let mut builder = Builder {
        models,
        clock,
        findings,
        itself: Arc::clone(&itself),
        levels: 0,
        metered: false,
        calls: false,
        functions: BTreeMap::new(),
        open: BTreeSet::new(),
        types: Vec::new(),
    };
    builder.types = (0..models.list.len()).map(|model| builder.types_seen(model)).collect();
    let engine = Arc::new(builder.engine());
    // Set once, right here; a second time cannot happen.
    let _ = itself.set(Arc::downgrade(&engine));
    engine
}

struct Builder<'a> {
    models: &'a Models,
    clock: bool,
    findings: &'a mut Vec<Finding>,
    itself: Arc<OnceLock<Weak<Engine>>>,
    levels: usize,
    metered: bool,
    calls: bool,
    /// Functions made so far, as values.
    functions: BTreeMap<Key, Option<Value>>,
    /// Those being made.
    open: BTreeSet<Key>,
    types: Vec<FeelContext>,
}

impl Builder<'_> {
    fn types_seen(&self, model: usize) -> FeelContext {
        let mut seen = FeelContext::default();
        for item in &self.models.at(model).types {
            let feel_type = self.models.item_type(model, item, 0);
            seen.set_entry(&feel_name(&item.name), Value::FeelType(feel_type));
        }
        for import in &self.models.at(model).imports {
            let Some(to) = self.models.by_namespace(&import.namespace) else { continue };
            for item in &self.models.at(to).types {
                let feel_type = Value::FeelType(self.models.item_type(to, item, 0));
                let name = feel_name(&item.name);
                match self.models.import_name(model, to) {
                    Some(import) => seen.create_entries(&[import, name], feel_type),
                    None => seen.set_entry(&name, feel_type),
                }
            }
        }
        seen
    }

    fn engine(mut self) -> Engine {
        let models = self.models;
        let mut engine = Engine {
            decisions: BTreeMap::new(),
            services: BTreeMap::new(),
            inputs: BTreeMap::new(),
            types: self.types.clone(),
            levels: 0,
            metered: false,
        };
        for (at, model) in models.list.iter().enumerate() {
            for input in &model.inputs {
                let type_ref = input.variable.type_ref.as_deref();
                let admission = self.compile(at, "", |compiler| Admission::new(compiler, type_ref, &input.place));
                engine.inputs.insert((at, input.id.clone()), (feel_name(&input.variable.name), admission));
            }
            for knowledge in &model.knowledge {
                self.function(&(at, knowledge.id.clone()));
            }
            for service in &model.services {
                let ready = self.service(at, service);
                engine.services.insert((at, service.id.clone()), ready);
            }
            for decision in &model.decisions {
                let ready = self.decision(at, decision);
                engine.decisions.insert((at, decision.id.clone()), ready);
            }
        }
        // A chain of requirements stands on the stack at once; only models with long ones pay for a thread.
        let chain = engine.longest_chain();
        engine.levels =
            if self.calls { usize::MAX } else { self.levels.saturating_add(8).saturating_mul(chain.max(1)) };
        engine.metered = self.metered || self.clock;
        engine
    }

    fn compile<T>(&mut self, model: usize, owner: &str, work: impl FnOnce(&mut Compiler<'_>) -> T) -> T {
        let mut compiler = Compiler::new(self.models, model, owner, self.clock, self.findings);
        let result = work(&mut compiler);
        let (levels, metered, calls) = (compiler.levels, compiler.metered, compiler.calls);
        self.levels = self.levels.max(levels);
        self.metered |= metered;
        self.calls |= calls;
        result
    }

    fn decision(&mut self, model: usize, decision: &Decision) -> Ready {
        let models = self.models;
        let mut names = FeelContext::default();
        let mut set = |(import, name): &Seen, value: Value| match import {
            Some(import) => names.create_entries(&[import.clone(), name.clone()], value),
            None => names.set_entry(name, value),
        };
        let mut inputs = Vec::new();
        for key in decision.inputs.iter().filter_map(|reference| models.key(model, reference)) {
            let Some(input) = models.at(key.0).inputs.iter().find(|input| input.id == key.1) else { continue };
            let seen = (models.import_name(model, key.0), feel_name(&input.variable.name));
            let feel_type = Value::FeelType(models.feel_type(key.0, input.variable.type_ref.as_deref()));
            set(&seen, feel_type.clone());
            // Models are about which say an imported input without the import's name.
            if seen.0.is_some() {
                let plain = (None, seen.1.clone());
                set(&plain, feel_type);
                inputs.push((plain, key.clone()));
            }
            inputs.push((seen, key));
        }
        let mut decisions = Vec::new();
        for key in decision.decisions.iter().filter_map(|reference| models.key(model, reference)) {
            let Some(required) = models.at(key.0).decisions.iter().find(|decision| decision.id == key.1) else {
                continue;
            };
            let seen = (models.import_name(model, key.0), feel_name(&required.variable.name));
            set(&seen, Value::FeelType(models.feel_type(key.0, required.variable.type_ref.as_deref())));
            decisions.push((seen, key));
        }
        let knowledge = self.required_functions(model, &decision.knowledge);
        for (seen, _) in &knowledge {
            set(seen, Value::Null(None));
        }
        let scope = FeelScope::from(self.types[model].clone());
        scope.push(names);
        let evaluator = self.compile(model, &decision.id, |compiler| match &decision.logic {
            Some(logic) => compiler.logic(&scope, logic),
            None => super::compile::nothing("a decision without logic"),
        });
        let feel_type = self
            .compile(model, "", |compiler| compiler.type_of(decision.variable.type_ref.as_deref(), &decision.place));
        Ready { variable: feel_name(&decision.variable.name), feel_type, evaluator, knowledge, decisions, inputs }
    }

    fn required_functions(&mut self, model: usize, references: &[Reference]) -> Vec<(Seen, Value)> {
        let mut functions = Vec::new();
        for key in references.iter().filter_map(|reference| self.models.key(model, reference)) {
            if let Some((name, value)) = self.function(&key) {
                functions.push(((self.models.import_name(model, key.0), name), value));
            }
        }
        functions
    }

    /// Knowledge or a service as a function. One that is being made already, which is a cycle, is none.
    fn function(&mut self, key: &Key) -> Option<(Name, Value)> {
        let models = self.models;
        let model = models.at(key.0);
        let name = model
            .knowledge
            .iter()
            .map(|knowledge| (&knowledge.id, &knowledge.variable))
            .chain(model.services.iter().map(|service| (&service.id, &service.variable)))
            .find(|(id, _)| **id == key.1)
            .map(|(_, variable)| feel_name(&variable.name))?;
        if let Some(made) = self.functions.get(key) {
            return made.clone().map(|value| (name, value));
        }
        if !self.open.insert(key.clone()) {
            return None;
        }
        let value = match model.knowledge.iter().find(|knowledge| knowledge.id == key.1) {
            Some(knowledge) => self.knowledge(key.0, knowledge),
            None => model.services.iter().find(|service| service.id == key.1).map(|service| self.called(key, service)),
        };
        self.open.remove(key);
        self.functions.insert(key.clone(), value.clone());
        value.map(|value| (name, value))
    }

    fn knowledge(&mut self, model: usize, knowledge: &Knowledge) -> Option<Value> {
        let function = knowledge.function.as_ref()?;
        let mut captured = FeelContext::default();
        for ((import, name), value) in self.required_functions(model, &knowledge.knowledge) {
            match import {
                Some(import) => captured.create_entries(&[import, name], value),
                None => captured.set_entry(&name, value),
            }
        }
        let own = feel_name(&knowledge.variable.name);
        let mut names = captured.clone();
        names.set_null(own);
        let scope = FeelScope::from(self.types[model].clone());
        scope.push(names);
        let body =
            self.compile(model, &knowledge.id, |compiler| compiler.function_body(&scope, function, &knowledge.place));
        let (parameters, body, _) = body?;
        let type_ref = function.type_ref.as_deref().or(knowledge.variable.type_ref.as_deref());
        // The variable's type may be that of the function itself; then its result is what the type says.
        let result = match self.models.feel_type(model, type_ref) {
            FeelType::Function(_, result) => *result,
            other => other,
        };
        Some(Value::FunctionDefinition(parameters, body, false, Closure::default(), captured, result))
    }

    /// A service as a function of its input data and input decisions, in this order (10.4).
    fn called(&mut self, key: &Key, service: &Service) -> Value {
        self.calls = true;
        let models = self.models;
        let mut parameters = Vec::new();
        for key in service.inputs.iter().filter_map(|reference| models.key(key.0, reference)) {
            if let Some(input) = models.at(key.0).inputs.iter().find(|input| input.id == key.1) {
                let feel_type = models.feel_type(key.0, input.variable.type_ref.as_deref());
                parameters.push((feel_name(&input.variable.name), feel_type));
            }
        }
        for key in service.given.iter().filter_map(|reference| models.key(key.0, reference)) {
            if let Some(decision) = models.at(key.0).decisions.iter().find(|decision| decision.id == key.1) {
                let feel_type = models.feel_type(key.0, decision.variable.type_ref.as_deref());
                parameters.push((feel_name(&decision.variable.name), feel_type));
            }
        }
        let (itself, own) = (Arc::clone(&self.itself), key.clone());
        let levels = u32::try_from(self.levels.saturating_add(50)).unwrap_or(u32::MAX);
        let body: Evaluator = Box::new(move |scope: &FeelScope| {
            let Some(engine) = itself.get().and_then(Weak::upgrade) else {
                return null("the model is gone");
            };
            let inputs = scope.peek().unwrap_or_default();
            meter::enter(levels);
            let value = engine.serve(&own, &Frame::new(&inputs, Some(&clock_in(scope))));
            meter::leave(levels);
            value
        });
        let body = FunctionBody::DecisionService(Arc::new(body));
        let result = models.feel_type(key.0, service.variable.type_ref.as_deref());
        Value::FunctionDefinition(parameters, body, false, Closure::default(), FeelContext::default(), result)
    }

    fn service(&mut self, model: usize, service: &Service) -> ReadyService {
        let models = self.models;
        let keys = |list: &[Reference]| list.iter().filter_map(|one| models.key(model, one)).collect::<Vec<_>>();
        let mut given = Vec::new();
        for key in keys(&service.given) {
            if let Some(decision) = models.at(key.0).decisions.iter().find(|decision| decision.id == key.1) {
                let type_ref = decision.variable.type_ref.as_deref();
                let admission = self.compile(key.0, "", |compiler| Admission::new(compiler, type_ref, &decision.place));
                given.push((feel_name(&decision.variable.name), key, admission));
            }
        }
        let type_ref = service.variable.type_ref.as_deref();
        let feel_type = match self.compile(model, "", |compiler| compiler.type_of(type_ref, &service.place)) {
            FeelType::Function(_, result) => *result,
            other => other,
        };
        ReadyService { feel_type, outputs: keys(&service.outputs), given, inputs: keys(&service.inputs) }
    }
}

/// The clock of the evaluation around, if one was handed in: a service called as a function sees the same.
fn clock_in(scope: &FeelScope) -> FeelContext {
    let mut clock = FeelContext::default();
    for name in [meter::TODAY, meter::NOW] {
        let name = meter::name(name);
        if let Some(value) = scope.get_value(&name) {
            clock.set_entry(&name, value);
        }
    }
    clock
}

impl Engine {
    fn longest_chain(&self) -> usize {
        fn from(engine: &Engine, key: &Key, known: &mut BTreeMap<Key, usize>, depth: usize) -> usize {
            if let Some(chain) = known.get(key) {
                return *chain;
            }
            // Cycles are found elsewhere; here they only must not run away.
            if depth > 1_000 {
                return 1_000;
            }
            let required = engine.decisions.get(key).map(|ready| ready.decisions.as_slice()).unwrap_or_default();
            let chain = 1 + required.iter().map(|(_, key)| from(engine, key, known, depth + 1)).max().unwrap_or(0);
            known.insert(key.clone(), chain);
            chain
        }
        let mut known = BTreeMap::new();
        self.decisions.keys().map(|key| from(self, key, &mut known, 0)).max().unwrap_or(1)
    }

    fn scope(&self, model: usize, clock: Option<&FeelContext>) -> FeelScope {
        let scope = FeelScope::new();
        if self.metered {
            scope.push(meter::functions());
            if let Some(clock) = clock {
                scope.push(clock.clone());
            }
        }
        if let Some(types) = self.types.get(model) {
            scope.push(types.clone());
        }
        scope
    }

    /// The value of a decision, made once for one frame.
    pub(crate) fn decide(&self, key: &Key, frame: &Frame<'_>) -> Value {
        if let Some(value) = frame.given.get(key) {
            return value.clone();
        }
        if let Some(value) = frame.made.borrow().get(key) {
            return value.clone();
        }
        let Some(ready) = self.decisions.get(key) else {
            return null("no such decision");
        };
        let mut names = FeelContext::default();
        let mut set = |(import, name): &Seen, value: Value| match import {
            Some(import) => names.create_entries(&[import.clone(), name.clone()], value),
            None => names.set_entry(name, value),
        };
        let scope = self.scope(key.0, frame.clock);
        for (seen, input) in &ready.inputs {
            set(seen, self.input(&scope, seen, input, frame));
        }
        for (seen, decision) in &ready.decisions {
            let value = match &seen.0 {
                // A value given under a decision's name takes its place, as an input does (10.4, invocation with bindings).
                None => match frame.inputs.get_entry(&seen.1) {
                    Some(given) => given.clone(),
                    None => self.decide(decision, frame),
                },
                Some(import) => self.decide_imported(import, decision, frame),
            };
            set(seen, value);
        }
        for (seen, function) in &ready.knowledge {
            set(seen, function.clone());
        }
        scope.push(names);
        let value = (ready.evaluator)(&scope).coerced(&ready.feel_type);
        meter::value(&value);
        frame.made.borrow_mut().insert(key.clone(), value.clone());
        value
    }

    /// A decision of another model: its inputs may be given under the name of the import.
    fn decide_imported(&self, import: &Name, key: &Key, frame: &Frame<'_>) -> Value {
        let Some(Value::Context(inner)) = frame.inputs.get_entry(import) else {
            return self.decide(key, frame);
        };
        let mut inputs = frame.inputs.clone();
        inputs.remove_entry(import);
        inputs.zip(inner);
        self.decide(key, &Frame::new(&inputs, frame.clock))
    }

    fn input(&self, scope: &FeelScope, (import, name): &Seen, key: &Key, frame: &Frame<'_>) -> Value {
        let given = match import.as_ref().and_then(|import| frame.inputs.get_entry(import)) {
            Some(Value::Context(inner)) => inner.get_entry(name).or_else(|| frame.inputs.get_entry(name)),
            _ => frame.inputs.get_entry(name),
        };
        match (given, self.inputs.get(key)) {
            (Some(value), Some((_, admission))) => admission.admit(scope, value),
            (Some(value), None) => value.clone(),
            (None, _) => null(format!("no input {name}")),
        }
    }

    /// The value of a service: that of its output decision, or of all by name (10.4).
    pub(crate) fn serve(&self, key: &Key, frame: &Frame<'_>) -> Value {
        let Some(service) = self.services.get(key) else {
            return null("no such service");
        };
        let mut inner = Frame::new(frame.inputs, frame.clock);
        let scope = self.scope(key.0, frame.clock);
        for (name, decision, admission) in &service.given {
            let value = match frame.inputs.get_entry(name) {
                Some(value) => admission.admit(&scope, value),
                None => null(format!("no input {name}")),
            };
            inner.given.insert(decision.clone(), value);
        }
        // Only what the service names goes in: a caller's other values do not (10.4).
        let mut inputs = FeelContext::default();
        for input in &service.inputs {
            if let Some((name, admission)) = self.inputs.get(input)
                && let Some(value) = frame.inputs.get_entry(name)
            {
                inputs.set_entry(name, admission.admit(&scope, value));
            }
        }
        let inner = Frame { inputs: &inputs, ..inner };
        if let [one] = service.outputs.as_slice() {
            return self.decide(one, &inner).coerced(&service.feel_type);
        }
        let mut outputs = FeelContext::default();
        for output in &service.outputs {
            if let Some(ready) = self.decisions.get(output) {
                outputs.set_entry(&ready.variable, self.decide(output, &inner));
            }
        }
        Value::Context(outputs).coerced(&service.feel_type)
    }

    /// The inputs by name with their types.
    pub(crate) fn input_type(&self, key: &Key) -> Option<(&Name, &FeelType)> {
        self.inputs.get(key).map(|(name, admission)| (name, admission.feel_type()))
    }

    /// The type of a decision or service.
    pub(crate) fn type_of(&self, key: &Key) -> Option<&FeelType> {
        let decision = self.decisions.get(key).map(|ready| &ready.feel_type);
        decision.or_else(|| self.services.get(key).map(|service| &service.feel_type))
    }
}
