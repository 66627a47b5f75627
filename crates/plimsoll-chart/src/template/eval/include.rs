//! Templates that are run by a call: `include` and `tpl`.

use std::rc::Rc;
use std::sync::Arc;

use super::{At, Bytes, CALL_STEPS, MAX_INCLUDES, Run, State};
use crate::functions::Failure;
use crate::template::literal;
use crate::template::scope::{Scope, Template};
use crate::trace::{Frame, Source};
use crate::value::{Data, Text, TextBuilder, Value};

impl State<'_> {
    pub(super) fn include(
        &mut self,
        node: At,
        span: Bytes,
        name: &Value,
        data: Value,
    ) -> Run<Value> {
        self.check_text(node, "include", std::slice::from_ref(name))?;
        self.at = node;
        self.steps(CALL_STEPS)?;
        self.descend()?;
        let name = name.as_text().map(Text::shared).unwrap_or_default();
        let active = self.machine.included.entry(Arc::clone(&name)).or_insert(0);
        if *active > MAX_INCLUDES {
            return Err(self.failed(
                node,
                "include",
                Failure::error(format!(
                    "rendering template has a nested reference name: {name}: unable to execute \
                     template"
                )),
            ));
        }
        *active += 1;
        let result = self.run_named(&name, data, span);
        if let Some(active) = self.machine.included.get_mut(&name) {
            *active -= 1;
        }
        result.map_err(|failure| self.failed(node, "include", failure))
    }

    fn run_named(&mut self, name: &str, data: Value, span: Bytes) -> Result<Value, Failure> {
        let Some(template) = self.scope.get(name).cloned() else {
            let name = literal::quote(name);
            return Err(Failure::error(format!(
                "template: no template {name} associated with template \"gotpl\""
            )));
        };
        let call = self.site(span);
        let frame = self.machine.env.trace.frame(Frame { parent: self.frame, call });
        self.machine
            .run(&template, self.scope, reflected(data), frame, self.control)
            .map_err(Failure::Template)
    }

    pub(super) fn tpl(
        &mut self,
        node: At,
        span: Bytes,
        template: &Value,
        data: Value,
    ) -> Run<Value> {
        self.check_text(node, "tpl", std::slice::from_ref(template))?;
        self.steps(CALL_STEPS)?;
        let Some(text) = template.as_text() else { return Ok(Value::invalid()) };
        if !text.as_str().contains("{{") {
            return Ok(template.clone());
        }
        self.at = node;
        self.descend()?;
        // Each level of an error repeats the text.
        self.spend(text.len())?;
        let call = self.site(span);
        let name: Arc<str> = "gotpl".into();
        let frame = self.machine.env.trace.frame(Frame { parent: self.frame, call });
        let source = Source::made(Arc::clone(&name), text.clone(), template.origin, self.frame);
        let source = self.machine.env.trace.source(source);
        let trees = self.machine.parse_text(&name, text).map_err(|error| {
            let message = format!(
                "cannot parse template {}: template: {}:{}: {}",
                literal::quote(text.as_str()),
                error.name,
                error.line,
                error.message
            );
            self.failed(node, "tpl", Failure::Error(message))
        })?;
        let mut scope = Scope::inside(Rc::clone(self.scope));
        for tree in &*trees {
            scope.add(Arc::clone(tree), source);
        }
        let Some(tree) = trees.iter().find(|tree| tree.name == name).map(Arc::clone) else {
            return Ok(Value::invalid());
        };
        let main = Template { tree, source };
        let result = self.machine.run(&main, &Rc::new(scope), reflected(data), frame, self.control);
        match result {
            Ok(value) => Ok(without_no_value(value)),
            Err(mut inner) => {
                let quoted = literal::quote(text.as_str());
                let via = format!(
                    "error calling tpl: error during tpl function execution for {quoted}: "
                );
                let mut level = self.level(node, via);
                level.through_tpl = true;
                inner.levels.insert(0, level);
                Err(inner)
            }
        }
    }
}

/// Data for a template: Go's `reflect.ValueOf` makes nothing of a nil interface.
fn reflected(data: Value) -> Value {
    let mut data = data;
    if matches!(data.data, Data::Nil) {
        data.data = Data::Invalid;
    }
    data
}

/// Removes the `<no value>` that Go writes for nothing, as Helm does after each template.
pub(crate) fn without_no_value(value: Value) -> Value {
    const NO_VALUE: &str = "<no value>";
    let Some(text) = value.as_text() else { return value };
    if !text.as_str().contains(NO_VALUE) {
        return value;
    }
    let mut kept = TextBuilder::new();
    let mut start = 0;
    for (found, _) in text.as_str().match_indices(NO_VALUE) {
        kept.push_part(text, start..found, value.origin);
        start = found + NO_VALUE.len();
        if let Some((_, origin)) = text.pieces(found..start, value.origin).next() {
            kept.push("", origin);
        }
    }
    kept.push_part(text, start..text.len(), value.origin);
    kept.finish()
}
