// Added to the tests of Helm's commands: writes the command lines of golden cases. run.py calls it
// from runTestCmd.

package PACKAGE

func rowCommand(tt cmdTestCase) {
	rowWrite(map[string]any{
		"kind": "command", "name": tt.name, "command": tt.cmd, "golden": tt.golden,
		"fails": tt.wantError,
	})
}
