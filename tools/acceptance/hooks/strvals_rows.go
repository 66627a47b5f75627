// Added to Helm's pkg/strvals while its tests run: writes each argument that is read, what it is
// read into, and what becomes of that. run.py renames the real functions.

package strvals

import "encoding/json"

func rowFlag(flag, text string, dest map[string]any, reader RunesValueReader,
	run func(RunesValueReader) (map[string]any, error)) (map[string]any, error) {
	release, first := rowHold()
	if !first {
		return run(reader)
	}
	defer release()
	base, unfit := json.Marshal(dest)
	files := map[string]any{}
	seen := func(name []rune) (any, error) {
		value, err := reader(name)
		if err != nil {
			files[string(name)] = nil
		} else {
			files[string(name)] = value
		}
		return value, err
	}
	values, err := run(seen)
	row := map[string]any{
		"kind": "flag", "flag": flag, "text": text, "files": files,
		"values": values, "error": rowError(err),
	}
	if dest != nil {
		row["base"] = string(base)
	}
	if unfit != nil {
		row["unfit"] = unfit.Error()
	}
	rowWrite(row)
	return values, err
}

func Parse(s string) (map[string]any, error) {
	return rowFlag("set", s, nil, nil, func(RunesValueReader) (map[string]any, error) { return realParse(s) })
}

func ParseString(s string) (map[string]any, error) {
	return rowFlag("set-string", s, nil, nil, func(RunesValueReader) (map[string]any, error) { return realParseString(s) })
}

func ParseFile(s string, reader RunesValueReader) (map[string]any, error) {
	return rowFlag("set-file", s, nil, reader, func(r RunesValueReader) (map[string]any, error) { return realParseFile(s, r) })
}

func ParseLiteral(s string) (map[string]any, error) {
	return rowFlag("set-literal", s, nil, nil, func(RunesValueReader) (map[string]any, error) { return realParseLiteral(s) })
}

func rowInto(flag, s string, dest map[string]any, reader RunesValueReader, run func(RunesValueReader) error) error {
	_, err := rowFlag(flag, s, dest, reader, func(r RunesValueReader) (map[string]any, error) { return dest, run(r) })
	return err
}

func ParseInto(s string, dest map[string]any) error {
	return rowInto("set", s, dest, nil, func(RunesValueReader) error { return realParseInto(s, dest) })
}

func ParseIntoString(s string, dest map[string]any) error {
	return rowInto("set-string", s, dest, nil, func(RunesValueReader) error { return realParseIntoString(s, dest) })
}

func ParseJSON(s string, dest map[string]any) error {
	return rowInto("set-json", s, dest, nil, func(RunesValueReader) error { return realParseJSON(s, dest) })
}

func ParseIntoFile(s string, dest map[string]any, reader RunesValueReader) error {
	return rowInto("set-file", s, dest, reader, func(r RunesValueReader) error { return realParseIntoFile(s, dest, r) })
}

func ParseLiteralInto(s string, dest map[string]any) error {
	return rowInto("set-literal", s, dest, nil, func(RunesValueReader) error { return realParseLiteralInto(s, dest) })
}
