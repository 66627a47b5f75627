package main

import (
	"reflect"
	"runtime"
	"sort"

	"github.com/Masterminds/sprig/v3"
)

func names() {
	f := sprig.TxtFuncMap()
	delete(f, "env")
	delete(f, "expandenv")
	for name, fn := range map[string]any{
		"toToml": func(any) string { return "" }, "mustToToml": func(any) string { return "" }, "fromToml": func(string) map[string]any { return nil },
		"toYaml": func(any) string { return "" }, "mustToYaml": func(any) string { return "" }, "toYamlPretty": func(any) string { return "" },
		"fromYaml": func(string) map[string]any { return nil }, "fromYamlArray": func(string) []any { return nil },
		"toJson": func(any) string { return "" }, "mustToJson": func(any) string { return "" }, "fromJson": func(string) map[string]any { return nil }, "fromJsonArray": func(string) []any { return nil },
		"include": func(string, any) string { return "" }, "tpl": func(string, any) any { return "" }, "required": func(string, any) (any, error) { return nil, nil }, "lookup": func(string, string, string, string) (map[string]any, error) { return nil, nil },
	} {
		f[name] = fn
	}
	var all []string
	for name := range f {
		all = append(all, name)
	}
	sort.Strings(all)
	var rows [][]any
	for _, name := range all {
		t := reflect.TypeOf(f[name])
		params := []string{}
		var variadic any
		for i := 0; i < t.NumIn(); i++ {
			if t.IsVariadic() && i == t.NumIn()-1 {
				variadic = t.In(i).Elem().String()
			} else {
				params = append(params, t.In(i).String())
			}
		}
		rows = append(rows, []any{name, params, variadic})
	}
	write("functions", "name, types of the fixed parameters, type of further arguments", "Helm 4.2.4 pkg/engine/funcs.go, github.com/Masterminds/sprig/v3 3.3.0, "+runtime.Version(), rows)
}
