package main

import (
	"encoding/json"
	"math"
	"math/rand"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

// generate adds cases that are the same in each run.
func generate(in *cases) {
	random := rand.New(rand.NewSource(20240229))
	for range 220 {
		in.Parse = append(in.Parse, soup(random, 3+random.Intn(14)))
	}
	for range 120 {
		in.Parse = append(in.Parse, mutated(random))
	}
	for range 420 {
		in.Emit = append(in.Emit, asJSON(wrapped(random)))
	}
	for range 60 {
		in.Decode = append(in.Decode, mutatedJSON(random))
	}
	for range 120 {
		in.Float = append(in.Float, randomFloat(random))
	}
}

// Fragments that matter to a YAML scanner.
var fragments = []string{
	"a", "b", "key", "1", "0x1F", "yes", "null", "~", "3.5", "é", "日", "text with blanks",
	": ", ":", ":\n", "- ", "-", "? ", "?", "\n", "\n", "\n", "\n  ", "\n  ", "\n    ", "\n ",
	"\n\n", " ", "  ", "\t", "\r\n", "\r", "[", "]", "{", "}", ",", ", ", "'", "''", "\"", "\"\"",
	"\\", "\\n", "\\x41", "\\\n", "|", "|-\n", "|+\n", ">\n", ">-\n", "|2\n", "|\n  x\n", ">\n  x\n  y\n",
	"#", " # c\n", "# c\n", "&a ", "*a", "*a ", "!!str ", "!!int ", "!t ", "!<x> ", "! ", "<<: ", "<<",
	"---\n", "--- ", "...\n", "\n---\n", "%YAML 1.1\n", "%", "@", "`", "\u0085", "\u2028", "\ufeff",
	"a: b\n", "a: b", "- a\n", "x: [1, 2]\n", "y: {z: w}\n", "'q'", "\"d\"", "a:\n", "a:\n  b: c\n",
	"k: &a v\n", "l: *a\n", "<<: *a\n", "<<: {m: n}\n", "- - a\n", "- a: b\n", "  c: d\n",
}

func soup(random *rand.Rand, length int) string {
	var text strings.Builder
	for range length {
		text.WriteString(fragments[random.Intn(len(fragments))])
	}
	return text.String()
}

// mutated returns a good YAML text with a few random edits.
func mutated(random *rand.Rand) string {
	text, err := yaml.Marshal(wrapped(random))
	for err != nil {
		text, err = yaml.Marshal(wrapped(random))
	}
	return edited(random, []rune(string(text)), fragments)
}

func mutatedJSON(random *rand.Rand) string {
	pieces := []string{"\"", "{", "}", "[", "]", ",", ":", "1", "-", ".", "e", "\\", "\\u12", "\n", "t", "nul", " "}
	return edited(random, []rune(asJSON(wrapped(random))), pieces)
}

func edited(random *rand.Rand, text []rune, pieces []string) string {
	for range random.Intn(4) {
		at := random.Intn(len(text) + 1)
		switch piece := []rune(pieces[random.Intn(len(pieces))]); random.Intn(3) {
		case 0:
			text = append(text[:at:at], append(piece, text[at:]...)...)
		case 1:
			end := min(len(text), at+1+random.Intn(3))
			text = append(text[:at:at], text[end:]...)
		default:
			end := min(len(text), at+1)
			text = append(text[:at:at], append(piece, text[end:]...)...)
		}
	}
	return string(text)
}

func asJSON(value any) string {
	text, err := json.Marshal(value)
	check(err)
	return string(text)
}

func wrapped(random *rand.Rand) any {
	value := map[string]any{}
	for range 1 + random.Intn(3) {
		value[randomKey(random)] = randomValue(random, 3)
	}
	if random.Intn(8) == 0 {
		return randomValue(random, 2)
	}
	return value
}

func randomValue(random *rand.Rand, depth int) any {
	switch kind := random.Intn(12); {
	case kind < 6 || depth == 0:
		return randomString(random)
	case kind == 6:
		value, _ := strconv.ParseFloat(randomFloat(random), 64)
		return value
	case kind == 7:
		return []any{nil, true, false, 0.0, 7.0}[random.Intn(5)]
	case kind < 10:
		value := map[string]any{}
		for range random.Intn(4) {
			value[randomKey(random)] = randomValue(random, depth-1)
		}
		return value
	default:
		value := make([]any, random.Intn(4))
		for i := range value {
			value[i] = randomValue(random, depth-1)
		}
		return value
	}
}

var keys = []string{
	"a", "b", "a1", "a2", "a10", "a01", "name", "yes", "n", "1", "01", "1.5", "", "~", "null", "x-y", "x.y",
	"x/y", "é", "with blank", "a:b", "a: b", "#c", "- d", "?", "<<", "=", "A", "_", "two\nlines", "tab\t",
	strings.Repeat("long ", 26), strings.Repeat("k", 128), strings.Repeat("k", 129), "日本", "\U0001F600",
}

func randomKey(random *rand.Rand) string {
	if random.Intn(6) == 0 {
		return randomString(random)
	}
	return keys[random.Intn(len(keys))]
}

var words = []string{
	"a", "word", "yes", "no", "on", "y", "N", "null", "~", "true", "FALSE", "0", "007", "0o7", "0x1F", "0b1",
	"1_000", "1e3", "1.5", ".5", "1.", "+1", "-1", "-.inf", ".nan", "190:20:30", "1:2", "2001-01-01",
	"2001-01-01T00:00:00Z", "2001-1-1 1:1:1", "<<", "=", "-", "--", "---", "...", "?", ":", ": ", " :", "#", " #",
	"# ", "a#b", "a #b", "a: b", "a:b", "a:", "@", "`", "!", "!!str", "&a", "*a", "|", ">", "%", "'", "\"", "\\",
	"it's", "[", "]", "{", "}", ",", "{{ x }}", "é", "日本語", "\U0001F600", " ", "  ", "\t", "\n", "\n\n", "\n ",
	" \n", "\r\n", "\r", "\u0000", "\u0001", "\u001b", "\u0085", "\u00a0", "\u00ad", "\u200b", "\u2028", "\u2029",
	"\ufeff", "http://host:80/p?q=1&r=2#f", "10.0.0.1", "100m", "1Gi", "key=value", "<tag>", "a b c",
	"line one\nline two", "line one\nline two\n", "trailing \nblank", "-a", "?a", ":a", "--a", "a\\b",
}

func randomString(random *rand.Rand) string {
	switch random.Intn(6) {
	case 0:
		return words[random.Intn(len(words))]
	case 1:
		// About the width at which lines fold.
		var text strings.Builder
		for text.Len() < 60+random.Intn(120) {
			text.WriteString(strings.Repeat("x", 1+random.Intn(12)))
			text.WriteString(strings.Repeat(" ", 1+random.Intn(12)/11))
		}
		prefix := []string{"", "", "'", "- ", "é", "\"", "# ", "\t", "* "}[random.Intn(9)]
		return prefix + strings.TrimRight(text.String(), " ")
	default:
		var text strings.Builder
		for range 1 + random.Intn(5) {
			text.WriteString(words[random.Intn(len(words))])
			if random.Intn(2) == 0 {
				text.WriteString(" ")
			}
		}
		return text.String()
	}
}

func randomFloat(random *rand.Rand) string {
	switch random.Intn(5) {
	case 0:
		return strconv.Itoa(random.Intn(1000000))
	case 1:
		return strconv.FormatFloat(random.NormFloat64()*math.Pow10(random.Intn(30)-8), 'g', 1+random.Intn(17), 64)
	case 2:
		return strconv.FormatFloat(float64(random.Intn(10))*math.Pow10(random.Intn(44)-20), 'g', -1, 64)
	case 3:
		return strconv.FormatInt(random.Int63()-random.Int63(), 10)
	default:
		value := math.Float64frombits(random.Uint64())
		if math.IsNaN(value) || math.IsInf(value, 0) {
			value = 0.1
		}
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
}
