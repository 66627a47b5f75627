// Added to the package of Helm's coalesce.go while its tests run. run.py renames the real
// functions.

package PACKAGE

import (
	rowchart2 "CHART"
	// IMPORTS
)

func rowCoalesce(kind string, c any, values map[string]any, run func() (VALUES, error)) (VALUES, error) {
	release, first := rowHold()
	if !first {
		return run()
	}
	defer release()
	row := map[string]any{"kind": kind, "base": rowJSON(values)}
	files := map[string]string{}
	rowChart(any(c).(*rowchart2.Chart), "", files)
	row["chart"] = files
	result, err := run()
	row["values"], row["error"] = rowJSON(result), rowError(err)
	rowWrite(row)
	return result, err
}

func CoalesceValues(c TAKEN, values map[string]any) (VALUES, error) {
	return rowCoalesce("coalesce", c, values, func() (VALUES, error) { return realCoalesceValues(c, values) })
}

func MergeValues(c TAKEN, values map[string]any) (VALUES, error) {
	return rowCoalesce("merge", c, values, func() (VALUES, error) { return realMergeValues(c, values) })
}

func rowTables(keep bool, dst, src map[string]any, run func() map[string]any) map[string]any {
	release, first := rowHold()
	if !first {
		return run()
	}
	defer release()
	row := map[string]any{"kind": "tables", "keep": keep, "base": rowJSON(dst), "below": rowJSON(src)}
	result := run()
	row["values"] = rowJSON(result)
	rowWrite(row)
	return result
}

func CoalesceTables(dst, src map[string]any) map[string]any {
	return rowTables(false, dst, src, func() map[string]any { return realCoalesceTables(dst, src) })
}

func MergeTables(dst, src map[string]any) map[string]any {
	return rowTables(true, dst, src, func() map[string]any { return realMergeTables(dst, src) })
}

func ValidateAgainstSchema(c TAKEN, values map[string]any) error {
	release, first := rowHold()
	if !first {
		return realValidateAgainstSchema(c, values)
	}
	defer release()
	row := map[string]any{"kind": "validate", "base": rowJSON(values)}
	files := map[string]string{}
	rowChart(any(c).(*rowchart2.Chart), "", files)
	row["chart"] = files
	err := realValidateAgainstSchema(c, values)
	row["error"] = rowError(err)
	rowWrite(row)
	return err
}

func ValidateAgainstSingleSchema(values VALUES, schema []byte) error {
	release, first := rowHold()
	if !first {
		return realValidateAgainstSingleSchema(values, schema)
	}
	defer release()
	err := realValidateAgainstSingleSchema(values, schema)
	rowWrite(map[string]any{
		"kind": "validate", "single": true, "base": rowJSON(values), "error": rowError(err),
		"chart": map[string]string{
			"Chart.yaml":         "apiVersion: v2\nname: single\nversion: 0.1.0\n",
			"values.schema.json": string(schema),
		},
	})
	return err
}
