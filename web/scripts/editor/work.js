// What services, decisions, scripts and events need, and conditions on flows.
import { area, check, section, select, text } from "./fields.js";
import { DURATION_UNITS, readDuration, readTimer, writeDuration, writeTimer } from "./timer.js";

/** Sections of activities that are no user tasks. */
export function work(panel, object, kind) {
  const { say, lists } = panel;
  const ours = (key, attribute, about = {}) => text(key, { label: say(key), help: say(`${key}.help`), mono: true, value: object.get(`qy:${attribute}`), commit: (value) => panel.set({ [`qy:${attribute}`]: value || undefined }), ...about });
  const parts = [];
  if (kind === "ServiceTask" || kind === "SendTask") {
    const value = object.get("qy:type") ?? "";
    const commit = (chosen) => panel.set({ "qy:type": chosen || undefined });
    const about = { label: say("job.type"), help: say(lists.jobTypes.length > 0 ? "job.type.help" : "job.type.none"), value, commit };
    parts.push(section("job", say("job"), true, panel.opened,
      lists.jobTypes.length > 0 ? select("type", { ...about, options: [["", say("none")], ...lists.jobTypes.map(({ code, name }) => [code, name])] }) : text("type", { ...about, mono: true })));
  }
  if (kind === "BusinessRuleTask") parts.push(decision(panel, object, ours));
  if (kind === "ScriptTask") {
    const commit = (script) => panel.set({ script: script || undefined, scriptFormat: object.get("scriptFormat") || "https://www.omg.org/spec/DMN/20230324/FEEL/" });
    parts.push(section("script", say("script"), true, panel.opened, area("script.text", { label: say("script.text"), help: say("script.text.help"), mono: true, value: object.get("script"), commit }), ours("result", "result")));
  }
  if (kind === "CallActivity") {
    parts.push(section("call", say("call"), true, panel.opened, text("call.process", { label: say("call.process"), help: say("call.process.help"), mono: true, value: object.get("calledElement"), commit: (value) => panel.set({ calledElement: value || undefined }) })));
  }
  if (kind === "ReceiveTask" || kind === "SendTask") parts.push(message(panel, object, object));
  return parts;
}

function decision(panel, object, ours) {
  const { say } = panel;
  const binding = object.get("qy:binding") ?? "valid";
  const version = ["valid", "latest", "deployment"].includes(binding) ? null : binding.replace(/^version:/, "");
  return section("decision", say("decision"), true, panel.opened,
    ours("decision.name", "decision", { options: panel.lists.decisions.map(({ code }) => code) }),
    select("binding", {
      label: say("decision.binding"), help: say("decision.binding.help"), value: version === null ? binding : "version", options: ["valid", "latest", "deployment", "version"].map((one) => [one, say(`binding.${one}`)]),
      commit: (value) => panel.set({ "qy:binding": value === "version" ? "version:1" : value }),
    }),
    version !== null && text("version", { label: say("decision.version"), help: say("decision.version.help"), value: version, commit: (value) => panel.set({ "qy:binding": `version:${value || 1}` }) }),
    ours("result", "result"),
    select("empty", { label: say("decision.empty"), value: object.get("qy:onEmpty") === "null" ? "null" : "incident", options: ["incident", "null"].map((one) => [one, say(`empty.${one}`)]), commit: (value) => panel.set({ "qy:onEmpty": value === "null" ? "null" : undefined }) }),
  );
}

/** Something of the model's root that is shared by its name: found, or made. */
function root(panel, type, property, name) {
  const definitions = panel.modeler.getDefinitions();
  const found = definitions.get("rootElements").find((element) => element.$type === type && (element.get(property) || element.get("name")) === name);
  if (found) return found;
  const made = panel.createNamed(type, { name, ...(property === "name" ? {} : { [property]: name }) });
  made.$parent = definitions;
  panel.setOf(definitions, { rootElements: [...definitions.get("rootElements"), made] });
  return made;
}

const known = (panel, type, property) =>
  panel.modeler.getDefinitions().get("rootElements").filter((element) => element.$type === type).map((element) => element.get(property)).filter(Boolean);

/** What refers to something shared: a message, signal, error or escalation. */
function shared(panel, key, of, reference, type, property) {
  const { say } = panel;
  const commit = (name) => panel.setOf(of, { [reference]: name === "" ? undefined : root(panel, type, property, name) });
  return text(key, { label: say(key), help: say(`${key}.help`), options: known(panel, type, property), value: of.get(reference)?.get(property) ?? of.get(reference)?.get("name"), commit });
}

