//! JSON objects filled by path.

use serde_json::{Map, Value};

/// Sets `a/b/c` and makes the objects on the way. The checked mapping never lets a path run through something else.
pub(crate) fn set(object: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('/') else {
        object.insert(path.to_owned(), value);
        return;
    };
    let inner = object.entry(first).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(inner) = inner {
        set(inner, rest, value);
    }
}

/// The value at `a/b/c`.
pub(crate) fn get<'v>(object: &'v Map<String, Value>, path: &str) -> Option<&'v Value> {
    let mut segments = path.split('/');
    let first = object.get(segments.next()?)?;
    segments.try_fold(first, |value, segment| value.get(segment))
}

/// Gives amounts the default currency, and takes away currencies that stand without an amount and objects left empty.
pub(crate) fn settle(object: &mut Map<String, Value>, currency: Option<&str>) {
    for value in object.values_mut() {
        if let Value::Object(inner) = value {
            settle(inner, currency);
        }
    }
    if object.contains_key("amount")
        && !object.get("amount").is_some_and(Value::is_object)
        && !object.contains_key("currency")
        && let Some(currency) = currency
    {
        object.insert("currency".into(), Value::String(currency.to_owned()));
    }
    object.retain(|_, value| match value {
        Value::Object(inner) => !(inner.is_empty() || inner.len() == 1 && inner.contains_key("currency")),
        _ => true,
    });
}

/// Adds what `new` has and `old` has not; lists are joined, repeats left out. Returns the members that contradict.
pub(crate) fn merge(old: &mut Map<String, Value>, new: Map<String, Value>) -> Vec<String> {
    let mut contradictions = Vec::new();
    for (name, value) in new {
        match (old.get_mut(&name), value) {
            (None, value) => {
                old.insert(name, value);
            }
            (Some(Value::Object(old)), Value::Object(new)) => {
                contradictions.extend(merge(old, new).into_iter().map(|inner| format!("{name}/{inner}")));
            }
            (Some(Value::Array(old)), Value::Array(new)) => {
                for value in new {
                    if !old.contains(&value) {
                        old.push(value);
                    }
                }
            }
            (Some(old), value) if *old != value => contradictions.push(name),
            _ => {}
        }
    }
    contradictions
}

#[cfg(test)]
mod tests {
    use super::{merge, set, settle};
    use serde_json::{Map, Value, json};

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().expect("an object")
    }

    #[test]
    fn amounts_get_a_currency_and_lone_currencies_go() {
        let mut release = Map::new();
        set(&mut release, "tender/value/amount", json!(1));
        set(&mut release, "planning/budget/amount/amount", json!(2));
        set(&mut release, "awards/value/currency", json!("EUR"));
        settle(&mut release, Some("USD"));
        let expected = json!({
            "tender": {"value": {"amount": 1, "currency": "USD"}},
            "planning": {"budget": {"amount": {"amount": 2, "currency": "USD"}}},
        });
        let mut release = Value::Object(release);
        if let Some(awards) = release.get("awards") {
            assert_eq!(awards, &json!({}), "emptied one level up");
        }
        release.as_object_mut().expect("an object").remove("awards");
        assert_eq!(release, expected);
    }

    #[test]
    fn merging_adds_and_reports_contradictions() {
        let mut old = object(json!({"id": "1", "value": {"amount": 5}, "suppliers": [{"id": "a"}]}));
        let new =
            object(json!({"id": "1", "value": {"amount": 6}, "suppliers": [{"id": "a"}, {"id": "b"}], "title": "t"}));
        assert_eq!(merge(&mut old, new), ["value/amount"]);
        let expected =
            json!({"id": "1", "value": {"amount": 5}, "suppliers": [{"id": "a"}, {"id": "b"}], "title": "t"});
        assert_eq!(Value::Object(old), expected);
    }
}
