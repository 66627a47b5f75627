{{/* Gateway API HTTPRoute to the entrance. Takes root and app. */}}
{{- define "ai-app.httproute" -}}
{{- $route := .root.Values.httpRoute }}
{{- if $route.enabled }}
{{- $entrance := include "ai-app.entrance" . | fromYaml }}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  {{- include "ai-app.metadata" . | nindent 2 }}
  {{- with $route.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  parentRefs:
    {{- toYaml $route.parentRefs | nindent 4 }}
  {{- with $route.hostnames }}
  hostnames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: /
      timeouts:
        request: {{ $entrance.timeoutSeconds }}s
        backendRequest: {{ $entrance.timeoutSeconds }}s
      backendRefs:
        - name: {{ $entrance.service }}
          port: {{ $entrance.number }}
{{- end }}
{{- end }}
