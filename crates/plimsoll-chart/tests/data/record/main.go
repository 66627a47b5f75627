// Writes the tables under crates/plimsoll-chart/tests/data: what Go and the libraries of Helm 4.2.4
// answer. Run in this folder:
//
//	GOFLAGS=-mod=mod go run . ..       the tables that are the same on each run
//	GOFLAGS=-mod=mod go run . .. all   those with new keys, salts and certificates too
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"text/template"

	"github.com/Masterminds/semver/v3"
	"github.com/Masterminds/sprig/v3"
)

type table struct {
	MadeBy string  `json:"made_by"`
	About  string  `json:"about"`
	Rows   [][]any `json:"rows"`
}

func write(name, about, by string, rows [][]any) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n\"made_by\": %s,\n\"about\": %s,\n\"rows\": [\n", js(by), js(about))
	for i, r := range rows {
		b.WriteString(js(r))
		if i < len(rows)-1 {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	b.WriteString("]\n}\n")
	if err := os.WriteFile(os.Args[1]+"/"+name+".json", b.Bytes(), 0o644); err != nil {
		panic(err)
	}
	fmt.Println(name, len(rows))
}

func js(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// call runs a template function as text/template does: panics become errors.
func call(text string, data any) (out string, err error) {
	t, err := template.New("t").Funcs(sprig.TxtFuncMap()).Parse(text)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = t.Execute(&b, data)
	if err != nil {
		_, after, _ := strings.Cut(err.Error(), "error calling ")
		_, after, _ = strings.Cut(after, ": ")
		return "", fmt.Errorf("%s", after)
	}
	return b.String(), nil
}

func semvers() {
	versions := strings.Fields("1.2.3 v1.2.3 1.2 1 v2 0.0.0 0.0.3 0.0.4 0.2.3 0.2.9 0.3.0 1.0.0 1.1.0 1.2.0 1.2.9 1.3.0 1.9.9 2.0.0 2.1.0 3.0.0 11.0.0 11.1.0 12.0.0 1.2.3-alpha 1.2.3-alpha.1 1.2.3-alpha.beta 1.2.3-beta.2 1.2.3-beta.11 1.2.3-rc.1 1.2.0-rc.1 1.3.0-0 2.0.0-alpha 0.2.0-beta 1.2.3+meta 1.2.3-rc.1+meta v1.29.3-gke.1282000 v1.36.0 1.27.11-eks-b9c9ed7")
	constraints := []string{"", "*", "x", "=1.2.3", "1.2.3", "1.2", "1", "1.x", "1.2.x", "1.2.*", "1.X.X", "!=1.2.3", "!=1.2", "!=1", "!=1.2.x", "!=x", ">1.2.3", ">1.2", ">1", ">11", ">11.1", ">x", "<1.2.3", "<1.2", "<1", "<2", ">=1.2.3", ">=1.2", ">=1", "=>1.2", "<=1.2.3", "<=1.2", "<=1", "=<1.2", "~1.2.3", "~1.2", "~1", "~>1.2.3", "~>1", "~0.0.0", "~x", "~1.x", "^1.2.3", "^1.2", "^1", "^0.2.3", "^0.2", "^0.0.3", "^0.0", "^0", "^x", "^1.x", ">=1.2.3-alpha", ">=1.2-0", "<2.0.0-0", "^1.2.3-alpha", "~1.2.3-0", "=1.2.3-rc.1", "!=1.2.3-rc.1", "!=1.2.x-rc.1", ">=1.0.0 <2.0.0", ">=1.0.0, <2.0.0", ">= 1.0.0 ,<2.0.0", "1.0.0 - 2.0.0", "1.2 - 1.3", "1 - 2", "1.2 - 1.3 || 3", "1||2", "1 || 2 || 3", "^1.2 || ^2", ">=1.19-0", ">=1.14-0 <1.19-0", ">= 1.27.0-0", "v1.2.3", ">=v1.2", "1|2", "1.2.3 1.2.3", "abc", "1.2.3.4", ">>1", ">=1.2.3 foo", "1.2.3-", "1.2.3-01", "1.2.3 - ", "||", "1.2.3+meta", ">1.2.3+meta", "~1.2.3+meta", "1 -2", "  >=1.2  ", "\t>=1.2", "1.2.3,", ",1.2.3", "1.2.3,,1.2.4", "=  1.2.3", "! =1.2.3", "<>1", "99999999999999999999", ">=0.0.0-0", "1.2.3-alpha - 1.2.3-rc.9", "1.2 - 2,!=1.3.0", "é"}
	var rows [][]any
	n := 0
	for _, c := range constraints {
		cons, err := semver.NewConstraint(c)
		if err != nil {
			rows = append(rows, []any{c, "1.2.3", nil, err.Error()})
			continue
		}
		for i, v := range versions {
			// Every version for the telling ones, every third otherwise.
			n++
			if (n+i)%3 != 0 && len(c) > 3 {
				continue
			}
			ver := semver.MustParse(v)
			rows = append(rows, []any{c, v, cons.Check(ver), nil})
		}
	}
	write("semver", "constraint, version, allowed, error of the constraint", "github.com/Masterminds/semver/v3 3.5.0, "+runtime.Version(), rows)
	var vs [][]any
	for _, v := range append(versions, "", "v", "V1", "1.", "1.2.", "1.2.3.4", "01.2.3", "1.02", "1.2.3-", "1.2.3-01", "1.2.3-0a", "1.2.3-a..b", "1.2.3+", "1.2.3+a..b", "1.2.3+01", "1.2.3-a+b-c.d", "1.2.3+a-b", "1.2.3+a+b", "99999999999999999999.1.1", "1.99999999999999999999", "18446744073709551615.1.1", " 1.2.3", "1.2.3 ", "1-rc", "v1.2-rc1", "vv1", "1.2.3-é", strings.Repeat("1", 257), "1..2", "-1", "x") {
		ver, err := semver.NewVersion(v)
		if err != nil {
			vs = append(vs, []any{v, nil, nil, nil, nil, nil, err.Error()})
			continue
		}
		inc := func(f func() semver.Version) (s string) {
			defer func() {
				if r := recover(); r != nil {
					s = "panic: " + fmt.Sprint(r)
				}
			}()
			n := f()
			return n.Original() + " " + n.String()
		}
		vs = append(vs, []any{v, ver.String(), ver.Original(), inc(ver.IncMajor), inc(ver.IncMinor), inc(ver.IncPatch), nil})
	}
	write("semver_versions", "version, its string, its original, next major, minor and patch (original and string), error", "github.com/Masterminds/semver/v3 3.5.0, "+runtime.Version(), vs)
	var cmp [][]any
	pres := strings.Fields("1.0.0 1.0.0-0 1.0.0-00a 1.0.0-1 1.0.0-2 1.0.0-10 1.0.0-a 1.0.0-a.1 1.0.0-a.b 1.0.0-a.1.x 1.0.0--1 1.0.0-1-1 1.0.0-A 1.0.0+a 1.0.0-a+b 1.0.0-99999999999999999999 1.0.0-99999999999999999998")
	for _, a := range pres {
		for _, b := range pres {
			cmp = append(cmp, []any{a, b, semver.MustParse(a).Compare(semver.MustParse(b))})
		}
	}
	write("semver_order", "version, version, order", "github.com/Masterminds/semver/v3 3.5.0, "+runtime.Version(), cmp)
}

func main() {
	semvers()
	regexes()
	casts()
	encodings()
	maths()
	dates()
	urls()
	tomls()
	// Keys, salts and serial numbers are new on each run.
	if len(os.Args) > 2 {
		cryptos()
	}
	names()
}
