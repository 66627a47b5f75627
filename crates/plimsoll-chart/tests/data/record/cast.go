package main

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cast"
)

func casts() {
	var rows [][]any
	strs := []string{"", "0", "1", "-1", "+1", " 1", "1 ", "1.0", "1.00", "1.5", "1.", "1.0.0", ".0", ".00", "0.0", "00", "010", "0o10", "0O17", "08", "0x1F", "0X1f", "-0x1F", "0x", "0b101", "0B1", "0b2", "1e3", "1_000", "1__000", "_1", "1_", "0x_1F", "0_7", "0_8", "0x1_F", "1_000.0", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "99999999999999999999", "18446744073709551615", "true", "abc", "inf", "Inf", "-inf", "+Infinity", "infinit", "nan", "NaN", "+nan", "-NaN", "1e400", "-1e400", "1e-400", "4.9e-324", "2.4703282292062327e-324", "1.7976931348623157e308", "1.7976931348623159e308", "0x1p4", "0x1.8p3", "0x.8p1", "0x1p-1074", "0x1p-1075", "0x1.8p-1074", "0x1p1023", "0x1p1024", "0x1.fffffffffffff8p1023", "0x1.fffffffffffff7p1023", "0x1", "0x1p", "0xp1", "0x1.0p+2", "0x_1p4", "0x1_0p1_0", "1e+3", "1E3", "1e", "1e+", "e3", ".5", "5.", ".", "+.5", "-.5e-1", "1.2.3", "1,5", "0.1", "0.30000000000000004", "123456789012345678901234567890", "0x123456789abcdef01p0", "0x1000000000000081p0", "0x10000000000000800001p0", "é", "１", "1\n", "1d", "1f", "++1", "- 1", "0b", "0o", "0x1g", "1e1_0", "1_0e1", "0e0", "-0", "-0.0", "1e23", "8.5e22"}
	for _, s := range strs {
		atoi, _ := strconv.Atoi(s)
		oct, err := strconv.ParseInt(s, 8, 64)
		if err != nil {
			oct = 0
		}
		rows = append(rows, []any{"string", s, cast.ToInt(s), cast.ToInt64(s), bits(cast.ToFloat64(s)), atoi, oct})
	}
	for _, f := range []float64{0, 1, -1, 1.5, -1.5, 2.9, 1e18, 9.3e18, -9.3e18, 1e300, -1e300, 0.1} {
		rows = append(rows, []any{"float64", f, cast.ToInt(f), cast.ToInt64(f), bits(cast.ToFloat64(f)), nil, nil})
	}
	for _, f := range []int{0, 1, -1, 9223372036854775807} {
		rows = append(rows, []any{"int", f, cast.ToInt(f), cast.ToInt64(f), bits(cast.ToFloat64(f)), nil, nil})
	}
	for _, f := range []int64{0, 1, -1, 9007199254740993} {
		rows = append(rows, []any{"int64", f, cast.ToInt(f), cast.ToInt64(f), bits(cast.ToFloat64(f)), nil, nil})
	}
	for _, b := range []bool{true, false} {
		rows = append(rows, []any{"bool", b, cast.ToInt(b), cast.ToInt64(b), bits(cast.ToFloat64(b)), nil, nil})
	}
	rows = append(rows, []any{"nil", nil, cast.ToInt(nil), cast.ToInt64(nil), bits(cast.ToFloat64(nil)), nil, nil})
	rows = append(rows, []any{"list", nil, cast.ToInt([]any{1}), cast.ToInt64([]any{1}), bits(cast.ToFloat64([]any{1})), nil, nil})
	rows = append(rows, []any{"uint64", nil, cast.ToInt(uint64(math.MaxUint64)), cast.ToInt64(uint64(math.MaxUint64)), bits(cast.ToFloat64(uint64(math.MaxUint64))), nil, nil})
	write("cast", "type, value, as int, as int64, bits of it as float64 in hexadecimal, atoi, octal", "github.com/spf13/cast 1.7.0, "+runtime.Version(), rows)
}

