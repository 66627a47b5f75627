{{/*
What a person reads after an installation; a chart includes it in NOTES.txt and adds its own lines below.
Takes root, app and access: how callers inside the cluster prove themselves, default "no token".
*/}}
{{- define "ai-app.notes" -}}
{{- $root := .root }}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- $release := $root.Release }}
{{- $host := include "ai-app.host" $root }}
{{ default $root.Chart.Name $app.title }} {{ default $root.Chart.AppVersion $root.Values.image.tag }} in namespace {{ $release.Namespace }}, for {{ include "ai-app.platform" $root }}.
{{ range (splitList "\n" (include "ai-app.servicePorts" . | trim) | compact) }}
In the cluster   http://{{ $host }}:{{ include "ai-app.portNumber" (dict "root" $root "app" $.app "described" $app "port" .) }}   ({{ default "no token" $.access }})
{{- end }}
{{- if $root.Values.networkPolicy.enabled }}
                 The network policy lets in only what networkPolicy.callers names.
{{- end }}
{{- if include "ai-app.proxied" $root }}
Through the proxy http://{{ include "ai-app.proxyHost" $root }}:{{ $root.Values.proxy.port }}   (token from Secret {{ include "ai-app.tokenSecret" $root }}, key {{ $root.Values.proxy.auth.secretKey }})
{{- end }}
{{- include "ai-app.notesOutside" $root }}
{{- include "ai-app.notesModels" $root }}
{{- if $root.Values.tests.enabled }}

Check it with    helm test {{ $release.Name }} -n {{ $release.Namespace }}
{{- end }}
{{- end }}

{{/* Takes the chart's own context. */}}
{{- define "ai-app.notesOutside" -}}
{{- if .Values.route.enabled }}
Outside          oc get route {{ include "ai-app.fullname" . }} -n {{ .Release.Namespace }}
{{- end }}
{{- if .Values.ingress.enabled }}
Outside          https://{{ .Values.ingress.host }}
{{- end }}
{{- if .Values.httpRoute.enabled }}
{{- range .Values.httpRoute.hostnames }}
Outside          https://{{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* GPU, models and storage. Takes the chart's own context. */}}
{{- define "ai-app.notesModels" -}}
{{- with .Values.gpu }}
{{- $device := (index .presets .vendor).resourceName }}

GPU              {{ if $device }}{{ .count }} x {{ $device }}{{ else }}none; runs on the CPU{{ end }}
{{- end }}
{{- if hasKey .Values "models" }}
{{- if .Values.models }}
Models           {{ len .Values.models }} declared; follow the download with
                 kubectl logs -n {{ .Release.Namespace }} {{ include "ai-app.fetchLog" . }} -c fetch-models -f
{{- else }}
Models           none declared, so nothing was fetched: see `models` in README.md
{{- end }}
{{- end }}
{{- range $name, $storage := .Values.persistence }}
{{- if not $storage.enabled }}
Storage          persistence.{{ $name }} is off: its content ends with the pod
{{- else if and $storage.keep (not $storage.existingClaim) }}
Storage          claim {{ include "ai-app.claimName" (dict "root" $ "name" $name) }} stays when the release is removed
{{- end }}
{{- end }}
{{- end }}

{{/* Whose log tells of the fetching: the pod's, or the Job's. Takes the chart's own context. */}}
{{- define "ai-app.fetchLog" -}}
{{- if eq (default dict .Values.modelFetch).mode "job" }}
{{- print "-l app.kubernetes.io/component=fetch-models,app.kubernetes.io/instance=" .Release.Name }}
{{- else }}
{{- print "deploy/" (include "ai-app.fullname" .) }}
{{- end }}
{{- end }}
