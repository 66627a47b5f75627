// Added to the package of Helm's manifest_sorter.go while its tests run. run.py renames the real
// functions.

package PACKAGE

import (
	"maps"
	"slices"

	rowrelease "RELEASE"
	// IMPORTS
)

func SplitManifests(text string) map[string]string {
	release, first := rowHold()
	if !first {
		return realSplitManifests(text)
	}
	defer release()
	parts := realSplitManifests(text)
	keys := slices.Collect(maps.Keys(parts))
	slices.SortFunc(keys, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		if a < b {
			return -1
		}
		return 1
	})
	list := []string{}
	for _, key := range keys {
		list = append(list, parts[key])
	}
	rowWrite(map[string]any{"kind": "split", "text": text, "parts": list})
	return parts
}

func SortManifests(files map[string]string, versions VERSIONS, order KindSortOrder) ([]*rowrelease.Hook, []Manifest, error) {
	release, first := rowHold()
	if !first {
		return realSortManifests(files, versions, order)
	}
	defer release()
	hooks, manifests, err := realSortManifests(files, versions, order)
	row := map[string]any{"kind": "sort", "files": files, "error": rowError(err)}
	shown := []any{}
	for _, hook := range hooks {
		shown = append(shown, []any{hook.Path, hook.Kind, hook.Name, hook.Manifest, hook.Events, hook.Weight})
	}
	row["hooks"] = shown
	shown = []any{}
	for _, manifest := range manifests {
		shown = append(shown, []any{manifest.Name, manifest.Head.Kind, manifest.Content})
	}
	row["manifests"] = shown
	rowWrite(row)
	return hooks, manifests, err
}

func rowKinds(order KindSortOrder, kinds, sorted []string) {
	step := "install"
	if order[0] != InstallOrder[0] {
		step = "uninstall"
	}
	rowWrite(map[string]any{"kind": "kinds", "order": step, "kinds": kinds, "sorted": sorted})
}

func sortManifestsByKind(manifests []Manifest, order KindSortOrder) []Manifest {
	release, first := rowHold()
	if !first {
		return realSortManifestsByKind(manifests, order)
	}
	defer release()
	names := func(list []Manifest) (names []string) {
		for _, manifest := range list {
			names = append(names, manifest.Head.Kind+" "+manifest.Name)
		}
		return names
	}
	before := names(manifests)
	sorted := realSortManifestsByKind(manifests, order)
	rowKinds(order, before, names(sorted))
	return sorted
}

func sortHooksByKind(hooks []*rowrelease.Hook, order KindSortOrder) []*rowrelease.Hook {
	release, first := rowHold()
	if !first {
		return realSortHooksByKind(hooks, order)
	}
	defer release()
	names := func(list []*rowrelease.Hook) (names []string) {
		for _, hook := range list {
			names = append(names, hook.Kind+" "+hook.Name)
		}
		return names
	}
	before := names(hooks)
	sorted := realSortHooksByKind(hooks, order)
	rowKinds(order, before, names(sorted))
	return sorted
}