func bits(f float64) string { return fmt.Sprintf("%016x", math.Float64bits(f)) }

func encodings() {
	var rows [][]any
	for _, s := range []string{"", "a", "ab", "abc", "abcd", "abcde", "abcdef", "Zoë ☃", "\x00\x01\x7f", strings.Repeat("x", 70)} {
		row := []any{"encode", s}
		for _, f := range strings.Fields("b64enc b32enc sha1sum sha256sum sha512sum adler32sum") {
			out, err := call("{{"+f+" .}}", s)
			if err != nil {
				panic(err)
			}
			row = append(row, out)
		}
		rows = append(rows, row)
	}
	for _, s := range []string{"", "YQ==", "YWI=", "YWJj", "YQ", "YQ=", "YW", "Y", "YQ===", "YQ==YQ==", "YWJj\n", "YW\nJj", "Y\nQ==", "YQ=\n=", "YQ==\n\n", "YQ=\n", "YQ=x", "Y===", "=", "==", "YQ==x", "Y!==", "YWJjZ", "YWJjZA=", "YWJj=", "YWJj YWJj", "YWJjYWJjYW!j", "YR==", "YWK=", "é", "YWJjé", "YWJj\r\nYWJj", "YQ-_",
		"ME======", "MFRA====", "MFRGG===", "MFRGGZA=", "MFRGGZDF", "ME", "ME=====", "ME=======", "M=======", "MFR=====", "MFRGGZ==", "MF\nRA====", "me======", "MFRA===", "MFRA=A==", "MFRGGZDFM", "M1======", "MFRGGZDFME======", "MFRA====MFRA====", "========", "MFRGGZDF=", "MFRGGZDFMFRGGZDF!"} {
		b64, err := call("{{b64dec .}}", s)
		if err != nil {
			panic(err)
		}
		b32, err := call("{{b32dec .}}", s)
		if err != nil {
			panic(err)
		}
		rows = append(rows, []any{"decode", s, fmt.Sprintf("%x", b64), fmt.Sprintf("%x", b32)})
	}
	write("encoding", "encode, text, base 64, base 32, SHA-1, SHA-256, SHA-512, Adler-32; or decode, text, bytes of base 64, of base 32", "github.com/Masterminds/sprig/v3 3.3.0, "+runtime.Version(), rows)
}

