// Added to Go's text/template while its own tests, or those of a package that uses it, run: writes
// one row for each execution that a test asks for. run.py renames the real methods.

package template

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"text/template/parse"
	"time"
)

type rowSource struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

var rowSources = map[*common][]rowSource{}

// RowHold lets packages that use this one hold executions.
func RowHold() (func(), bool) { return rowHold() }

// Parse is the real one, and remembers the text.
func (t *Template) Parse(text string) (*Template, error) {
	parsed, err := t.realParse(text)
	release, first := rowHold()
	defer release()
	if !first {
		return parsed, err
	}
	if err == nil {
		rowSources[t.common] = append(rowSources[t.common], rowSource{t.name, text})
	} else {
		rowWrite(map[string]any{
			"kind": "parse", "name": t.name, "text": text, "error": err.Error(),
			"delims": t.leftDelim != "" || t.rightDelim != "",
		})
	}
	return parsed, err
}

// Clone is the real one, and copies what is remembered.
func (t *Template) Clone() (*Template, error) {
	clone, err := t.realClone()
	if err == nil {
		if release, first := rowHold(); first {
			rowSources[clone.common] = append([]rowSource(nil), rowSources[t.common]...)
			release()
		}
	}
	return clone, err
}

func (t *Template) execute(wr io.Writer, data any) error {
	release, first := rowHold()
	if !first {
		return t.realExecute(wr, data)
	}
	defer release()
	now := time.Now()
	row := map[string]any{
		"now":  []int64{now.Unix(), int64(now.Nanosecond())},
		"kind": "execute", "name": t.name, "sources": rowSources[t.common],
		"uses": t.rowFunctions(), "delims": t.leftDelim != "" || t.rightDelim != "",
	}
	plain, err := RowPlain(data)
	if err != nil {
		row["unfit"] = err.Error()
	} else {
		row["data"] = RowEncode(plain.Value)
		row["rebuilt"] = plain.Changed
	}
	if t.common != nil {
		row["apart"] = t.rowApart()
		row["missing"] = t.option.missingKey == mapError
	}
	var out bytes.Buffer
	realErr := t.realExecute(io.MultiWriter(wr, &out), data)
	row["table"] = map[string]any{"output": out.String(), "error": rowError(realErr)}
	if err == nil && t.common != nil {
		row["first"] = t.rowRun(data)
		row["second"] = t.rowRun(data)
	}
	rowWrite(row)
	return realErr
}

// rowApart tells whether templates came in without text, or this one is not the one of its name.
func (t *Template) rowApart() bool {
	known := map[string]bool{}
	for _, source := range rowSources[t.common] {
		known[source.Name] = true
	}
	for _, tmpl := range t.tmpl {
		if tmpl.Tree != nil && !known[tmpl.Tree.ParseName] {
			return true
		}
	}
	return t.tmpl[t.name] != t
}

// rowRun executes the template on plain data, with missing keys as Helm treats them.
func (t *Template) rowRun(data any) (outcome map[string]any) {
	option := t.option
	t.option.missingKey = mapZeroValue
	defer func() { t.option = option }()
	defer func() {
		if problem := recover(); problem != nil {
			outcome = map[string]any{"panic": fmt.Sprint(problem)}
		}
	}()
	plain, _ := RowPlain(data)
	var out bytes.Buffer
	err := t.realExecute(&out, plain.Value)
	return map[string]any{"output": out.String(), "error": rowError(err)}
}

// rowFunctions maps the functions that the templates name to where Go has them.
func (t *Template) rowFunctions() map[string]string {
	used := map[string]string{}
	if t.common == nil {
		return used
	}
	for _, tmpl := range t.tmpl {
		if tmpl.Tree == nil || tmpl.Root == nil {
			continue
		}
		rowWalk(reflect.ValueOf(tmpl.Root), func(name string) {
			used[name] = "builtin"
			if fn, ok := t.execFuncs[name]; ok {
				used[name] = runtime.FuncForPC(fn.Pointer()).Name()
			}
		})
	}
	return used
}

func rowWalk(v reflect.Value, visit func(string)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return
		}
		if node, ok := v.Interface().(*parse.IdentifierNode); ok {
			visit(node.Ident)
			return
		}
		if _, ok := v.Interface().(*parse.Tree); ok {
			return
		}
		rowWalk(v.Elem(), visit)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				rowWalk(v.Field(i), visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			rowWalk(v.Index(i), visit)
		}
	}
}
