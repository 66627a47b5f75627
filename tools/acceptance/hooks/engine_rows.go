// Added to Helm's pkg/engine while its tests run: writes what is rendered, and the methods of
// .Files that tests call. run.py renames the real functions.

package engine

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"text/template"
	// IMPORTS
)

func (e Engine) render(tpls map[string]renderable) (map[string]string, error) {
	release, first := template.RowHold()
	if !first {
		return e.realRender(tpls)
	}
	defer release()
	row := map[string]any{"kind": "engine", "settings": rowSettings(e)}
	templates, data, ids := []any{}, []any{}, map[uintptr]int{}
	plain := map[int]VALUES{}
	rebuilt := maps.Clone(tpls)
	for _, name := range sortTemplates(tpls) {
		tpl := tpls[name]
		pointer := reflect.ValueOf(tpl.vals).Pointer()
		id, known := ids[pointer]
		if !known {
			id = len(data)
			ids[pointer] = id
			value, err := template.RowPlain(tpl.vals)
			if err != nil {
				row["unfit"] = err.Error()
				plain[id] = tpl.vals
			} else {
				data = append(data, template.RowEncode(value.Value))
				plain[id] = value.Value.(VALUES)
				if value.Changed {
					row["rebuilt"] = true
				}
			}
		}
		if plain[id] == nil {
			plain[id] = VALUES{}
		}
		rebuilt[name] = renderable{tpl: tpl.tpl, basePath: tpl.basePath, vals: plain[id]}
		templates = append(templates, map[string]any{
			"name": name, "text": tpl.tpl, "base_path": tpl.basePath, "data": id,
		})
	}
	row["templates"], row["data"] = templates, data
	rendered, err := e.realRender(tpls)
	row["table"] = map[string]any{"output": rendered, "error": rowError(err)}
	rendered2, err2 := e.realRender(rebuilt)
	row["first"] = map[string]any{"output": rendered2, "error": rowError(err2)}
	rowWrite(row)
	return rendered, err
}

func rowSettings(e Engine) []string {
	var settings []string
	v := reflect.ValueOf(e)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			settings = append(settings, v.Type().Field(i).Name)
		}
	}
	return settings
}

func (f files) rowMethod(text string, output string) {
	encoded := template.RowEncode(f)
	rowWrite(map[string]any{
		"kind": "execute", "name": "t",
		"sources": []any{map[string]any{"name": "t", "text": text}},
		"data":    map[string]any{"t": "map", "v": map[string]any{"Files": encoded}},
		"uses":    map[string]string{},
		"table":   map[string]any{"output": output, "error": nil},
		"first":   map[string]any{"output": output, "error": nil},
	})
}

func quoted(text string) string {
	bytes, _ := json.Marshal(text)
	return string(bytes)
}

func (f files) Get(name string) string {
	output := f.realGet(name)
	if release, first := template.RowHold(); first {
		f.rowMethod("{{ .Files.Get "+quoted(name)+" }}", output)
		release()
	}
	return output
}

func (f files) GetBytes(name string) []byte {
	output := f.realGetBytes(name)
	if release, first := template.RowHold(); first {
		f.rowMethod("{{ .Files.GetBytes "+quoted(name)+" | toString }}", string(output))
		release()
	}
	return output
}

func (f files) Glob(pattern string) files {
	output := f.realGlob(pattern)
	if release, first := template.RowHold(); first {
		names := slices.Sorted(maps.Keys(output))
		f.rowMethod("{{ range $name, $_ := .Files.Glob "+quoted(pattern)+" }}{{ $name }};{{ end }}",
			strings.Join(append(names, ""), ";"))
		release()
	}
	return output
}

func (f files) AsConfig() string {
	output := f.realAsConfig()
	if release, first := template.RowHold(); first {
		f.rowMethod("{{ .Files.AsConfig }}", output)
		release()
	}
	return output
}

func (f files) AsSecrets() string {
	output := f.realAsSecrets()
	if release, first := template.RowHold(); first {
		f.rowMethod("{{ .Files.AsSecrets }}", output)
		release()
	}
	return output
}

func (f files) Lines(path string) []string {
	output := f.realLines(path)
	if release, first := template.RowHold(); first {
		f.rowMethod("{{ range .Files.Lines "+quoted(path)+" }}{{ . }};{{ end }}",
			strings.Join(append(slices.Clone(output), ""), ";"))
		release()
	}
	return output
}
