package main

import (
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

func urls() {
	by := "github.com/Masterminds/sprig/v3 3.3.0, " + runtime.Version()
	var rows [][]any
	in := []string{"", "*", "http://example.com", "http://user:pw@example.com:8080/a/b?q=1&r=2#frag", "https://u@h/", "HTTP://X/", "mailto:a@b.c", "/just/path", "rel/path", "a:b", "a/b:c", ":x", "1a:b", "//host/path", "///path", "file:///etc/x", "http:/x", "http:x", "http://", "http:///p", "http://h?", "http://h/?", "http://h/??", "http://h/#", "http://h/#a#b", "http://h/a%20b", "http://h/a%2fb", "http://h/a b", "http://h/%zz", "http://h/%", "http://h/%a", "http://h/é", "http://h/%C3%A9", "http://é.com", "http://%C3%A9.com", "http://%41.com", "http://h%25.com", "http://a b.com", "http://a<b>.com", "http://a\\b.com", "http://h:80:90/", "foo://h:80:90/", "http://h:x/", "foo://h1:1,h2:2/db", "http://h:/", "http://[::1]/", "http://[::1]:80/", "http://[::1", "http://[::1]x/", "http://a[::1]/", "http://[fe80::1%25en0]/", "http://[fe80::1%25en%20x]/", "http://[1.2.3.4]/", "http://[zz]/", "http://[]/", "http://[::ffff:1.2.3.4]/", "http://u:p:q@h/", "http://u@v@h/", "http://u%40v:p%3Aw@h/", "http://u é@h/", "http://u[@h/", "http://:pw@h/", "http://@h/", "http://u:@h/", "http://u%zz@h/", "http://h/a\x01", "http://h/\x7f", "http://h/a?b=c%zz", "http://h/p#%zz", "http://h/p#a%20b'c(d)!*", "http://h/p;x=1,2", "urn:isbn:123?x#y", "http://h/$&+,/:;=@~!'()*[]\"<>^`{|}", "git@github.com:org/repo.git", "postgres://u:p%40ss@db:5432/x?sslmode=disable", "redis://:secret@h:6379/0", "s3://bucket/key", "../x", "./a:b", "?q", "#f", "http://h/%E2%28", "http://1.2.3.4:80", "h:80", "localhost:80/x"}
	for _, s := range in {
		row := []any{s}
		res, err := call(`{{ $u := urlParse . }}{{ range (list "scheme" "host" "hostname" "path" "query" "opaque" "fragment" "userinfo") }}{{ get $u . }}`+"\x00"+`{{ end }}{{ urlJoin $u }}`, s)
		if err != nil {
			rows = append(rows, []any{s, nil, nil, nil, nil, nil, nil, nil, nil, nil, err.Error()})
			continue
		}
		if strings.ToValidUTF8(res, "") != res {
			continue // bytes that are no text are an error of ours
		}
		for _, p := range strings.Split(res, "\x00") {
			row = append(row, p)
		}
		rows = append(rows, append(row, nil))
	}
	write("url", "URL; its scheme, host, hostname, path, query, opaque, fragment, userinfo; joined again; error", by, rows)

	rows = nil
	add := func(d map[string]any) {
		out, err := call("{{ urlJoin . }}", d)
		if err != nil {
			rows = append(rows, []any{d, nil, err.Error()})
			return
		}
		rows = append(rows, []any{d, out, nil})
	}
	for c := byte(' '); c < 0x7f; c++ {
		s := fmt.Sprintf("a%cb", c)
		add(map[string]any{"scheme": "x", "host": s, "path": s, "fragment": s})
		if !strings.ContainsRune("#?/ \"<>[]\\^`{|}", rune(c)) {
			add(map[string]any{"scheme": "x", "host": "h", "userinfo": s})
		}
	}
	for _, d := range []map[string]any{{}, {"path": "a:b"}, {"path": "a/b:c"}, {"path": "x", "host": "h"}, {"host": "h"}, {"scheme": "http"}, {"scheme": "http", "path": "p"}, {"scheme": "http", "path": "/p"}, {"opaque": "o", "host": "h", "query": "q", "fragment": "f"}, {"scheme": "s", "opaque": "o"}, {"userinfo": "u"}, {"userinfo": "u:p", "host": "h"}, {"userinfo": "u:p:q", "host": "h"}, {"userinfo": "ü", "host": "h"}, {"userinfo": "a b", "host": "h"}, {"userinfo": "%zz", "host": "h"}, {"userinfo": "a/b", "host": "h"}, {"userinfo": "%41%40", "host": "h"}, {"path": 1}, {"scheme": 1}, {"path": "é", "host": "é", "fragment": "é"}, {"path": "*"}, {"path": "//a", "scheme": "x"}, {"query": "a b", "host": "h"}, {"hostname": "ignored", "host": "h"}, {"path": "%41"}} {
		add(d)
	}
	write("url_join", "parts, URL, error", by, rows)

	rows = nil
	for _, s := range []string{"", ".", "..", "/", "//", "///", "a", "a/", "/a", "/a/", "a/b", "a//b", "a/./b", "a/../b", "a/b/..", "../a", "../../a", "/../a", "/..", "a/..", "a/../..", "./a", "././", "a/b.txt", "a.b/c", "a.b.c", ".hidden", "a/.hidden", "a.", "..a", "a/..b", "/a/b/../../..", "a///b///", "é/ü.x", "a\\b", "a/b/c.tar.gz", "...", "a/...", " ", "C:\\x"} {
		rows = append(rows, []any{s, path.Base(s), path.Dir(s), path.Clean(s), path.Ext(s), path.IsAbs(s), filepath.Base(s), filepath.Dir(s), filepath.Clean(s), filepath.Ext(s)})
	}
	write("path", "path, base, dir, clean, ext, whether it is absolute, osBase, osDir, osClean, osExt", by+" on Linux", rows)
}
