// Added to the package of Helm's type Values while its tests run. run.py renames the real methods.

package PACKAGE

import "encoding/json"

func (v Values) rowMethod(name, argument string, result any, err error) {
	values, unfit := json.Marshal(v)
	row := map[string]any{
		"kind": "method", "name": name, "argument": argument, "base": string(values),
		"error": rowError(err),
	}
	if unfit != nil {
		row["unfit"] = unfit.Error()
	}
	text, _ := json.Marshal(result)
	row["values"] = string(text)
	rowWrite(row)
}

func (v Values) Table(name string) (Values, error) {
	release, first := rowHold()
	if !first {
		return v.realTable(name)
	}
	defer release()
	table, err := v.realTable(name)
	v.rowMethod("Table", name, table, err)
	return table, err
}

func (v Values) PathValue(path string) (any, error) {
	release, first := rowHold()
	if !first {
		return v.realPathValue(path)
	}
	defer release()
	value, err := v.realPathValue(path)
	v.rowMethod("PathValue", path, value, err)
	return value, err
}
