{{/*
The proxy: a container beside the app that asks for a token, limits rates, and lets through only the paths that the
values list. For engines without authentication, or with one that does not cover all paths. A chart has it when it
imports `proxy`; it runs when something is exposed, or always. `proxy` of the description holds
  port         name of the app's port
  path         what the proxy asks to know whether the app answers; Gatus asks for it without a token
  bindAddress  default 0.0.0.0
*/}}

{{/* "true" when the proxy runs. Takes the chart's own context. */}}
{{- define "ai-app.proxied" -}}
{{- with .Values.proxy }}
{{- if or (eq .mode "always") (include "ai-app.exposed" $) }}
{{- print "true" }}
{{- end }}
{{- end }}
{{- end }}

{{/* "true" when the proxy stands beside what is described: the description has `proxy`. Takes root and app. */}}
{{- define "ai-app.proxiedHere" -}}
{{- include "ai-app.describe" . }}
{{- if and (include "ai-app.proxied" .root) .described.proxy }}
{{- print "true" }}
{{- end }}
{{- end }}

{{- define "ai-app.proxyName" -}}
{{- printf "%s-proxy" (include "ai-app.fullname" .) }}
{{- end }}

{{- define "ai-app.proxyHost" -}}
{{- printf "%s.%s.svc" (include "ai-app.proxyName" .) .Release.Namespace }}
{{- end }}

{{/* The Secret that holds the token. Takes the chart's own context. */}}
{{- define "ai-app.tokenSecret" -}}
{{- default (printf "%s-token" (include "ai-app.fullname" .)) .Values.proxy.auth.existingSecret }}
{{- end }}

{{/* Takes root and app. */}}
{{- define "ai-app.proxyService" -}}
{{- $root := .root }}
{{- if include "ai-app.proxiedHere" . }}
{{- $service := $root.Values.proxy.service }}
apiVersion: v1
kind: Service
metadata:
  {{- include "ai-app.metadata" (merge (dict "name" (include "ai-app.proxyName" $root)) .) | nindent 2 }}
  {{- with $service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ $service.type }}
  selector:
    {{- include "ai-app.selectorLabels" . | nindent 4 }}
  ports:
    - name: proxy
      port: {{ $root.Values.proxy.port }}
      targetPort: proxy
      protocol: TCP
{{- end }}
{{- end }}

{{/* Takes the chart's own context. */}}
{{- define "ai-app.proxyContainer" -}}
{{- $proxy := .Values.proxy }}
- name: proxy
  image: {{ include "ai-app.imageReference" $proxy.image | quote }}
  imagePullPolicy: {{ $proxy.image.pullPolicy }}
  command:
    - /bin/sh
    - /etc/proxy/proxy.sh
  env:
    - name: PROXY_RELOAD_SECONDS
      value: {{ $proxy.reloadSeconds | quote }}
  ports:
    - name: proxy
      containerPort: {{ $proxy.port }}
      protocol: TCP
    {{- if .Values.podMonitor.enabled }}
    - name: proxy-metrics
      containerPort: {{ $proxy.metricsPort }}
      protocol: TCP
    {{- end }}
  # The proxy itself; a slow app is no reason to restart it.
  livenessProbe:
    httpGet:
      path: /healthz
      port: proxy
    periodSeconds: 20
    timeoutSeconds: 5
    failureThreshold: 3
  # The app behind it answers.
  readinessProbe:
    httpGet:
      path: /readyz
      port: proxy
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 3
  lifecycle:
    {{- include "ai-app.drain" . | nindent 4 }}
  securityContext:
    {{- toYaml .Values.containerSecurityContext | nindent 4 }}
  resources:
    {{- toYaml $proxy.resources | nindent 4 }}
  volumeMounts:
    - name: proxy-config
      mountPath: /etc/proxy
      readOnly: true
    - name: proxy-token
      mountPath: /etc/proxy-token
      readOnly: true
{{- end }}

{{/* Takes the chart's own context. */}}
{{- define "ai-app.proxyVolumes" -}}
- name: proxy-config
  configMap:
    name: {{ include "ai-app.proxyName" . }}
- name: proxy-token
  secret:
    secretName: {{ include "ai-app.tokenSecret" . }}
    # One key, under the name that the proxy's configuration expects.
    items:
      - key: {{ .Values.proxy.auth.secretKey | quote }}
        path: token
{{- end }}
