{{/*
Probes of the main container. The description says what is asked (httpGet, exec, tcpSocket, grpc), the values say
how often. Startup has as many tries as its budget holds periods, so that one figure decides how long a start may
take; the other two do not run until then.
Takes root and container.
*/}}
{{- define "ai-app.probes" -}}
{{- $times := .root.Values.probes }}
{{- $asked := default dict .container.probes }}
{{- with $asked.startup }}
{{- $period := int $times.startup.periodSeconds }}
startupProbe:
  {{- toYaml . | nindent 2 }}
  periodSeconds: {{ $period }}
  timeoutSeconds: {{ $times.startup.timeoutSeconds }}
  failureThreshold: {{ div (add (int $.container.startupBudgetSeconds) $period -1) $period }}
{{- end }}
{{- range $kind := list "liveness" "readiness" }}
{{- with index $asked $kind }}
{{- $time := index $times $kind }}
{{ $kind }}Probe:
  {{- toYaml . | nindent 2 }}
  periodSeconds: {{ $time.periodSeconds }}
  timeoutSeconds: {{ $time.timeoutSeconds }}
  failureThreshold: {{ $time.failureThreshold }}
{{- end }}
{{- end }}
{{- end }}
