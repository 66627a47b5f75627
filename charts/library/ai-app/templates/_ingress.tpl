{{/* Ingress to the entrance. Takes root and app. */}}
{{- define "ai-app.ingress" -}}
{{- $ingress := .root.Values.ingress }}
{{- if $ingress.enabled }}
{{- $entrance := include "ai-app.entrance" . | fromYaml }}
{{- $preset := index $ingress.presets $ingress.controller }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "ai-app.metadata" . | nindent 2 }}
  {{- if or $ingress.annotations $preset.annotations $preset.timeoutKeys }}
  annotations:
    {{- range $preset.timeoutKeys }}
    {{ . }}: {{ printf "%d%s" (int $entrance.timeoutSeconds) $preset.timeoutSuffix | quote }}
    {{- end }}
    {{- with merge (dict) $ingress.annotations $preset.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
spec:
  {{- with $ingress.className }}
  ingressClassName: {{ . | quote }}
  {{- end }}
  tls:
    - hosts:
        - {{ $ingress.host | quote }}
      secretName: {{ $ingress.tls.secretName | quote }}
  rules:
    - host: {{ $ingress.host | quote }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ $entrance.service }}
                port:
                  name: {{ $entrance.port }}
{{- end }}
{{- end }}
