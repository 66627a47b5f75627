{{/*
Puts the description into the dict that it takes (root and app, the name of the template that describes the app), as
`described`, and prints nothing. It must be YAML, and hold no key that this library does not know. A dict that has it
keeps it, so that one noun reads the description once.
*/}}
{{- define "ai-app.describe" -}}
{{- if not .described }}
{{- $app := include .app .root | fromYaml }}
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
{{- $_ := set . "described" $app }}
{{- end }}
{{- end }}
