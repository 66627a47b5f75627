// Added to a package while its tests run: writes rows to the file that ACCEPTANCE_ROWS names.

package PACKAGE

import (
	"encoding/json"
	"os"
	"runtime"
	"strings"
	"sync"
)

var (
	rowGate sync.Mutex
	rowFile sync.Mutex
)

// rowHold keeps calls from being written until the function that it returns is called, and tells
// whether nobody else holds them already.
func rowHold() (func(), bool) {
	if !rowGate.TryLock() {
		return func() {}, false
	}
	return rowGate.Unlock, true
}

// rowWrite appends a row.
func rowWrite(row map[string]any) {
	path := os.Getenv("ACCEPTANCE_ROWS")
	if path == "" {
		return
	}
	row["test"] = rowTest()
	line, err := json.Marshal(row)
	if err != nil {
		panic(err)
	}
	rowFile.Lock()
	defer rowFile.Unlock()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	file.Write(append(line, '\n'))
}

// rowTest is the name of the test on the stack.
func rowTest() string {
	pc := make([]uintptr, 64)
	frames := runtime.CallersFrames(pc[:runtime.Callers(1, pc)])
	for {
		frame, more := frames.Next()
		name := frame.Function[strings.LastIndex(frame.Function, "/")+1:]
		if _, after, ok := strings.Cut(name, ".Test"); ok {
			return "Test" + strings.Split(after, ".")[0]
		}
		if !more {
			return ""
		}
	}
}

func rowError(err error) any {
	if err == nil {
		return nil
	}
	return err.Error()
}
