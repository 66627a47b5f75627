// Added to the package of Helm's dependencies.go while its tests run. run.py renames the real
// functions.

package PACKAGE

import rowchart3 "CHART"

func rowDependencies(step string, c *rowchart3.Chart, values map[string]any, run func() error) error {
	release, first := rowHold()
	if !first {
		return run()
	}
	defer release()
	row := map[string]any{"kind": "dependencies", "step": step, "base": rowJSON(values)}
	files := map[string]string{}
	rowChart(c, "", files)
	row["chart"] = files
	err := run()
	row["tree"], row["error"] = rowJSON(rowTree(c)), rowError(err)
	rowWrite(row)
	return err
}

func processDependencyEnabled(c *rowchart3.Chart, v map[string]any, path string) error {
	return rowDependencies("enable", c, v, func() error { return realProcessDependencyEnabled(c, v, path) })
}

func processDependencyImportValues(c *rowchart3.Chart, merge bool) error {
	step := "import"
	if !merge {
		step = "import without merging"
	}
	return rowDependencies(step, c, nil, func() error { return realProcessDependencyImportValues(c, merge) })
}
