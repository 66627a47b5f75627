// Renders charts with Helm's own Go packages inside one process, and times it.
//
// usage: helm-in-process [-runs N] [-keep] [-engine] [-probe] [-out DIR] LIST
//
// Each line of LIST is `chart directory<TAB>values file`; the values file may be left out. One line
// of JSON is printed for each, and one for the whole at the end. The same list, flags and report
// serve crates/plimsoll-chart/examples/in_process.rs.
//
// What is timed is what `helm template` does between its flags and its output: it loads the chart
// and the values file from disk, merges, processes dependencies, checks the schema, renders, sorts
// and joins. With -keep a chart's files are read from disk once for all lines in a row that name
// it; what comes after is done anew each time, because Helm's packages change the chart they work
// on and offer no way to keep it parsed. With -engine only `Engine.Render` is timed: the chart is
// loaded and the values are merged, nothing is sorted yet.
//
// Time is user and system time of the whole process, so the garbage collector's threads count.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// Functions that make keys or hash passwords: meant to be expensive, whoever runs them.
var expensive = []string{
	"bcrypt", "derivePassword", "genCA", "genCAWithKey", "genPrivateKey", "genSelfSignedCert",
	"genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "htpasswd",
}

type row struct {
	Chart  string `json:"chart"`
	Values string `json:"values"`
	// Nanoseconds of CPU for one rendering, on average over the runs.
	CPU   int64 `json:"cpu_ns"`
	Bytes int   `json:"bytes"`
	// Different outputs over the runs: more than one where chance has a part in it.
	Hashes []string `json:"hashes"`
	Error  string   `json:"error,omitempty"`
	// Whether an expensive function was called; only with -probe.
	MakesKeys bool `json:"makes_keys,omitempty"`
}

type renderer struct {
	caps  *common.Capabilities
	funcs template.FuncMap
	keep  bool
	// Nanoseconds of CPU that the engine alone has used.
	engine int64
	// The files that were read last.
	directory string
	files     []*archive.BufferedFile
}

func main() {
	runs := flag.Int("runs", 1, "how often each line is rendered")
	keep := flag.Bool("keep", false, "read a chart's files once for all lines in a row that name it")
	engineAlone := flag.Bool("engine", false, "time the engine alone")
	probe := flag.Bool("probe", false, "find the charts that make keys or hash passwords")
	out := flag.String("out", "", "write each output to a file in this directory")
	flag.Parse()
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	version, err := common.ParseKubeVersion("v1.36.0")
	if err != nil {
		log.Panic(err)
	}
	caps := common.DefaultCapabilities.Copy()
	caps.KubeVersion = *version
	r := &renderer{caps: caps, keep: *keep}
	makesKeys := false
	if *probe {
		r.funcs = spies(&makesKeys)
	}
	encoder := json.NewEncoder(os.Stdout)
	for number, pair := range pairs(flag.Arg(0)) {
		found := row{Chart: pair[0], Values: pair[1], Hashes: []string{}}
		makesKeys = false
		before := cpu()
		r.engine = 0
		for range *runs {
			text, err := r.render(pair[0], pair[1])
			if err != nil {
				found.Error = err.Error()
				break
			}
			found.Bytes = len(text)
			found.note(text)
			if *out != "" {
				name := filepath.Join(*out, fmt.Sprintf("%d.yaml", number))
				if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
					log.Panic(err)
				}
			}
		}
		found.CPU = (cpu() - before) / int64(*runs)
		if *engineAlone {
			found.CPU = r.engine / int64(*runs)
		}
		found.MakesKeys = makesKeys
		if err := encoder.Encode(found); err != nil {
			log.Panic(err)
		}
	}
	whole := map[string]any{"cpu_ns": cpu(), "peak_kib": peak(), "version": runtime.Version()}
	if err := encoder.Encode(whole); err != nil {
		log.Panic(err)
	}
}

func (found *row) note(text string) {
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
	for _, known := range found.Hashes {
		if known == sum {
			return
		}
	}
	found.Hashes = append(found.Hashes, sum)
}

func pairs(list string) [][2]string {
	file, err := os.Open(list)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	defer file.Close()
	var found [][2]string
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		directory, values, _ := strings.Cut(lines.Text(), "\t")
		found = append(found, [2]string{directory, values})
	}
	return found
}

func usage() syscall.Rusage {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Panic(err)
	}
	return usage
}

func cpu() int64 {
	used := usage()
	return used.Utime.Nano() + used.Stime.Nano()
}

func peak() int64 { return usage().Maxrss }

// spies are the expensive functions, noting that they are called.
func spies(called *bool) template.FuncMap {
	known := sprig.FuncMap()
	spies := template.FuncMap{}
	for _, name := range expensive {
		function := reflect.ValueOf(known[name])
		spies[name] = reflect.MakeFunc(function.Type(), func(arguments []reflect.Value) []reflect.Value {
			*called = true
			return function.Call(arguments)
		}).Interface()
	}
	return spies
}

func (r *renderer) load(directory string) (*chart.Chart, error) {
	if !r.keep {
		return loader.LoadDir(directory)
	}
	if r.directory != directory {
		loaded, err := loader.LoadDir(directory)
		if err != nil {
			return nil, err
		}
		r.directory, r.files = directory, nil
		for _, file := range loaded.Raw {
			r.files = append(r.files, &archive.BufferedFile{Name: file.Name, ModTime: file.ModTime, Data: file.Data})
		}
	}
	return loader.LoadFiles(r.files)
}

func (r *renderer) render(directory, valuesFile string) (string, error) {
	loaded, err := r.load(directory)
	if err != nil {
		return "", err
	}
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return "", fmt.Errorf("%s charts are not installable", kind)
	}
	values := map[string]any{}
	if valuesFile != "" {
		text, err := os.ReadFile(valuesFile)
		if err != nil {
			return "", err
		}
		read, err := loader.LoadValues(bytes.NewReader(text))
		if err != nil {
			return "", err
		}
		values = loader.MergeMaps(values, read)
	}
	if err := checkDependencies(loaded); err != nil {
		return "", err
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return "", err
	}
	options := common.ReleaseOptions{Name: "rel", Namespace: "default", Revision: 1, IsInstall: true}
	seen, err := util.ToRenderValuesWithSchemaValidation(loaded, values, options, r.caps, false)
	if err != nil {
		return "", err
	}
	wanted := loaded.Metadata.KubeVersion
	if wanted != "" && !chartutil.IsCompatibleRange(wanted, r.caps.KubeVersion.String()) {
		return "", fmt.Errorf("chart requires kubeVersion: %s", wanted)
	}
	before := cpu()
	files, err := engine.Engine{CustomTemplateFuncs: r.funcs}.Render(loaded, seen)
	r.engine += cpu() - before
	if err != nil {
		return "", err
	}
	for name := range files {
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(files, name)
		}
	}
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	for _, manifest := range manifests {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", manifest.Name, manifest.Content)
	}
	var all bytes.Buffer
	fmt.Fprintln(&all, strings.TrimSpace(text.String()))
	for _, hook := range hooks {
		fmt.Fprintf(&all, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}
	return all.String(), nil
}

func checkDependencies(loaded *chart.Chart) error {
	present := map[string]bool{}
	for _, sub := range loaded.Dependencies() {
		present[sub.Name()] = true
	}
	for _, dependency := range loaded.Metadata.Dependencies {
		if !present[dependency.Name] {
			return fmt.Errorf("%s is missing in charts/", dependency.Name)
		}
	}
	return nil
}
