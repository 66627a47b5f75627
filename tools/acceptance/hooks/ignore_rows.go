// Added to Helm's pkg/ignore while its tests run. run.py renames the real functions.

package ignore

import (
	"bytes"
	"io"
	"os"
)

var rowRules = map[*Rules]string{}

func Parse(file io.Reader) (*Rules, error) {
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	rules, err := realParse(bytes.NewReader(text))
	if err != nil {
		rowWrite(map[string]any{"kind": "ignore", "rules": string(text), "error": err.Error()})
	} else {
		rowRules[rules] = string(text)
	}
	return rules, err
}

func (r *Rules) Ignore(path string, fi os.FileInfo) bool {
	ignored := r.realIgnore(path, fi)
	rowWrite(map[string]any{
		"kind": "ignore", "rules": rowRules[r], "path": path, "dir": fi.IsDir(), "ignored": ignored,
	})
	return ignored
}
