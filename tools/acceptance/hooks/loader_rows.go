// Added to the package of Helm's chart loader while its tests run. run.py renames the real
// functions.

package loader

import (
	"bytes"
	"io"

	rowchart "CHART"
	// IMPORTS
)

func rowTree(c *rowchart.Chart) any {
	if c == nil || c.Metadata == nil {
		return nil
	}
	names := func(files []*FILE) []string {
		list := []string{}
		for _, file := range files {
			list = append(list, file.Name)
		}
		return list
	}
	below := []any{}
	for _, sub := range c.Dependencies() {
		below = append(below, rowTree(sub))
	}
	wanted := []any{}
	for _, d := range c.Metadata.Dependencies {
		wanted = append(wanted, []string{d.Name, d.Version, d.Repository, d.Alias, d.Condition})
	}
	return map[string]any{
		"name": c.Metadata.Name, "version": c.Metadata.Version, "kind": c.Metadata.Type,
		"templates": names(c.Templates), "files": names(c.Files), "values": c.Values,
		"dependencies": wanted, "has_schema": c.Schema != nil, "charts": below,
	}
}

func rowLoad(row map[string]any, run func() (*rowchart.Chart, error)) (*rowchart.Chart, error) {
	release, first := rowHold()
	if !first {
		return run()
	}
	defer release()
	c, err := run()
	row["kind"], row["error"] = "load", rowError(err)
	if err == nil {
		row["tree"] = rowTree(c)
	}
	rowWrite(row)
	return c, err
}

func LoadFiles(files []*BUFFERED) (*rowchart.Chart, error) {
	list := []any{}
	for _, file := range files {
		list = append(list, []any{file.Name, file.Data})
	}
	row := map[string]any{"parts": list}
	return rowLoad(row, func() (*rowchart.Chart, error) { return realLoadFiles(files) })
}

func LoadArchive(in io.Reader) (*rowchart.Chart, error) {
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	row := map[string]any{"archive": data}
	return rowLoad(row, func() (*rowchart.Chart, error) { return realLoadArchive(bytes.NewReader(data)) })
}