// maths records functions called with numbers, each argument with its type.
func maths() {
	type m = map[string]any
	_ = m{}
	var rows [][]any
	add := func(name string, args ...any) {
		var words []string
		for i := range args {
			words = append(words, fmt.Sprintf("(index . %d)", i))
		}
		text := "{{$x := " + name + " " + strings.Join(words, " ") + "}}{{printf \"%T %v\" $x $x}}"
		out, err := call(text, args)
		var typed []any
		for _, a := range args {
			s := fmt.Sprint(a)
			if f, ok := a.(float64); ok {
				s = strconv.FormatFloat(f, 'g', -1, 64)
			}
			typed = append(typed, []any{fmt.Sprintf("%T", a), s})
		}
		if err != nil {
			rows = append(rows, []any{name, typed, nil, err.Error()})
		} else {
			rows = append(rows, []any{name, typed, out, nil})
		}
	}
	big, small := math.MaxInt64, math.MinInt64
	add("add")
	add("add", 1, 2.9, "3")
	add("add", big, 1)
	add("add1", "x")
	add("add1", big)
	add("sub", 1, 5)
	add("sub", small, 1)
	add("mul", 3)
	add("mul", 3, 4.5, "0x10")
	add("mul", big, 2)
	add("div", 7, 2)
	add("div", -7, 2)
	add("div", 1, 0)
	add("div", 1, "x")
	add("div", small, -1)
	add("mod", 7, 3)
	add("mod", -7, 3)
	add("mod", small, -1)
	add("mod", 1, 0)
	add("addf")
	add("addf", 0.1, 0.2)
	add("addf", 0.1, 0.2, 0.3)
	add("addf", 1e300, 1e-300)
	add("addf", "1.5", true)
	add("add1f", 0.1)
	add("subf", 0.3, 0.1)
	add("subf", 1)
	add("subf", 10.5, 1, 2)
	add("mulf", 1.1, 1.1)
	add("mulf", 0.1, 3, 7)
	add("mulf", 1e200, 1e200)
	add("divf", 1, 3)
	add("divf", 2, 3)
	add("divf", -2, 3)
	add("divf", 1e-20, 3)
	add("divf", 1, 0)
	add("divf", 0, 3)
	add("divf", 10, 4, 5)
	add("divf", 1e30, 7)
	add("divf", 1, 1e30)
	add("divf", 5, -3)
	add("divf", 1, 16e15)
	add("addf", math.Inf(1))
	add("addf", math.NaN())
	add("subf", math.Inf(-1))
	add("addf", math.Copysign(0, -1))
	add("mulf", -0.5, 0)
	add("max", 1)
	add("max", 1, 3, 2)
	add("max", 1.9, "2")
	add("biggest", 5, 6)
	add("min", 3, 1, 2)
	add("maxf", 1.5, 2.5, "3.5")
	add("maxf", 1, math.NaN())
	add("maxf", math.NaN(), math.Inf(1))
	add("minf", 1.5, 0.5)
	add("minf", 1, math.NaN())
	add("minf", math.NaN(), math.Inf(-1))
	add("minf", 0.0, math.Copysign(0, -1))
	add("maxf", math.Copysign(0, -1), 0.0)
	add("minf", math.Copysign(0, -1), 0.0)
	add("ceil", 1.2)
	add("ceil", -1.2)
	add("ceil", "1.2")
	add("floor", 1.8)
	add("floor", -1.2)
	add("floor", "x")
	for _, p := range []int{-400, -3, -2, -1, 0, 1, 2, 3, 10, 15, 22, 23, 25, 30, 300, 308, 309, 400} {
		add("round", 123.456789, p)
		add("round", 1.005, p)
	}
	add("round", 2.5, 0)
	add("round", -2.5, 0)
	add("round", 123.5555, 3)
	add("round", 123.555555, 3, 0.6)
	add("round", "1.25", 1)
	add("round", -1.25, 1)
	add("round", 1234.5, -2)
	add("round", 0.5, 0, 0.5)
	add("round", 0.49, 0, 0.1)
	add("until", 0)
	add("until", 3)
	add("until", -3)
	add("untilStep", 0, 10, 3)
	add("untilStep", 10, 0, -3)
	add("untilStep", 0, 10, -1)
	add("untilStep", 10, 0, 1)
	add("untilStep", 0, 10, 0)
	add("untilStep", 3, 3, 1)
	add("untilStep", 10, 0, 0)
	add("untilStep", -5, 5, 5)
	add("seq")
	add("seq", 5)
	add("seq", 0)
	add("seq", 1)
	add("seq", -3)
	add("seq", 2, 5)
	add("seq", 5, 2)
	add("seq", 0, 2, 10)
	add("seq", 10, -3, 0)
	add("seq", 10, 3, 0)
	add("seq", 0, -2, 10)
	add("seq", 0, 0, 5)
	add("seq", 1, 2, 3, 4)
	add("seq", 5, 5)
	add("seq", 5, 0, 1)
	add("seq", 5, 1, 5)
	add("seq", 5, -1, 5)
	add("seq", 0, 3, 10)
	add("toDecimal", "777")
	add("toDecimal", 777)
	add("toDecimal", 777.0)
	add("toDecimal", "9")
	add("toDecimal", "0777")
	add("toDecimal", "-17")
	add("toDecimal", 1000000.0)
	write("math", "function, arguments with their types, type and value of the result, error", "github.com/Masterminds/sprig/v3 3.3.0, "+runtime.Version(), rows)
}
