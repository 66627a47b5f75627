{{/*
A ConfigMap with endpoints for Gatus. Each entry of `gatus` of the description holds
  port        name of a port of the container
  path        what is asked
  conditions  in Gatus' own form, besides the response time
  suffix      added to the endpoint's name; needed from the second entry on
  endpoint    further keys of the endpoint in Gatus' own form (headers, client, ...)
Takes root and app.
*/}}
{{- define "ai-app.gatus" -}}
{{- $root := .root }}
{{- $gatus := $root.Values.gatus }}
{{- if $gatus.enabled }}
{{- include "ai-app.describe" . }}
{{- $app := .described }}
{{- $name := include "ai-app.objectName" . }}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "ai-app.metadata" (merge (dict "name" (printf "%s-gatus" $name)) .) | nindent 2 }}
    {{ $gatus.label.key }}: {{ $gatus.label.value | quote }}
data:
  # Gatus reads files that end in .yaml; namespace and name make the file and the endpoint unique, because one
  # endpoint that exists twice stops Gatus as a whole.
  {{ $root.Release.Namespace }}-{{ $name }}.yaml: |
    endpoints:
      {{- range $app.gatus }}
      {{- $number := include "ai-app.portNumber" (dict "root" $root "app" $.app "described" $app "port" .port) }}
      - name: {{ printf "%s/%s%s" $root.Release.Namespace $name (empty .suffix | ternary "" (printf "-%s" .suffix)) | quote }}
        group: {{ $gatus.group | quote }}
        url: {{ printf "http://%s.%s.svc:%s%s" $name $root.Release.Namespace $number .path | quote }}
        interval: {{ $gatus.interval }}
        {{- with .endpoint }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        conditions:
          {{- range .conditions }}
          - {{ . | squote }}
          {{- end }}
          - "[RESPONSE_TIME] < {{ $gatus.maxResponseMilliseconds }}"
        {{- with $gatus.alerts }}
        alerts:
          {{- toYaml . | nindent 10 }}
        {{- end }}
      {{- end }}
      {{- if include "ai-app.proxiedHere" . }}
      # A caller without a token must be refused.
      - name: {{ printf "%s/%s" $root.Release.Namespace (include "ai-app.proxyName" $root) | quote }}
        group: {{ $gatus.group | quote }}
        url: {{ printf "http://%s:%d%s" (include "ai-app.proxyHost" $root) (int $root.Values.proxy.port) $app.proxy.path | quote }}
        interval: {{ $gatus.interval }}
        conditions:
          - "[STATUS] == 401"
          - "[RESPONSE_TIME] < {{ $gatus.maxResponseMilliseconds }}"
        {{- with $gatus.alerts }}
        alerts:
          {{- toYaml . | nindent 10 }}
        {{- end }}
      {{- end }}
{{- end }}
{{- end }}
