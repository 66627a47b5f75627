package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"

	"github.com/BurntSushi/toml"
)

// typed turns {"$int": n} into int64 and leaves the rest as encoding/json gives it.
func typed(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if n, ok := v["$int"]; ok {
			return int64(n.(float64))
		}
		for k, e := range v {
			v[k] = typed(e)
		}
	case []any:
		for i, e := range v {
			v[i] = typed(e)
		}
	}
	return v
}

func encodeTOML(v any) (s string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
			s = "\x00"
		}
	}()
	var b bytes.Buffer
	err = toml.NewEncoder(&b).Encode(v)
	return b.String(), err
}

func tomls() {
	by := "github.com/BurntSushi/toml 1.6.0, " + runtime.Version()
	var rows [][]any
	for _, s := range []string{`null`, `{}`, `[]`, `"x"`, `1`, `1.5`, `true`, `[1,2]`, `[{"a":1}]`, `[null]`, `{"a":null}`, `{"a":[null]}`, `{"a":[1,null]}`, `{"a":[[1],[null]]}`, `{"a":1,"b":1.5,"c":1e6,"d":1e21,"e":1e-7,"f":123456789,"g":{"$int":7},"h":true,"i":"s"}`,
		`{"a":{}}`, `{"a":{"b":{}}}`, `{"a":{"b":{"c":{"d":1}}}}`, `{"b":1,"a":{"x":1}}`, `{"a":{"x":1},"b":{"y":2}}`, `{"a":{"x":1,"z":{"q":1}},"b":2}`, `{"a":[]}`, `{"a":[1,"x",true]}`, `{"a":[[1,2],[3]]}`, `{"a":[{"b":1}]}`, `{"a":[{"b":1},{"b":2,"c":{"d":3}}]}`, `{"a":[{},{}]}`, `{"a":[{"b":[{"c":1}]}]}`, `{"a":{"b":[{"c":1,"d":[{"e":1}]}]}}`, `{"a":[{"b":1},2]}`, `{"a":[[{"b":1}]]}`, `{"a":[[{"b":1,"c":{"d":2},"e":[{"f":1}]}]]}`, `{"a":[1,{"b":null}]}`, `{"a":[1,{"a":1,"b":null}]}`, `{"a":[1,{"a":null,"b":1}]}`, `{"a":[1,{"a":{},"b":1}]}`, `{"a":[1,{"a":{"x":1},"b":{"y":{"z":1}}}]}`, `{"a":[1,{}]}`,
		`{"a b":1,"c.d":{"e f":2},"":3,"é":4,"x-y_z":5,"q\"":6}`, `{"":{"":{"":1}}}`, `{"a b":[{"c":1}]}`, `{"s":"q\" b\\ \b \t \n \f \r \u0001 \u001f \u007f é 😀 ' \u2028"}`, `{"a\nb":1}`, `{"a":"multi\nline"}`, `{"z":1,"a":2,"M":3,"10":4,"9":5}`, `{"a":[{"b":1},{"c":{}}],"d":1}`, `{"f":0,"g":-0.5,"h":100000,"i":1000000,"j":12345678.9}`, `{"a":{"b":1},"c":{"d":[{"e":1}]},"f":{}}`, `{"a":[{"b":{"c":1}},{"b":{"c":2}}]}`, `{"a":{"b":null}}`, `{"a":{"b":{"x":null}},"c":null}`, `{"plugins":{"x":{"y":["a","b"],"z":{"k":true}}},"version":{"$int":2}}`} {
		var v any
		if err := json.Unmarshal([]byte(s), &v); err != nil {
			panic(s)
		}
		var original any
		json.Unmarshal([]byte(s), &original)
		v = typed(v)
		out, err := encodeTOML(v)
		switch {
		case out == "\x00":
			rows = append(rows, []any{original, err.Error(), true, err.Error()})
		case err != nil:
			rows = append(rows, []any{original, err.Error(), true, nil})
		default:
			rows = append(rows, []any{original, out, false, nil})
		}
	}
	write("toml", "value, text of toToml, whether mustToToml fails with it, error of toToml", by, rows)

	rows = nil
	for _, s := range []string{"", "# c\n", "a = 1", "a = 1.5\nb = 'x'\nc = \"y\\n\"\nd = true\n", "[t]\na=1\n[t.u]\nb=2", "a.b.c = 1", "[[x]]\na=1\n[[x]]\na=2\n", "a = [1, [2, 3], \"x\"]", "a = {b = 1, c = {d = 2}}", "a = 0x1f\nb = 0o17\nc = 0b11\nd = 1_000", "a = inf\nb = -inf\nc = nan", "a = 1e3\nb = 1.0", "a = 1979-05-27T07:32:00Z", "a = 1979-05-27T07:32:00.5-07:00", "a = 1979-05-27T07:32:00", "a = 1979-05-27 07:32:00.25", "a = 1979-05-27", "a = 07:32:00", "a = \"\"\"\nx\ny\"\"\"", "a = '''x\ny'''", "\"a b\" = 1\n'c' = 2", "a = 9223372036854775807", "a = -9223372036854775808", "a = []", "[a]\n[b]", "a = \"\\u00e9\\U0001F600\"", "a = {}",
		"a = ", "a", "= 1", "a = 1\na = 2", "[a]\n[a]", "a = 9223372036854775808", "a = [1", "a = \"x", "a = 01", "a = 1 b = 2", "a = 2020-13-01", "\x00", "a = yes", "[", "a = {b = 1", "[[a]]\n[a]", "a = 1\n[a.b]\nc=1"} {
		var m = map[string]any{}
		err := toml.Unmarshal([]byte(s), &m)
		if err != nil {
			rows = append(rows, []any{s, err.Error(), true, nil})
			continue
		}
		out, err := encodeTOML(m)
		if err != nil {
			panic(err)
		}
		rows = append(rows, []any{s, strings.TrimSpace(fmt.Sprintf("%v", m)), false, out})
	}
	write("toml_read", "text, printed value or error, whether it is an error, written again", by, rows)
}
