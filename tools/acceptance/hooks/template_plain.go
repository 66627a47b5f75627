// Added to Go's text/template beside template_rows.go: Go data in terms that a values file can
// hold, and such data as JSON with types.

package template

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
)

// RowData is plain data.
type RowData struct {
	Value any
	// Changed: some value has another Go type than before.
	Changed bool
}

const rowDepth = 100

// RowPlain rebuilds data: structs become maps, pointers what they point to, arrays slices.
func RowPlain(data any) (RowData, error) {
	plain := RowData{}
	v, ok := data.(reflect.Value)
	if !ok {
		v = reflect.ValueOf(data)
	}
	value, err := plain.of(v, 0)
	plain.Value = value
	return plain, err
}

type rowUnfit string

func (u rowUnfit) Error() string { return string(u) }

func (p *RowData) of(v reflect.Value, depth int) (any, error) {
	if depth > rowDepth {
		return nil, rowUnfit("a map within itself")
	}
	if !v.IsValid() {
		return nil, nil
	}
	switch rowTypeName(v.Type()) {
	case "time.Time", "engine.files", "*common.Capabilities", "*chartutil.Capabilities":
		return v.Interface(), nil
	}
	switch v.Kind() {
	case reflect.Interface:
		return p.of(v.Elem(), depth+1)
	case reflect.Pointer:
		p.Changed = true
		return p.of(v.Elem(), depth+1)
	case reflect.Bool:
		p.same(v, reflect.TypeFor[bool]())
		return v.Bool(), nil
	case reflect.Int64:
		if d, ok := v.Interface().(time.Duration); ok {
			return d, nil
		}
		p.same(v, reflect.TypeFor[int64]())
		return v.Int(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32:
		p.same(v, reflect.TypeFor[int]())
		return int(v.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.same(v, reflect.TypeFor[uint64]())
		return v.Uint(), nil
	case reflect.Float32, reflect.Float64:
		p.same(v, reflect.TypeFor[float64]())
		return v.Float(), nil
	case reflect.Complex64, reflect.Complex128:
		p.same(v, reflect.TypeFor[complex128]())
		return v.Complex(), nil
	case reflect.String:
		p.same(v, reflect.TypeFor[string]())
		return v.String(), nil
	case reflect.Slice, reflect.Array:
		return p.list(v, depth)
	case reflect.Map:
		return p.mapping(v, depth)
	case reflect.Struct:
		p.Changed = true
		entries := map[string]any{}
		return entries, p.fields(entries, v, depth)
	}
	return nil, rowUnfit(fmt.Sprintf("a %s", v.Kind()))
}

func (p *RowData) same(v reflect.Value, want reflect.Type) {
	if v.Type() != want {
		p.Changed = true
	}
}

func (p *RowData) list(v reflect.Value, depth int) (any, error) {
	switch kept := v.Interface().(type) {
	case []byte:
		return append([]byte(nil), kept...), nil
	case []string:
		return kept, nil
	case []int:
		return kept, nil
	}
	p.same(v, reflect.TypeFor[[]any]())
	if v.Kind() == reflect.Slice && v.IsNil() {
		return []any(nil), nil
	}
	items := make([]any, v.Len())
	for i := range items {
		item, err := p.of(v.Index(i), depth+1)
		if err != nil {
			return nil, err
		}
		items[i] = item
	}
	return items, nil
}

func (p *RowData) mapping(v reflect.Value, depth int) (any, error) {
	if kept, ok := v.Interface().(map[string]string); ok && kept != nil {
		return kept, nil
	}
	if v.Type().Key().Kind() != reflect.String {
		return nil, rowUnfit(fmt.Sprintf("a map with keys of type %s", v.Type().Key()))
	}
	result := reflect.ValueOf(map[string]any(nil))
	switch rowTypeName(v.Type()) {
	case "common.Values", "chartutil.Values":
		result = reflect.Zero(v.Type())
	default:
		p.same(v, result.Type())
	}
	if v.IsNil() {
		return result.Interface(), nil
	}
	result = reflect.MakeMap(result.Type())
	for _, key := range v.MapKeys() {
		item, err := p.of(v.MapIndex(key), depth+1)
		if err != nil {
			return nil, err
		}
		held := reflect.New(reflect.TypeFor[any]()).Elem()
		if item != nil {
			held.Set(reflect.ValueOf(item))
		}
		result.SetMapIndex(reflect.ValueOf(key.String()), held)
	}
	return result.Interface(), nil
}

func (p *RowData) fields(entries map[string]any, v reflect.Value, depth int) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		if field.Anonymous && v.Field(i).Kind() == reflect.Struct {
			if err := p.fields(entries, v.Field(i), depth+1); err != nil {
				return err
			}
			continue
		}
		item, err := p.of(v.Field(i), depth+1)
		// A field that cannot be rebuilt is left out; that shows where a row reads it.
		if err == nil {
			entries[field.Name] = item
		}
	}
	return nil
}

func rowTypeName(t reflect.Type) string { return t.String() }

// RowEncode writes plain data as JSON with types.
func RowEncode(data any) any {
	typed := func(t string, v any) any { return map[string]any{"t": t, "v": v} }
	switch value := data.(type) {
	case nil:
		return nil
	case bool:
		return value
	case string:
		if !utf8.ValidString(value) {
			return typed("octets", base64.StdEncoding.EncodeToString([]byte(value)))
		}
		return value
	case int:
		return typed("int", strconv.Itoa(value))
	case int64:
		return typed("int64", strconv.FormatInt(value, 10))
	case uint64:
		return typed("uint64", strconv.FormatUint(value, 10))
	case time.Duration:
		return typed("duration", strconv.FormatInt(int64(value), 10))
	case float64:
		return typed("float64", strconv.FormatFloat(value, 'g', -1, 64))
	case complex128:
		return typed("complex128", []float64{real(value), imag(value)})
	case time.Time:
		return typed("time", value.Format(time.RFC3339Nano))
	case []byte:
		return typed("bytes", base64.StdEncoding.EncodeToString(value))
	case []string:
		return typed("strings", value)
	case []int:
		return typed("ints", value)
	case []any:
		if value == nil {
			return typed("nil list", nil)
		}
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = RowEncode(item)
		}
		return items
	case map[string]string:
		return typed("map of strings", value)
	}
	return rowEncodeNamed(reflect.ValueOf(data))
}

func rowEncodeNamed(v reflect.Value) any {
	name := rowTypeName(v.Type())
	if v.Kind() == reflect.Pointer {
		plain := RowData{}
		fields, _ := plain.of(v.Elem(), 0)
		return map[string]any{"t": name, "v": RowEncode(fields)}
	}
	entries := map[string]any{}
	for _, key := range v.MapKeys() {
		entries[key.String()] = RowEncode(v.MapIndex(key).Interface())
	}
	if name == "map[string]interface {}" {
		name = "map"
		if v.IsNil() {
			name = "nil map"
		}
	}
	return map[string]any{"t": name, "v": entries}
}
