package main

import (
	"fmt"
	"runtime"
	"time"
)

func dates() {
	by := "time of " + runtime.Version() + ", local zone UTC"
	moments := []struct {
		s, n int64
		zone string
	}{
		{0, 0, "UTC"}, {1700000000, 123456789, "UTC"}, {1700000000, 120000000, "Europe/Berlin"}, {1720000000, 0, "America/New_York"}, {1720000000, 5, "Asia/Kolkata"}, {951782400, 0, "UTC"}, {1735689599, 999999999, "Asia/Tokyo"}, {-62135596800, 0, "UTC"}, {-62167219201, 0, "UTC"}, {253402300800, 0, "UTC"}, {-3000000000, 0, "Europe/Paris"}, {4102444800, 0, "Australia/Sydney"}, {1711846800, 0, "Europe/London"}, {1704067200, 0, "Pacific/Apia"}, {1704110400, 0, "America/Sao_Paulo"}, {1709164800, 1000, "UTC"}, {43200, 0, "UTC"}, {3600, 0, "Africa/Monrovia"}, {33333333333, 0, "America/New_York"},
	}
	layouts := []string{time.RFC3339, time.RFC3339Nano, time.RFC1123, time.RFC1123Z, time.RFC822, time.RFC850, time.ANSIC, time.UnixDate, time.RubyDate, time.Kitchen, time.StampMicro, time.DateTime, "2006-01-02 15:04:05.999999999 -0700 MST", "Monday January _2 06", "Mon Jan 2 3:4:5pm", "03:04:05 PM", "002 __2 _2006 _2", "Z070000 Z07:00:00 Z07 Z0700", "-070000 -07:00:00 -07 -07:00", ".000 ,000000 .9 .99999", "15h 20060102150405", "Januaryx Janx Jan1 Mondays Monx MSTx", "05.000x 05.0005 .00", "é2006ü", "%Y-%m-%d", "", "1 01 11 2 02 22 006 07 08 0", "PMpm PmpM", "2006-Jan-02T15:04:05.000000000000Z07:00", "Jan _2 15:04:05.000"}
	var rows [][]any
	for i, m := range moments {
		loc, err := time.LoadLocation(m.zone)
		if err != nil {
			panic(err)
		}
		t := time.Unix(m.s, m.n).In(loc)
		for j, l := range layouts {
			if i > 3 && (i+j)%4 != 0 {
				continue
			}
			rows = append(rows, []any{m.s, m.n, m.zone, l, t.Format(l)})
		}
	}
	write("date_format", "seconds, nanoseconds, zone, layout, text", by, rows)

	rows = nil
	for _, r := range [][2]string{
		{"2006-01-02", "2024-02-29"}, {"2006-01-02", "2023-02-29"}, {"2006-01-02", "2024-13-01"}, {"2006-01-02", "2024-00-01"}, {"2006-01-02", "2024-1-1"}, {"2006-1-2", "2024-1-1"}, {"2006-1-2", "2024-01-01"}, {"2006-01-02", "24-01-01"}, {"2006-01-02", "2024-01-01x"}, {"2006-01-02", "2024-01-0"}, {"2006-01-02", "2024/01/01"}, {"2006-01-02", ""}, {"", ""}, {"", "x"}, {"2006", "20x4"}, {"2006", "+204"}, {"06", "68"}, {"06", "69"}, {"06", "+6"}, {"06", "6"},
		{time.RFC3339, "2024-05-06T07:08:09Z"}, {time.RFC3339, "2024-05-06T07:08:09+02:00"}, {time.RFC3339, "2024-05-06T07:08:09.123456789-07:30"}, {time.RFC3339, "2024-05-06T07:08:09,5Z"}, {time.RFC3339, "2024-05-06T07:08:09.Z"}, {time.RFC3339, "2024-05-06T24:08:09Z"}, {time.RFC3339, "2024-05-06T23:60:09Z"}, {time.RFC3339, "2024-05-06T23:59:60Z"}, {time.RFC3339, "2024-05-06T07:08:09+25:00"}, {time.RFC3339, "2024-05-06T07:08:09+24:60"}, {time.RFC3339, "2024-05-06T07:08:09+24:61"}, {time.RFC3339, "2024-05-06T07:08:09*02:00"}, {time.RFC3339, "2024-05-06T07:08:09+0200"}, {time.RFC3339, "2024-05-06T07:08:09+xx:00"}, {time.RFC3339, "2024-05-06 07:08:09Z"}, {time.RFC3339, "2024-05-06T07:08:09+00:00"}, {time.RFC3339, "2024-05-06T7:08:09Z"},
		{time.RFC1123, "Mon, 02 Jan 2006 15:04:05 MST"}, {time.RFC1123, "Tue, 10 Nov 2009 23:00:00 UTC"}, {time.RFC1123, "tue, 10 NOV 2009 23:00:00 GMT+3"}, {time.RFC1123, "Tue, 10 Nov 2009 23:00:00 CEST"}, {time.RFC1123, "Tue, 10 Nov 2009 23:00:00 ChST"}, {time.RFC1123, "Tue, 10 Nov 2009 23:00:00 WITA"}, {time.RFC1123, "Tue, 10 Nov 2009 23:00:00 abc"}, {time.RFC1123, "Tue, 10 Nov 2009 23:00:00 AB"}, {time.RFC1123, "Tue, 10 Nov 2009 23:00:00 ABCD"}, {time.RFC1123, "Tue, 10 Nov 2009 23:00:00 +03"}, {time.RFC1123, "Tue, 10 Nov 2009 23:00:00 -30"}, {time.RFC1123, "Foo, 10 Nov 2009 23:00:00 UTC"}, {time.RFC1123, "Tue, 10 Nox 2009 23:00:00 UTC"}, {time.RFC1123Z, "Tue, 10 Nov 2009 23:00:00 -0800"}, {time.UnixDate, "Tue Nov 10 23:00:00 EST 2009"}, {"2006-01-02 -0700 MST", "2024-01-01 +0000 UTC"}, {"2006-01-02 -0700 MST", "2024-01-01 +0200 CEST"}, {"2006-01-02 -0700 MST", "2024-01-01 +0000 WET"}, {"2006-01-02 -0700", "2024-01-01 -0000"},
		{time.Kitchen, "3:04PM"}, {time.Kitchen, "12:04AM"}, {time.Kitchen, "12:04PM"}, {time.Kitchen, "13:04PM"}, {time.Kitchen, "3:04pm"}, {"3:04pm", "3:04pm"}, {"3:04pm", "3:04PM"}, {"15:04PM", "15:04PM"}, {"3:4:5", "1:2:3"}, {"03:04:05", "1:02:03"}, {"3:04", "3:4"},
		{"2006 002", "2024 060"}, {"2006 002", "2024 366"}, {"2006 002", "2023 366"}, {"2006 002", "2023 59"}, {"2006 002", "2023 000"}, {"2006 __2", "2023   5"}, {"2006 __2", "2023  60"}, {"2006-01 002", "2023-02 060"}, {"2006-01-02 002", "2023-03-02 060"}, {"2006-01-02 002", "2023-03-01 060"}, {"2006 002", "2024 061"},
		{"Jan _2 2006", "Feb  3 2024"}, {"Jan _2 2006", "February 3 2024"}, {"January 2, 2006", "february 3, 2024"}, {"Monday", "Friday"}, {"Monday", "Frid"}, {"Mon", "Friday"}, {"Jan 2", "Feb 30"}, {"Jan 2", "Feb 29"}, {"2006  01", "2024 01"}, {"2006 01", "2024    01"}, {"2006 01", "202401"}, {" 2006", "2024"}, {"2006 ", "2024"},
		{"05.000", "01.123"}, {"05.000", "01.12"}, {"05.000", "01,123"}, {"05.000", "01.1234"}, {"05.999", "01"}, {"05.999", "01.1234567891"}, {"05", "01.5"}, {"05.00", "01.+5"}, {"05.00", "01.-5"}, {"05.0000000000", "01.1234567891"}, {"15:04:05.9", "23:59:59.999999999"},
		{"-07", "+05"}, {"-070000", "+013045"}, {"-07:00:00", "-01:30:45"}, {"Z07:00", "Z"}, {"Z0700", "+0130"}, {"Z07", "-01"}, {"-07:00", "Z"}, {"Z07:00:00", "+01:02:03"}, {"Z070000", "+010203"}, {"-0700", "-00:1"},
		{"2006é01", "2024é02"}, {"2006-01-02", "é"}, {"2006\"01", "2024x"}, {"2006\n01", "2024\t02"}, {"2006-01-02", "2024-01-02\x00"},
	} {
		t, err := time.ParseInLocation(r[0], r[1], time.Local)
		if err != nil {
			rows = append(rows, []any{r[0], r[1], nil, nil, nil, err.Error()})
			continue
		}
		rows = append(rows, []any{r[0], r[1], t.Unix(), t.Nanosecond(), t.String(), nil})
	}
	write("date_parse", "layout, text, seconds, nanoseconds, shown, error", by, rows)

	rows = nil
	for _, s := range []string{"", "0", "-0", "+0", "1", "1s", "-1h30m", "+1.5h", "1h1m1s1ms1us1ns", "1µs", "1μs", "1us2", ".5s", "1.s", ".s", "-", "1d", "1x1s", "1 s", "s", "9223372036854775807ns", "9223372036854775808ns", "-9223372036854775808ns", "-9223372036854775809ns", "9223372036854775809ns", "2562047h47m16.854775807s", "2562048h", "99999999999999999999h", "0.33333333333333333333h", "0.9223372036854775807s", "1.0000000009s", "3000000h", "1.5.5s", "24h", "720h", "721h", "8760h", "8761h", "59s", "61s", "3599s", "-8761h", "999ms", "1001ms", "1é", "1h\"", "100000000000000000000.5s"} {
		d, err := time.ParseDuration(s)
		round, e2 := call("{{durationRound .}}", s)
		if e2 != nil {
			panic(e2)
		}
		sec, e3 := call("{{duration .}}", s)
		if e3 != nil {
			panic(e3)
		}
		if err != nil {
			rows = append(rows, []any{s, nil, nil, round, sec, err.Error()})
			continue
		}
		rows = append(rows, []any{s, fmt.Sprint(int64(d)), d.Round(time.Second).String(), round, sec, nil})
	}
	for _, s := range []string{"95", "-3600", "100000000000", "99999999999999999999", "1e3"} {
		sec, _ := call("{{duration .}}", s)
		round, _ := call("{{durationRound .}}", s)
		_, err := time.ParseDuration(s)
		rows = append(rows, []any{s, nil, nil, round, sec, err.Error()})
	}
	write("duration", "text, nanoseconds, rounded to seconds, by durationRound, by duration, error", by, rows)

	rows = nil
	t := time.Unix(1700000000, 123456789).In(func() *time.Location { l, _ := time.LoadLocation("Europe/Berlin"); return l }())
	for _, text := range []string{".Year", ".Month", ".Day", ".Weekday", ".Hour", ".Minute", ".Second", ".Nanosecond", ".YearDay", ".Unix", ".UnixMilli", ".UnixMicro", ".UnixNano", ".UTC", ".Local", ".Location", ".UTC.Location", ".Local.Location", ".IsZero", ".IsDST", ".String", `.Format "2006"`, ".Add 3600000000000", ".Add -1", ".AddDate 0 1 0", ".AddDate 1 -1 45", ".AddDate 0 14 -400", ".Round 3600000000000", ".Truncate 3600000000000", ".Round 86400000000000", ".Truncate 0", `.Sub (dateModify "-36h" .)`, `.Before (dateModify "1s" .)`, `.After (dateModify "1s" .)`, ".Equal .UTC", `.Compare (dateModify "1s" .)`, "int .Month", "int64 .Weekday", "float64 .Month", ".Month | printf \"%T\"", ". | printf \"%T\"", ".Location | printf \"%T\"", ".Month.String | printf \"%q\"", ".Month | printf \"%d\"", ".Weekday | printf \"%s %d\" .Weekday", "print .", "toString .", "unixEpoch .", "date \"15:04\" .", "dateInZone \"15:04 MST\" . \"Asia/Tokyo\"", "dateInZone \"15:04 MST\" . \"Nowhere\"", "dateInZone \"15:04 MST\" . \"\"", "dateInZone \"15:04 MST\" . \"asia/tokyo\"", "date_in_zone \"2006-01-02\" 0 \"UTC\"", "htmlDate .", "htmlDateInZone . \"Pacific/Auckland\"", "date \"2006-01-02T15:04:05\" 1700000000", "date \"2006\" (int64 0)", "dateModify \"x\" .", "date_modify \"-1h\" .", "mustDateModify \"1h\" .", "mustDateModify \"x\" .", "must_date_modify \"\" .", "toDate \"2006-01-02\" \"2024-02-03\"", "toDate \"2006-01-02\" \"x\"", "mustToDate \"2006-01-02\" \"x\"", ".MarshalJSON | printf \"%s\"", ".MarshalText | toString", "duration 95", "duration (int64 95)", "duration 95.5", "durationRound 95", "durationRound (int64 95000000000)", "durationRound true", "(toDate \"2006-01-02\" \"2024-02-03\").IsZero", "(toDate \"2006\" \"x\").IsZero", ".Month.String", ".Weekday.String", "eq .Month .Month", "if .Month}}yes{{else}}no{{end"} {
		out, err := call("{{"+text+"}}", t)
		if err != nil {
			rows = append(rows, []any{text, nil, err.Error()})
			continue
		}
		rows = append(rows, []any{text, out, nil})
	}
	write("date_functions", "action on 2023-11-14T23:13:20.123456789+01:00 in Europe/Berlin, output, error", "github.com/Masterminds/sprig/v3 3.3.0, "+by, rows)
}
