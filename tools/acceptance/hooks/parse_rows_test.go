// Added to the tests of Go's text/template/parse: writes the rows of its tables, and what Go says.

package parse

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

func TestAcceptanceRows(t *testing.T) {
	file, err := os.Create(os.Getenv("ACCEPTANCE_ROWS"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	write := func(row map[string]any) {
		line, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		file.Write(append(line, '\n'))
	}
	textFormat = "%q"
	defer func() { textFormat = "%s" }()
	table := func(name string, tests []parseTest, funcs ...map[string]any) {
		for _, test := range tests {
			set := map[string]*Tree{}
			_, err := New(test.name).Parse(test.input, "", "", set, funcs...)
			row := map[string]any{
				"kind": "trees", "test": name, "name": test.name, "text": test.input,
				"ok": test.ok, "want": test.result,
			}
			if err != nil {
				row["error"] = err.Error()
			} else {
				trees := map[string]string{}
				for name, tree := range set {
					trees[name] = tree.Root.String()
				}
				row["trees"] = trees
			}
			write(row)
		}
	}
	table("parseTests", parseTests, builtins)
	table("errorTests", errorTests)
	for _, test := range isEmptyTests {
		tree, _ := New("root").Parse(test.input, "", "", map[string]*Tree{}, nil)
		write(map[string]any{
			"kind": "empty", "test": "isEmptyTests", "name": "root", "text": test.input,
			"want": test.empty, "empty": IsEmptyTree(tree.Root),
		})
	}
	for _, test := range numberTests {
		write(numberRow(test))
	}
	for name, tests := range map[string][]lexTest{"lexTests": lexTests, "lexPosTests": lexPosTests} {
		for _, test := range tests {
			items := []any{}
			for _, item := range collect(&test, "", "") {
				items = append(items, []any{tokenName(item.typ), int(item.pos), item.val, item.line})
			}
			write(map[string]any{
				"kind": "tokens", "test": name, "name": test.name, "text": test.input, "tokens": items,
			})
		}
	}
}

func numberRow(test numberTest) map[string]any {
	typ := itemNumber
	var c complex128
	if test.text[0] == '\'' {
		typ = itemCharConstant
	} else if _, err := fmt.Sscan(test.text, &c); err == nil {
		typ = itemComplex
	}
	var tree *Tree
	row := map[string]any{
		"kind": "number", "test": "numberTests", "text": test.text,
		"token": tokenName(typ),
	}
	n, err := tree.newNumber(0, test.text, typ)
	if err != nil {
		row["error"] = err.Error()
		return row
	}
	if n.IsInt {
		row["int"] = fmt.Sprint(n.Int64)
	}
	if n.IsUint {
		row["uint"] = fmt.Sprint(n.Uint64)
	}
	if n.IsFloat {
		row["float"] = fmt.Sprint(n.Float64)
	}
	if n.IsComplex {
		row["complex"] = fmt.Sprint(n.Complex128)
	}
	return row
}

// tokenName names the tokens that itemName leaves out, too.
func tokenName(typ itemType) string {
	switch typ {
	case itemText:
		return "text"
	case itemAssign:
		return "="
	}
	return fmt.Sprint(typ)
}
