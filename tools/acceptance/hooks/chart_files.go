// Added to Helm's packages beside other rows: a chart in memory as files.

package PACKAGE

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	rowchart "CHART"
	rowfiles "FILES"
)

type rowFileType = rowfiles.File

// rowChart writes a chart as it stands, values included, below dir. Tests leave out what Helm only
// asks of charts on disk; it is filled in.
func rowChart(c *rowchart.Chart, dir string, files map[string]string) {
	if c.Metadata != nil {
		metadata := *c.Metadata
		if metadata.Version == "" {
			metadata.Version = "0.1.0"
		}
		metadata.APIVersion = "v2"
		files[dir+"Chart.yaml"] = rowJSON(metadata)
	}
	if c.Values != nil {
		files[dir+"values.yaml"] = rowJSON(c.Values)
	}
	if c.Schema != nil {
		files[dir+"values.schema.json"] = string(c.Schema)
	}
	for _, list := range [][]*rowFileType{c.Templates, c.Files} {
		for _, file := range list {
			if file != nil && utf8.Valid(file.Data) {
				files[dir+file.Name] = string(file.Data)
			}
		}
	}
	for i, sub := range c.Dependencies() {
		rowChart(sub, fmt.Sprintf("%scharts/%02d/", dir, i), files)
	}
}

func rowJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "unfit: " + err.Error()
	}
	return string(text)
}

// rowTree names the charts that take part, and their values.
func rowTree(c *rowchart.Chart) map[string]any {
	below := []any{}
	for _, sub := range c.Dependencies() {
		below = append(below, rowTree(sub))
	}
	return map[string]any{"name": c.Name(), "values": c.Values, "charts": below}
}
