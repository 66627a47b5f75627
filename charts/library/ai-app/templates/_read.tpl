{{/*
The text of a description, after a look at it: it must be YAML, and hold no key that this library does not know.
Takes root and app, the name of the template that describes the app.
*/}}
{{- define "ai-app.read" -}}
{{- $text := include .app .root }}
{{- $app := fromYaml $text }}
{{- if hasKey $app "Error" }}
{{- fail (printf "template %q is not YAML: %s" .app $app.Error) }}
{{- end }}
{{- $known := list "suffix" "component" "title" "workload" "pod" "container" "containers" "initContainers" "claims" "scratch" "volumes" "service" "entrance" "proxy" "network" "secrets" "gatus" "metrics" "alerts" "advice" "test" }}
{{- range $key, $_ := $app }}
{{- if not (has $key $known) }}
{{- fail (printf "template %q describes %q, which the library does not know; it knows %s" $.app $key (join ", " $known)) }}
{{- end }}
{{- end }}
{{- if not $app.component }}
{{- fail (printf "template %q describes no component" .app) }}
{{- end }}
{{- $text }}
{{- end }}