function message(panel, object, of) {
  const { say } = panel;
  const ours = (key, attribute) => text(key, { label: say(key), help: say(`${key}.help`), mono: true, value: object.get(`qy:${attribute}`), commit: (value) => panel.set({ [`qy:${attribute}`]: value || undefined }) });
  return section("message", say("message"), true, panel.opened, shared(panel, "message.name", of, "messageRef", "bpmn:Message", "name"), ours("message.key", "key"), ours("message.keep", "keep"));
}

/** Sections of events: what they wait for or throw. */
export function events(panel, object, kind) {
  if (!kind.endsWith("Event")) return [];
  const { say } = panel;
  const parts = (object.get("eventDefinitions") ?? []).map((of) => {
    switch (of.$type) {
      case "bpmn:MessageEventDefinition":
        return message(panel, object, of);
      case "bpmn:SignalEventDefinition":
        return section("signal", say("signal"), true, panel.opened, shared(panel, "signal.name", of, "signalRef", "bpmn:Signal", "name"));
      case "bpmn:ErrorEventDefinition":
        return section("error", say("error"), true, panel.opened, shared(panel, "error.code", of, "errorRef", "bpmn:Error", "errorCode"));
      case "bpmn:EscalationEventDefinition":
        return section("escalation", say("escalation"), true, panel.opened, shared(panel, "escalation.code", of, "escalationRef", "bpmn:Escalation", "escalationCode"));
      case "bpmn:TimerEventDefinition":
        return timer(panel, of);
      case "bpmn:ConditionalEventDefinition": {
        const commit = (body) => panel.setOf(of, { condition: panel.create("bpmn:FormalExpression", { body }) });
        return section("condition", say("condition"), true, panel.opened, area("condition.event", { label: say("condition"), help: say("condition.event.help"), mono: true, rows: 2, value: of.get("condition")?.get("body"), commit }));
      }
      default:
        return null;
    }
  });
  if (kind === "BoundaryEvent") {
    parts.push(section("border", say("when"), true, panel.opened, check("interrupts", { label: say("border.interrupts"), help: say("border.interrupts.help"), value: object.get("cancelActivity") !== false, commit: (value) => panel.set({ cancelActivity: value }) })));
  }
  return parts.filter(Boolean);
}

function timer(panel, of) {
  const { say } = panel;
  const { way, text: written } = readTimer(of);
  const commit = (changed) => panel.setOf(of, writeTimer(panel.create, of, { way, text: written, ...changed }));
  const duration = way === "duration" ? readDuration(written) ?? (written === "" ? { count: "", unit: "days" } : null) : null;
  const examples = { duration: "P3D", date: "2026-11-18T09:00:00+08:00", cycle: "R3/P1D" };
  const parts = [select("way", { label: say("timer.way"), value: way, options: ["duration", "date", "cycle"].map((one) => [one, say(`timer.${one}`)]), commit: (chosen) => commit({ way: chosen, text: examples[chosen] }) })];
  if (duration) {
    const plain = (changed) => commit({ text: writeDuration({ ...duration, ...changed }) });
    parts.push(
      text("timer.count", { label: say("timer.count"), mode: "numeric", value: duration.count, commit: (count) => plain({ count }) }),
      select("timer.unit", { label: say("timer.unit"), value: duration.unit, options: DURATION_UNITS.map((unit) => [unit, say(`timer.${unit}`)]), commit: (unit) => plain({ unit }) }),
    );
  }
  parts.push(text("timer.text", { label: say(duration ? "timer.other" : "timer.text"), help: say("timer.text.help"), mono: true, value: written, commit: (value) => commit({ text: value }) }));
  return section("when-timer", say("when"), true, panel.opened, parts);
}

/** The condition of a flow; the default flow of what it leaves has none. */
export function condition(panel, flow) {
  const { say } = panel;
  const source = flow.get("sourceRef");
  const chooses = source && /(ExclusiveGateway|InclusiveGateway|ComplexGateway|Task|SubProcess|CallActivity)$/.test(source.$type);
  const isDefault = chooses && source.get("default") === flow;
  const commit = (body) => panel.set({ conditionExpression: body === "" ? undefined : panel.create("bpmn:FormalExpression", { body }) });
  return section("condition", say("condition"), true, panel.opened,
    !isDefault && area("condition.text", { label: say("condition.text"), help: say("condition.text.help"), mono: true, rows: 2, value: flow.get("conditionExpression")?.get("body"), commit }),
    chooses && check("condition.default", {
      label: say("condition.default"), help: say("condition.default.help"), value: isDefault,
      commit: (value) => {
        if (value && flow.get("conditionExpression")) commit("");
        panel.setOf(source, { default: value ? flow : undefined });
      },
    }),
  );
}
