// Command yaml-oracle prints what Helm's YAML and JSON libraries make of cases.
//
// It reads cases from cases.json, adds generated ones with a fixed seed, and writes
// recorded.json, which the crate's test compares with its own results. With the
// argument "parse" it reads a JSON list of file names from standard input instead
// and prints one line of JSON for each file's documents.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"

	yamlv2 "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"
)

// Results hold JSON as text, so that not one byte of it is lost to another reader.
type parsed struct {
	Text  string `json:"text"`
	JSON  string `json:"json,omitempty"`
	Error string `json:"error,omitempty"`
}

type emitted struct {
	JSON   string `json:"json"`
	YAML   string `json:"yaml,omitempty"`
	Error  string `json:"error,omitempty"`
	Out    string `json:"out"`
	Pretty string `json:"pretty"`
}

type decoded struct {
	Text  string `json:"text"`
	JSON  string `json:"json,omitempty"`
	Error string `json:"error,omitempty"`
}

type float struct {
	Bits string `json:"float"`
	G    string `json:"g"`
	JSON string `json:"json,omitempty"`
	YAML string `json:"yaml"`
}

type record struct {
	Versions map[string]string `json:"versions"`
	Parse    []parsed          `json:"parse"`
	Emit     []emitted         `json:"emit"`
	Decode   []decoded         `json:"decode"`
	Float    []float           `json:"float"`
}

type cases struct {
	Parse  []string `json:"parse"`
	Emit   []string `json:"emit"`
	Decode []string `json:"decode"`
	Float  []string `json:"float"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) > 1 && os.Args[1] == "parse" {
		parseFiles()
		return
	}
	var in cases
	data, err := os.ReadFile("cases.json")
	check(err)
	check(json.Unmarshal(data, &in))
	generate(&in)
	out := record{Versions: versions()}
	for _, text := range in.Parse {
		result := parseOne([]byte(text))
		result.Text = text
		out.Parse = append(out.Parse, result)
	}
	for _, text := range in.Emit {
		out.Emit = append(out.Emit, emitOne(text))
	}
	for _, text := range in.Decode {
		out.Decode = append(out.Decode, decodeOne(text))
	}
	for _, text := range in.Float {
		out.Float = append(out.Float, floatOne(text))
	}
	write("recorded.json", out)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func versions() map[string]string {
	found := map[string]string{"go": runtime.Version()}
	info, _ := debug.ReadBuildInfo()
	for _, dep := range info.Deps {
		found[dep.Path] = dep.Version
	}
	return found
}

// parseOne reads the first document as sigs.k8s.io/yaml does.
func parseOne(text []byte) parsed {
	out, err := yaml.YAMLToJSON(text)
	if err != nil {
		return parsed{Error: err.Error()}
	}
	return parsed{JSON: string(out)}
}

// parseAll reads all documents, each as go-yaml and the conversion to JSON do.
func parseAll(text []byte) (all []parsed) {
	decoder := yamlv2.NewDecoder(bytes.NewReader(text))
	for {
		var value any
		err := decoder.Decode(&value)
		if err == io.EOF {
			return all
		}
		if err != nil {
			return append(all, parsed{Error: err.Error()})
		}
		if hasTopKeyTrouble(value) {
			return append(all, parsed{Error: "unsupported map key"})
		}
		out, err := json.Marshal(jsonable(value))
		if err != nil {
			all = append(all, parsed{Error: err.Error()})
			continue
		}
		all = append(all, parsed{JSON: string(out)})
	}
}

func hasTopKeyTrouble(value any) bool {
	switch value := value.(type) {
	case map[any]any:
		for key, below := range value {
			switch key.(type) {
			case string, int, int64, float64, bool:
			default:
				return true
			}
			if hasTopKeyTrouble(below) {
				return true
			}
		}
	case []any:
		for _, below := range value {
			if hasTopKeyTrouble(below) {
				return true
			}
		}
	}
	return false
}

func jsonable(value any) any {
	switch value := value.(type) {
	case map[any]any:
		out := map[string]any{}
		for key, below := range value {
			name := fmt.Sprint(key)
			if float, ok := key.(float64); ok {
				name = strconv.FormatFloat(float, 'g', -1, 32)
			}
			out[name] = jsonable(below)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, below := range value {
			out[i] = jsonable(below)
		}
		return out
	}
	return value
}

func emitOne(text string) emitted {
	var value any
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	check(decoder.Decode(&value))
	asJSON, err := json.Marshal(value)
	check(err)
	pretty, err := json.MarshalIndent(value, "", "  ")
	check(err)
	out := emitted{JSON: text, Out: string(asJSON), Pretty: string(pretty)}
	if asYAML, err := yaml.Marshal(value); err != nil {
		out.Error = err.Error()
	} else {
		out.YAML = string(asYAML)
	}
	return out
}

func decodeOne(text string) decoded {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return decoded{Text: text, Error: err.Error()}
	}
	out, err := json.Marshal(value)
	check(err)
	return decoded{Text: text, JSON: string(out)}
}

func floatOne(text string) float {
	value, _ := strconv.ParseFloat(text, 64)
	asJSON, _ := json.Marshal(value)
	asYAML, err := yamlv2.Marshal(value)
	check(err)
	return float{
		Bits: text,
		G:    fmt.Sprintf("%v", value),
		JSON: string(asJSON),
		YAML: string(bytes.TrimSpace(asYAML)),
	}
}

func parseFiles() {
	var names []string
	check(json.NewDecoder(os.Stdin).Decode(&names))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for _, name := range names {
		text, err := os.ReadFile(name)
		check(err)
		check(encoder.Encode(map[string]any{
			"name": name, "one": parseOne(text), "all": parseAll(text),
		}))
	}
}

// write writes the record with one case a line, so that changes read well.
func write(name string, out record) {
	var text bytes.Buffer
	line := func(value any) string {
		var line bytes.Buffer
		encoder := json.NewEncoder(&line)
		encoder.SetEscapeHTML(false)
		check(encoder.Encode(value))
		return string(bytes.TrimSpace(line.Bytes()))
	}
	fmt.Fprintf(&text, "{\n\"versions\": %s", line(out.Versions))
	list := func(name string, length int, at func(int) any) {
		fmt.Fprintf(&text, ",\n%q: [", name)
		for i := range length {
			if i > 0 {
				text.WriteString(",")
			}
			text.WriteString("\n" + line(at(i)))
		}
		text.WriteString("\n]")
	}
	list("parse", len(out.Parse), func(i int) any { return out.Parse[i] })
	list("emit", len(out.Emit), func(i int) any { return out.Emit[i] })
	list("decode", len(out.Decode), func(i int) any { return out.Decode[i] })
	list("float", len(out.Float), func(i int) any { return out.Float[i] })
	text.WriteString("\n}\n")
	check(os.WriteFile(name, text.Bytes(), 0o644))
}
